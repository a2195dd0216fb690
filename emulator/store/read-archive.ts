import { createHash } from 'node:crypto'
import type { Hash } from 'node:crypto'
import { createWriteStream, mkdirSync } from 'node:fs'
import { finished } from 'node:stream'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { extract } from 'tar-stream'
import type { Extract } from 'tar-stream'
import {
  InvalidArchive,
  attachedName,
  entryHead,
  entryNames,
  formatVersion,
} from './archive-format.ts'
import type { Manifest } from './archive-format.ts'
import { Database } from './database.ts'
import { migrate } from './migrations.ts'
import type { MigrationFolder } from './migrations.ts'
import { objectId } from './object-directory.ts'
import { errorMessage } from './system-error.ts'

/** An archive's content, verified, in a directory of its own. */
export interface UnpackedState {
  readonly manifest: Manifest
  readonly databaseFile: string
  /** The object files' ids; each is the name of a file in `objectDirectory`. */
  readonly objects: ReadonlySet<string>
  readonly objectDirectory: string
  /** The folder with the files of what is kept beside the store; undefined where there are none. */
  readonly attached: string | undefined
}

type Entry = Extract extends AsyncIterable<infer Item> ? Item : never

const textLimit = 64 * 1024

/**
 * Unpacks a saved state into an empty directory and verifies it: form, version, hash, the database itself, and that every
 * object file is there. No name in the archive becomes a path unless it is one of the format's own.
 *
 * @param folders the migrations that bring an older database up to date
 * @throws InvalidArchive
 */
export async function readArchive(
  source: Readable,
  directory: string,
  folders: readonly MigrationFolder[],
): Promise<UnpackedState> {
  const databaseFile = `${directory}/${entryNames.database}`
  const objectDirectory = `${directory}/objects`
  const attachedDirectory = `${directory}/attached`
  mkdirSync(objectDirectory)
  const attached = new Set<string>()
  const objects = new Map<string, number>()
  let manifest: Manifest | undefined
  let complete = false
  const hash = createHash('sha256')
  try {
    for await (const entry of entriesOf(source)) {
      const { name, size, type } = entry.header
      if (type !== 'file') throw new InvalidArchive(`${name} is no plain file`)
      if (complete) throw new InvalidArchive(`${name} follows the end`)
      if (!manifest && name !== entryNames.manifest) throw new InvalidArchive('it has no manifest')
      if (name === entryNames.hash) {
        complete = (await textOf(entry, size)) === hash.digest('hex')
        if (!complete) throw new InvalidArchive('it is damaged')
        continue
      }
      hash.update(entryHead(name, size))
      if (name === entryNames.manifest) {
        const text = await textOf(entry, size)
        hash.update(text)
        manifest = readManifest(text)
      } else if (name === entryNames.database) {
        await toFile(entry, databaseFile)
      } else if (name.startsWith(entryNames.attached)) {
        const file = name.slice(entryNames.attached.length)
        if (!attachedName.test(file) || attached.has(file)) throw unknownEntry(name)
        if (attached.size === 0) mkdirSync(attachedDirectory, { mode: 0o700 })
        attached.add(file)
        await toFile(entry, `${attachedDirectory}/${file}`)
      } else {
        const id = name.slice(entryNames.objects.length)
        const known = name.startsWith(entryNames.objects) && objectId.test(id) && !objects.has(id)
        if (!known) throw unknownEntry(name)
        objects.set(id, size)
        await toFile(entry, `${objectDirectory}/${id}`)
      }
    }
  } catch (error) {
    if (error instanceof InvalidArchive || isOfTheSystem(error)) throw error
    throw new InvalidArchive(errorMessage(error), { cause: error })
  }
  if (!manifest || !complete) throw new InvalidArchive('its end is missing')
  verifyDatabase(databaseFile, objects, folders)
  return {
    manifest,
    databaseFile,
    objects: new Set(objects.keys()),
    objectDirectory,
    attached: attached.size > 0 ? attachedDirectory : undefined,
  }

  async function toFile(entry: Entry, path: string): Promise<void> {
    await pipeline(hashed(entry, hash), createWriteStream(path, { flags: 'wx', mode: 0o600 }))
  }
}

const unknownEntry = (name: string) => new InvalidArchive(`it has an entry ${JSON.stringify(name)}`)

async function* hashed(chunks: AsyncIterable<unknown>, hash: Hash): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    hash.update(chunk as Buffer)
    yield chunk as Buffer
  }
}

/** A full disk or a missing permission says nothing about the archive. */
function isOfTheSystem(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).syscall !== undefined
}

/** The source is read to its end, also after a refusal: who sends it is to get an answer, not a broken connection. */
async function* entriesOf(source: Readable): AsyncGenerator<Entry> {
  const entries = extract()
  const stopWatching = finished(source, { writable: false }, (error) => {
    if (error) entries.destroy(error)
  })
  source.pipe(entries)
  try {
    for await (const entry of entries) yield entry
  } finally {
    stopWatching()
    source.unpipe(entries)
    source.resume()
  }
}

async function textOf(entry: Entry, size: number): Promise<string> {
  if (size > textLimit) throw new InvalidArchive(`${entry.header.name} is too long`)
  const chunks: Buffer[] = []
  for await (const chunk of entry) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

function readManifest(text: string): Manifest {
  let manifest: Partial<Manifest> | null
  try {
    manifest = JSON.parse(text) as Partial<Manifest> | null
  } catch (error) {
    throw new InvalidArchive('its manifest is no JSON', { cause: error })
  }
  if (manifest?.format !== 'pocketcloud-state' || typeof manifest.formatVersion !== 'number') {
    throw new InvalidArchive('its manifest is not of pocketcloud')
  }
  if (manifest.formatVersion > formatVersion) {
    throw new InvalidArchive(
      `it was saved by a newer pocketcloud (${String(manifest.productVersion)}, format ${manifest.formatVersion})`,
    )
  }
  return manifest as Manifest
}

function verifyDatabase(
  file: string,
  objects: ReadonlyMap<string, number>,
  folders: readonly MigrationFolder[],
): void {
  let db: Database | undefined
  try {
    db = new Database(file, { journal: 'delete' })
    const check = db.get<{ quick_check: string }>('pragma quick_check(1)')
    if (check?.quick_check !== 'ok')
      throw new Error(`the database is damaged: ${check?.quick_check}`)
    const names = new Set(folders.map(({ name }) => name))
    for (const { name } of db.all<{ name: string }>('select distinct name from migration')) {
      if (!names.has(name))
        throw new Error(`it has tables of ${name}, which this version does not know`)
    }
    for (const { name, directory } of folders) migrate(db, name, directory)
    const broken = db.get<{ table: string }>('select "table" from pragma_foreign_key_check limit 1')
    if (broken) throw new Error(`rows of ${broken.table} refer to rows that do not exist`)
    let named = 0
    for (const { id, size } of db.iterate<{ id: string; size: number }>(
      'select id, size from object_file',
    )) {
      if (objects.get(id) !== size)
        throw new Error(`the object file ${id} is missing or has another size`)
      named += 1
    }
    if (named !== objects.size) throw new Error('it has object files that nothing names')
  } catch (error) {
    throw new InvalidArchive(errorMessage(error), { cause: error })
  } finally {
    db?.close()
  }
}
