/** What a lab's front matter says, under `submission`, of how what students hand in is replayed. */
export interface SubmissionRules {
  /** Files that may be handed in instead of a program, such as `policy.json`: all of them, in the submission's root. */
  readonly files: readonly string[]
  /** A script of the lab's own folder that puts those files in place; it runs where the student's program would. */
  readonly apply: string | undefined
  /** Whether the student's program may move the clock forward: where letting time pass is part of the lab. */
  readonly clock: boolean
  /** Whether it may ask for an instance's metadata (`pocketcloud imds`). */
  readonly metadata: boolean
}

const asHandedIn: SubmissionRules = { files: [], apply: undefined, clock: false, metadata: false }

/** @returns a text that says what is wrong, where something is */
export function readSubmissionRules(given: unknown): SubmissionRules | string {
  if (given === undefined) return asHandedIn
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return 'fields'
  const {
    files = [],
    apply,
    clock = false,
    metadata = false,
    ...rest
  } = given as Record<string, unknown>
  const [unknown] = Object.keys(rest)
  if (unknown !== undefined) return `without "${unknown}"`
  if (!Array.isArray(files) || !files.every(isFileName))
    return 'with "files", names without folders'
  if (apply !== undefined && !isFileName(apply)) return 'with "apply", a file of the lab'
  if (files.length > 0 !== (apply !== undefined)) return 'with both "files" and "apply", or neither'
  if (typeof clock !== 'boolean' || typeof metadata !== 'boolean') {
    return 'with "clock" and "metadata" true or false'
  }
  return { files, apply, clock, metadata }
}

const isFileName = (value: unknown): value is string =>
  typeof value === 'string' && /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/.test(value)
