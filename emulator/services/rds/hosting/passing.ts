/** The statuses that something is done in, after which another follows by itself. */
const passing: ReadonlySet<string> = new Set([
  'creating',
  'backing-up',
  'modifying',
  'renaming',
  'upgrading',
  'resetting-master-credentials',
  'configuring-iam-database-auth',
  'maintenance',
  'rebooting',
  'starting',
  'stopping',
  'deleting',
])

/** Somebody who wants an instance to be available waits for its end. */
export const isPassing = (status: string): boolean => passing.has(status)
