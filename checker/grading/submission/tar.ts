import { createReadStream } from 'node:fs'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { extract } from 'tar-stream'
import { Ungradable } from '../result.ts'
import { faultOfPath, isLeftOut, mostBytes, mostFiles } from './files.ts'
import type { SubmittedFile } from './files.ts'
import { tooLarge, tooMany } from './read.ts'

/** Headers and padding take up to 1 KiB for each entry, also of those that are left out. */
const longestTar = mostBytes + 4 * mostFiles * 1024

/** @throws {Ungradable} for an archive that can't be read, is too much, or has anything but files and folders */
export async function readTar(
  path: string,
  { compressed }: { readonly compressed: boolean },
): Promise<readonly SubmittedFile[]> {
  const files: SubmittedFile[] = []
  let total = 0
  const unpack = extract()
  const reading = (async () => {
    for await (const entry of unpack) {
      const { name: given, type, mode, size } = entry.header
      const name = given.replace(/^(\.\/)+/, '')
      if (name === '' || name === '.') {
        entry.resume()
        continue
      }
      const fault = faultOfPath(name)
      if (fault !== undefined) throw new Ungradable(`The archive ${fault}.`)
      if (type === 'symlink' || type === 'link') {
        throw new Ungradable(`The archive has a link: ${name}.`)
      }
      if (type !== 'file' && type !== 'directory') {
        throw new Ungradable(`The archive has something that is no file: ${name} (${type}).`)
      }
      if (type === 'directory' || isLeftOut(name)) {
        entry.resume()
        continue
      }
      if (files.length >= mostFiles) throw tooMany()
      total += size
      if (total > mostBytes) throw tooLarge()
      const chunks: Buffer[] = []
      for await (const chunk of entry as AsyncIterable<Buffer>) chunks.push(chunk)
      files.push({ path: name, bytes: Buffer.concat(chunks), executable: (mode & 0o100) !== 0 })
    }
  })()
  const source = createReadStream(path)
  const stages = compressed ? [source, createGunzip(), atMost(longestTar)] : [source]
  try {
    await Promise.all([pipeline([...stages, unpack]), reading])
  } catch (error) {
    source.destroy()
    unpack.destroy()
    // The pipe's own complaint hides the reason where the reader gave up.
    const [reason] = await Promise.allSettled([reading])
    const cause: unknown = reason.status === 'rejected' ? reason.reason : error
    const told = [cause, error].find((one) => one instanceof Ungradable)
    if (told !== undefined) throw told
    throw new Ungradable(`The .tar file can't be read: ${(error as Error).message}`)
  }
  return files
}

/** A compressed archive does not say how long it gets: it is cut off where it is too long. */
function atMost(limit: number): Transform {
  let seen = 0
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seen += chunk.length
      if (seen > limit) done(tooLarge())
      else done(null, chunk)
    },
  })
}
