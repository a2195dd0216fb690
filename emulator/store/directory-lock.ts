import Sqlite from 'better-sqlite3'
import { errorCode } from './system-error.ts'

/** Keeps other processes out of a data directory for as long as it is held. */
export interface DirectoryLock {
  release(): void
}

/**
 * Takes the lock of a data directory.
 *
 * The lock file is a tiny SQLite database with an open write transaction: the system drops it with the process, however that
 * ends, so that a dead process never keeps the directory, even when its number is in use again (as in a restarted container).
 * Readers are not shut out: they find the holder's process id in `user_version`.
 *
 * @throws Error naming the process that holds it
 */
export function lockDirectory(directory: string): DirectoryLock {
  const lock = new Sqlite(`${directory}/lock`, { timeout: 0 })
  try {
    lock.pragma('synchronous = OFF')
    lock.exec(`begin immediate; pragma user_version = ${process.pid}; commit; begin immediate`)
  } catch (error) {
    if (errorCode(error) !== 'SQLITE_BUSY') {
      lock.close()
      throw error
    }
    const pid = holder(lock)
    lock.close()
    throw new Error(`${directory} is in use by another pocketcloud (${pid})`, { cause: error })
  }
  return { release: () => lock.close() }
}

function holder(lock: Sqlite.Database): string {
  try {
    return `process ${String(lock.pragma('user_version', { simple: true }))}`
  } catch {
    return 'it is just starting'
  }
}
