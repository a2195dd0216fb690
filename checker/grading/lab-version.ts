import { createHash } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Lab } from '../catalogue.ts'

/** What a lab asks for and how it looks for it, as one hash: its text, its checks, and how it is replayed. */
export function versionOfLab({ folder }: Pick<Lab, 'folder'>): string {
  const hash = createHash('sha256')
  for (const name of readdirSync(folder).toSorted()) {
    if (!/\.(md|ts|sh)$/.test(name)) continue
    const bytes = readFileSync(join(folder, name))
    hash.update(`${name} ${bytes.length}\n`).update(bytes)
  }
  return `sha256:${hash.digest('hex')}`
}
