import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** Writes a new file beside the old one and renames it: whoever reads, and whatever crashes, the file is whole. */
export function writeWhole(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true })
  const partial = `${file}.${process.pid}.part`
  writeFileSync(partial, text)
  renameSync(partial, file)
}
