import { readFile, rm } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { isAlive, runToEnd } from './directories.ts'

/**
 * Ends a server that an emulator left behind when it was killed, and that the watchdog has not got to yet: two on one directory would
 * destroy it.
 *
 * @param file what the server wrote its process's id to, in its first line
 * @param directory its data, which its command line names
 */
export async function endPredecessor(file: string, directory: string): Promise<void> {
  const text = await readFile(file, 'utf8').catch(() => '')
  const pid = Number(text.split('\n')[0])
  if (!(pid > 0)) return
  for (let tries = 0; isAlive(pid); tries++) {
    if (!(await isServerOf(pid, directory))) {
      // The id is another program's now. Otherwise the file stays: by it PostgreSQL sees whether sessions are left.
      await rm(file, { force: true })
      return
    }
    process.kill(pid, tries < 100 ? 'SIGQUIT' : 'SIGKILL')
    await delay(50)
  }
}

/** Ids of processes are used again: another program is left alone. */
async function isServerOf(pid: number, directory: string): Promise<boolean> {
  try {
    const line = await runToEnd('ps', ['-o', 'args=', '-p', String(pid)])
    return line.includes(directory)
  } catch {
    return false
  }
}
