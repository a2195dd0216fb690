import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { startChecksum } from '../../http/payload/checksums.ts'
import type { Call } from '../../operation.ts'
import { encrypting, newContentCipher } from '../../store/content-cipher.ts'
import type { FileSlice, ReceivedFile } from '../../store/object-files.ts'
import type { ChecksumAlgorithm } from './checksums.ts'

/** In `run`: the file of a copy that comes to nothing goes away with the transaction. */
export function discardOnRollback({ db }: Pick<Call, 'db'>, { path }: ReceivedFile): void {
  db.afterRollback(() => void rm(path, { force: true }).catch(() => undefined))
}

/**
 * Copies bytes of objects into a new temporary file, hashing and encrypting them on the way: what CopyObject and UploadPartCopy need where
 * the copy's ETag or checksum is not the source's.
 */
export async function spool(
  { objects, ids }: Pick<Call, 'objects' | 'ids'>,
  slices: readonly FileSlice[],
  algorithm: ChecksumAlgorithm,
): Promise<ReceivedFile> {
  const path = objects.incomingPath()
  const cipher = newContentCipher(ids)
  const encryption = encrypting(cipher)
  const md5 = createHash('md5')
  const checksum = await startChecksum(algorithm)
  let size = 0
  async function* hashed() {
    for await (const chunk of objects.readAll(slices) as AsyncIterable<Buffer>) {
      size += chunk.length
      md5.update(chunk)
      checksum.update(chunk)
      yield encryption.update(chunk)
    }
  }
  try {
    await pipeline(hashed, createWriteStream(path, { mode: 0o600 }))
  } catch (error) {
    await rm(path, { force: true })
    throw error
  }
  return {
    path,
    size,
    digests: { md5: md5.digest(), [algorithm.toLowerCase()]: await checksum.digest() },
    trailers: {},
    cipher,
  }
}
