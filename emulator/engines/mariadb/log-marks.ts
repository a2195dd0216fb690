import { appendFileSync, readdirSync, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { binaryLogName } from './configuration.ts'

/** The binary log dates what is in it by whole seconds; where the clock was set forward is known to the byte. */
export interface Mark {
  /** Of the wall, in ms since the epoch: everything before the place was written before it, and nothing after it. */
  readonly wallAt: number
  readonly file: string
  readonly position: number
}

/** Beside the log's own files, and gone with them. */
export const marksName = `${binaryLogName}.marks`

/** Notes how far the log is. It is asked for in the middle of a transaction, so that nothing here waits. */
export function mark(archive: string, wallAt: number, before: Mark | undefined): Mark | undefined {
  try {
    const file = readdirSync(archive)
      .filter((name) => /\.\d+$/.test(name))
      .toSorted()
      .at(-1)
    if (file === undefined) return before
    const position = statSync(join(archive, file)).size
    if (before?.file === file && before.position === position) return before
    appendFileSync(join(archive, marksName), `${wallAt} ${file} ${position}\n`)
    return { wallAt, file, position }
  } catch {
    // Without it, a restore goes by seconds.
    return before
  }
}

/** The last place that was noted by a moment. */
export async function lastMark(archive: string, wallAt: number): Promise<Mark | undefined> {
  const text = await readFile(join(archive, marksName), 'utf8').catch(() => '')
  const marks = text
    .trimEnd()
    .split('\n')
    .map((line) => line.split(' '))
    .map(([at, file = '', position]) => ({ wallAt: Number(at), file, position: Number(position) }))
  return marks.findLast((one) => one.file !== '' && one.wallAt <= wallAt)
}
