import { readFileSync } from 'node:fs'

/** Whom engines run as. */
export interface Account {
  readonly uid: number
  readonly gid: number
}

let found: Account | undefined | null

/**
 * PostgreSQL refuses to run as root, so that under root it runs as an account without privileges that the system has:
 * `postgres`, else `nobody`.
 *
 * @returns undefined where the emulator is not root, and engines run as whoever it is
 * @throws Error where root finds no such account
 */
export function engineAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined
  found ??= readAccount()
  if (!found)
    throw new Error('databases do not run as root, and there is no account postgres or nobody')
  return found
}

function readAccount(): Account | undefined {
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
  for (const name of ['postgres', 'nobody']) {
    const account = accounts.find(([candidate]) => candidate === name)
    if (account) return { uid: Number(account[2]), gid: Number(account[3]) }
  }
  return undefined
}
