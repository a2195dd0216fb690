import { createWriteStream } from 'node:fs'
import { open, rename, rm, stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ControlClient } from '../checker/control-client.ts'
import { failure, usageError } from './failure.ts'

/**
 * Saves the cloud's state to a file, which is there whole or not at all; its size in bytes.
 * @throws {Failure} where it can't be written
 */
export async function saveState(control: ControlClient, file: string): Promise<number> {
  const partial = `${file}.${process.pid}.part`
  try {
    await pipeline(
      Readable.fromWeb(await control.save()),
      createWriteStream(partial, { mode: 0o600 }),
    )
    await rename(partial, file)
  } catch (error) {
    await rm(partial, { force: true })
    const { code, message } = error as NodeJS.ErrnoException
    if (code === undefined || !/^E[A-Z]+$/.test(code)) throw error
    throw failure('NotSaved', `Could not write ${file}: ${message}`)
  }
  return (await stat(file)).size
}

/**
 * Opens a saved state; what comes back puts it in place of the cloud's own.
 * @throws {Failure} where there is no such file
 */
export async function openState(file: string): Promise<(control: ControlClient) => Promise<void>> {
  const archive = await open(file).catch(() => {
    throw usageError(`There is no file ${file} to restore.`, 'Make one with: pocketcloud save FILE')
  })
  return (control) => control.restore(Readable.toWeb(archive.createReadStream()))
}
