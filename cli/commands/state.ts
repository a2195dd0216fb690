import { createWriteStream } from 'node:fs'
import { open, rename, rm, stat } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Context, GlobalOptions } from '../context.ts'
import { failure, usageError } from '../failure.ts'

interface ConfirmedOptions extends GlobalOptions {
  readonly yes?: boolean
}

/** `pocketcloud save FILE`: the file is there whole or not at all. */
export async function save({ control, out }: Context, file: string): Promise<void> {
  const partial = `${file}.${process.pid}.part`
  try {
    await out.waiting('Saving', async () => {
      const archive = Readable.fromWeb(await control.save())
      await pipeline(archive, createWriteStream(partial, { mode: 0o600 }))
    })
    await rename(partial, file)
  } catch (error) {
    await rm(partial, { force: true })
    const { code, message } = error as NodeJS.ErrnoException
    if (code === undefined || !/^E[A-Z]+$/.test(code)) throw error
    throw failure('NotSaved', `Could not write ${file}: ${message}`)
  }
  const { size } = await stat(file)
  out.answer({ saved: file, bytes: size }, [`saved to ${file} (${formatBytes(size)})`])
}

/** `pocketcloud restore FILE`. */
export async function restore(
  { control, out }: Context,
  file: string,
  { yes }: ConfirmedOptions,
): Promise<void> {
  const archive = await open(file).catch(() => {
    throw usageError(`There is no file ${file} to restore.`, 'Make one with: pocketcloud save FILE')
  })
  await control.health()
  if (!yes && !(await out.confirm(`Put ${file} in place of everything in the cloud?`))) {
    throw failure('Declined', 'Nothing was changed.')
  }
  await out.waiting('Restoring', () => control.restore(Readable.toWeb(archive.createReadStream())))
  out.answer({ restored: file }, [`restored from ${file}`])
}

/** `pocketcloud reset`. */
export async function reset({ control, out }: Context, { yes }: ConfirmedOptions): Promise<void> {
  const { dataDir } = await control.health()
  const what = dataDir === null ? 'everything in the cloud' : `everything in the cloud (${dataDir})`
  if (!yes && !(await out.confirm(`Delete ${what}?`))) {
    throw failure('Declined', 'Nothing was changed.')
  }
  await control.reset()
  out.answer({ reset: true }, ['The cloud is new again.'])
}

function formatBytes(count: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB']
  const power = Math.min(Math.floor(Math.log2(Math.max(count, 1)) / 10), units.length - 1)
  return `${(count / 1024 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`
}
