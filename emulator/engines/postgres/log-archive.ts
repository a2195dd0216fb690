import { readFile, readdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { mkdir } from 'node:fs/promises'
import { packFolder } from '../tarballs.ts'
import { firstSegment } from './base-backup.ts'

/** Packs an archive. @param end its last file: what is packed must not lead beyond the data, which are written on from where they are */
export async function packArchive(archive: string, file: string, end?: string): Promise<void> {
  const names = await readdir(archive).catch(() => [])
  const isBefore = (name: string) =>
    end === undefined || name.endsWith('.history') || name.slice(8, 24) < end.slice(8)
  const whole = names.filter((name) => !name.endsWith('.part') && isBefore(name))
  if (whole.length === 0) return
  await mkdir(dirname(file), { recursive: true })
  await packFolder(archive, whole, file)
}

/** Removes what is from before a backup. */
export async function trimArchive(archive: string, backup: string): Promise<void> {
  const label = await readFile(join(backup, 'backup_label'), 'utf8').catch(() => '')
  const first = firstSegment(label)
  if (first === '') return
  for (const name of await readdir(archive).catch(() => [] as string[])) {
    // Timelines aside: a segment of a later one has a later place too.
    if (name.length >= 24 && name.slice(8, 24) < first.slice(8)) {
      await rm(join(archive, name), { force: true })
    }
  }
}
