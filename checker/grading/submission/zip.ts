import type { Readable } from 'node:stream'
import type { Entry, ZipFile } from 'yauzl'
import { fromBuffer } from 'yauzl'
import { Ungradable } from '../result.ts'
import { faultOfPath, isLeftOut, mostBytes, mostFiles } from './files.ts'
import type { SubmittedFile } from './files.ts'
import { tooLarge, tooMany } from './read.ts'

/** Text shrinks to a tenth; what shrinks to less than this was made to. */
const smallestShare = 1 / 200
/** Below this nothing is worth the suspicion. In bytes. */
const harmless = 1024 * 1024

/** @throws {Ungradable} for an archive that can't be read, or that was not made by a friend */
export async function readZip(archive: Buffer): Promise<readonly SubmittedFile[]> {
  try {
    return await readEntries(archive)
  } catch (error) {
    if (error instanceof Ungradable) throw error
    throw new Ungradable(`The .zip file can't be read: ${(error as Error).message}`)
  }
}

async function readEntries(archive: Buffer): Promise<readonly SubmittedFile[]> {
  const zip = await new Promise<ZipFile>((resolve, reject) => {
    fromBuffer(archive, { lazyEntries: true }, (error, opened) =>
      error ? reject(error) : resolve(opened),
    )
  })
  const files: SubmittedFile[] = []
  let total = 0
  // Entries are read one after the other, so that no more than the limit is ever in memory.
  for await (const entry of entriesOf(zip)) {
    const path = entry.fileName
    const kind = (entry.externalFileAttributes >>> 16) & 0o170000
    requireHarmless(entry, kind)
    if (path.endsWith('/') || isLeftOut(path)) continue
    if (files.length >= mostFiles) throw tooMany()
    total += entry.uncompressedSize
    if (total > mostBytes) throw tooLarge()
    const bytes = await contentOf(zip, entry)
    const executable = ((entry.externalFileAttributes >>> 16) & 0o100) !== 0
    files.push({ path, bytes, executable })
  }
  return files
}

function requireHarmless(entry: Entry, kind: number): void {
  const { fileName, compressedSize, uncompressedSize } = entry
  const fault = faultOfPath(fileName)
  if (fault !== undefined) throw new Ungradable(`The archive ${fault}.`)
  if (kind === 0o120000) throw new Ungradable(`The archive has a symbolic link: ${fileName}.`)
  if (kind !== 0 && kind !== 0o100000 && kind !== 0o040000) {
    throw new Ungradable(`The archive has something that is no file: ${fileName}.`)
  }
  if (entry.isEncrypted()) throw new Ungradable(`The archive is encrypted: ${fileName}.`)
  if (uncompressedSize > harmless && compressedSize < uncompressedSize * smallestShare) {
    throw new Ungradable(
      `The archive is a bomb: ${fileName} would grow from ${compressedSize} to ${uncompressedSize} bytes.`,
    )
  }
}

async function* entriesOf(zip: ZipFile): AsyncGenerator<Entry> {
  for (let seen = 0; ; seen += 1) {
    // Also entries that are left out count: reading the names of a million of them takes its time.
    if (seen > 4 * mostFiles) throw tooMany()
    const entry = await new Promise<Entry | undefined>((resolve, reject) => {
      zip.once('entry', resolve)
      zip.once('end', () => resolve(undefined))
      zip.once('error', reject)
      zip.readEntry()
    })
    zip.removeAllListeners()
    if (entry === undefined) return
    yield entry
  }
}

/** yauzl refuses an entry that is longer or shorter than the archive says. */
async function contentOf(zip: ZipFile, entry: Entry): Promise<Buffer> {
  const stream = await new Promise<Readable>((resolve, reject) => {
    zip.openReadStream(entry, (error, opened) => (error ? reject(error) : resolve(opened)))
  })
  const chunks: Buffer[] = []
  for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks)
}
