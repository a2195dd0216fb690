import type { Context, GlobalOptions } from '../context.ts'
import { failure } from '../failure.ts'
import { openState, saveState } from '../state-files.ts'

interface ConfirmedOptions extends GlobalOptions {
  readonly yes?: boolean
}

/** `pocketcloud save FILE`: the file is there whole or not at all. */
export async function save({ control, out }: Context, file: string): Promise<void> {
  const size = await out.waiting('Saving', () => saveState(control, file))
  out.answer({ saved: file, bytes: size }, [`saved to ${file} (${formatBytes(size)})`])
}

/** `pocketcloud restore FILE`. */
export async function restore(
  { control, out }: Context,
  file: string,
  { yes }: ConfirmedOptions,
): Promise<void> {
  const putBack = await openState(file)
  await control.health()
  if (!yes && !(await out.confirm(`Put ${file} in place of everything in the cloud?`))) {
    throw failure('Declined', 'Nothing was changed.')
  }
  await out.waiting('Restoring', () => putBack(control))
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
