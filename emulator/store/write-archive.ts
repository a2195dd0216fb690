import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { closeSync, createReadStream, fstatSync, openSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { pack } from 'tar-stream'
import type { Pack } from 'tar-stream'
import { Database } from './database.ts'
import { entryHead, entryNames, formatVersion } from './archive-format.ts'
import type { Manifest } from './archive-format.ts'
import { readMeta } from './meta.ts'

interface SavedState {
  /** A copy of the database that nothing writes to any more. */
  readonly databaseFile: string
  readonly productVersion: string
  /** Opens an object file that the copy names, also when the object is deleted by now. */
  openObject(id: string): number
  /** The folder with the files of what is kept beside the store. */
  readonly attached?: string | undefined
}

/** Writes the entries of a saved state one after the other, as fast as the reader takes them. */
export function writeArchive(state: SavedState): Pack {
  const archive = pack()
  writeEntries(archive, state).catch((error: Error) => archive.destroy(error))
  return archive
}

async function writeEntries(archive: Pack, state: SavedState): Promise<void> {
  const hash = createHash('sha256')
  // Opened with this journal, the database's last pages leave its write-ahead log for the file.
  const copy = new Database(state.databaseFile, { journal: 'delete' })
  try {
    const manifest: Manifest = {
      format: 'pocketcloud-state',
      formatVersion,
      productVersion: state.productVersion,
      clockOffset: Number(readMeta(copy, 'clock-offset') ?? 0),
    }
    const text = `${JSON.stringify(manifest, undefined, 2)}\n`
    archive.entry({ name: entryNames.manifest }, text)
    hash.update(entryHead(entryNames.manifest, text.length)).update(text)
    await writeFile(entryNames.database, openSync(state.databaseFile, 'r'))
    for (const { id } of copy.iterate<{ id: string }>('select id from object_file order by id')) {
      await writeFile(entryNames.objects + id, state.openObject(id))
    }
    for (const name of state.attached === undefined ? [] : await readdir(state.attached)) {
      await writeFile(entryNames.attached + name, openSync(`${state.attached}/${name}`, 'r'))
    }
  } finally {
    copy.close()
  }
  archive.entry({ name: entryNames.hash }, hash.digest('hex'))
  archive.finalize()

  async function writeFile(name: string, fd: number): Promise<void> {
    const { size } = fstatSync(fd)
    const bytes = size > 0 ? createReadStream('', { fd, end: size - 1 }) : undefined
    if (!bytes) closeSync(fd)
    try {
      hash.update(entryHead(name, size))
      const { entry, written } = openEntry(archive, name, size)
      for await (const chunk of bytes ?? []) {
        hash.update(chunk as Buffer)
        if (!entry.write(chunk)) await Promise.race([once(entry, 'drain'), written])
      }
      entry.end(undefined)
      await written
    } finally {
      bytes?.destroy()
    }
  }
}

/** `written` fails when the reader goes away in the middle. */
function openEntry(archive: Pack, name: string, size: number) {
  let settle: (error?: Error | null) => void
  const written = new Promise<void>((resolve, reject) => {
    settle = (error) => (error ? reject(error) : resolve())
  })
  written.catch(() => undefined)
  const entry = archive.entry({ name, size }, (error) => settle(error))
  // What fails is known by `written`; an error event that nobody hears would end the process.
  entry.on('error', () => undefined)
  return { entry, written }
}
