/**
 * Who handed a submission in, by what it is called. Learning management systems put the student into the names of what they let one download:
 * Moodle `Ada Lovelace_12345_assignsubmission_file_`, Canvas `lovelaceada_LATE_12345_678_solution`. Everything else is the student's name itself.
 */
export interface Identity {
  /** What a seed is made of. */
  readonly student: string
  /** The number by which Moodle or Canvas know the student or what was handed in. */
  readonly number?: string
}

export function identityOf(name: string): Identity {
  const moodle = /^(.+)_(\d+)_assignsubmission_\w+$/.exec(name)
  if (moodle !== null) return { student: moodle[1]!, number: moodle[2]! }
  const canvas = /^([^_]+)_(?:LATE_)?(\d+)_\d+_.+$/.exec(name)
  if (canvas !== null) return { student: canvas[1]!, number: canvas[2]! }
  return { student: name }
}
