/** Exit statuses of the command: done, failed, called wrongly, and for `check`: could not be graded. */
export const exitStatus = { ok: 0, failed: 1, usage: 2, ungradable: 3 } as const

/** Why a command stops, in words for the person who typed it: what is wrong, and what to do about it. */
export class Failure extends Error {
  readonly code: string
  readonly hint: string | undefined
  readonly status: number

  constructor(code: string, message: string, hint: string | undefined, status: number) {
    super(message)
    this.name = 'Failure'
    this.code = code
    this.hint = hint
    this.status = status
  }
}

/** The command was understood and could not be done. */
export const failure = (code: string, message: string, hint?: string) =>
  new Failure(code, message, hint, exitStatus.failed)

/** The command itself is wrong: an argument that means nothing, a lab that does not exist. */
export const usageError = (message: string, hint?: string) =>
  new Failure('Usage', message, hint, exitStatus.usage)
