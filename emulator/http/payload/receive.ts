import { writeFileSync } from 'node:fs'
import { open, rm } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { emptyHash } from '../../auth/sigv4.ts'
import { AwsError } from '../../errors.ts'
import { encrypting, type ContentCipher } from '../../store/content-cipher.ts'
import { smallContent, type ReceivedFile } from '../../store/object-files.ts'
import { ChunkedDecoder } from './chunked-decoder.ts'
import { chunksNotAllowed, incompleteBody } from './errors.ts'
import type { PayloadPlan } from './plan.ts'
import { startVerification } from './verification.ts'
import type { Verification, VerifiedPayload } from './verification.ts'

/** A payload in its temporary file, with the checksum to keep of it. */
export interface ReceivedPayload extends ReceivedFile {
  readonly checksum: VerifiedPayload['checksum']
}

/** Up to here a payload is held in memory and written at once, in bytes: a small object costs one system call. */
const smallPayload = 64 * 1024

/**
 * Receives a body into a new file while hashing it, and encrypting it if there is a cipher, no faster than it can be written, and verifies it.
 *
 * When it fails the file is gone, and what still arrives is read and thrown away: a client reads its refusal only
 * once it has sent everything.
 *
 * @param path of a file that does not exist yet
 * @throws AwsError what S3 says of such a body; other errors are the disk's
 */
export async function receiveFile(
  source: Readable,
  path: string,
  plan: PayloadPlan,
  cipher?: ContentCipher,
): Promise<ReceivedPayload> {
  try {
    const verification = await startVerification(plan, ['MD5'])
    const decoder = decoderOf(plan)
    const receive = (plan.length ?? Infinity) <= smallPayload ? receiveSmall : receiveLarge
    const { size, digests, checksum, bytes } = await receive(
      source,
      { path, cipher },
      verification,
      decoder,
    )
    return { path, bytes, size, digests, trailers: decoder?.trailers ?? {}, checksum, cipher }
  } catch (error) {
    source.on('error', ignore)
    source.resume()
    throw error
  }
}

/**
 * Verifies a body that is in memory already, in a request whose operation does not stream.
 * @throws AwsError what S3 says of such a body
 */
export async function verifyBody(body: Buffer, plan: PayloadPlan): Promise<void> {
  if (plan.kind.includes('chunks')) throw chunksNotAllowed()
  if (body.length === 0 && isOfNothing(plan)) return
  const verification = await startVerification(plan, [])
  verification.update(body)
  await verification.finish({})
}

/** Most requests have no body, and the hash of that is known. */
const isOfNothing = ({ sha256, contentMd5, checksum, length = 0 }: PayloadPlan): boolean =>
  (sha256 ?? emptyHash) === emptyHash && !contentMd5 && !checksum && length === 0

const ignore = () => {}

type Target = Pick<ReceivedFile, 'path' | 'cipher'>

/** What goes to the disk for what arrives. */
const writerOf = (cipher: ContentCipher | undefined): ((bytes: Buffer) => Buffer) => {
  if (!cipher) return (bytes) => bytes
  const encryption = encrypting(cipher)
  return (bytes) => encryption.update(bytes)
}

const decoderOf = ({ kind, signing }: PayloadPlan): ChunkedDecoder | undefined =>
  kind.includes('chunks')
    ? new ChunkedDecoder({
        chunksSigned: kind.startsWith('signed'),
        trailerSigned: kind === 'signed chunks and trailer',
        signing,
      })
    : undefined

/** What was verified; its bytes, as they are to be kept, if there is no file of them. */
type Kept = VerifiedPayload & { readonly bytes?: Buffer }

async function receiveSmall(
  source: Readable,
  { path, cipher }: Target,
  verification: Verification,
  decoder: ChunkedDecoder | undefined,
): Promise<Kept> {
  const parts: Buffer[] = []
  await eachPiece(source, (piece) => {
    for (const part of decoder ? decoder.decode(piece) : [piece]) {
      verification.update(part)
      parts.push(part)
    }
  })
  decoder?.end()
  const verified = await verification.finish(decoder?.trailers ?? {})
  const bytes = writerOf(cipher)(joined(parts))
  if (bytes.length <= smallContent) return { bytes, ...verified }
  writeFileSync(path, bytes, { flag: 'wx', mode: 0o600 })
  return verified
}

/**
 * Hands over what arrives, piece by piece, without the promises that iterating over a stream makes.
 *
 * @throws AwsError also `IncompleteBody` for a client that went away; what `take` throws
 */
const eachPiece = (source: Readable, take: (piece: Buffer) => void): Promise<void> =>
  new Promise((resolve, reject) => {
    const fail = (error?: Error) => {
      stop()
      reject(error instanceof AwsError ? error : incompleteBody())
    }
    const onData = (piece: Buffer) => {
      try {
        take(piece)
      } catch (error) {
        stop()
        reject(error)
      }
    }
    const onEnd = () => {
      stop()
      resolve()
    }
    const onClose = () => fail()
    const stop = () => {
      source.off('data', onData).off('end', onEnd).off('error', fail).off('close', onClose)
    }
    if (source.readableEnded) resolve()
    else if (source.destroyed) fail(source.errored ?? undefined)
    else source.on('data', onData).on('end', onEnd).on('error', fail).on('close', onClose)
  })

async function receiveLarge(
  source: Readable,
  { path, cipher }: Target,
  verification: Verification,
  decoder: ChunkedDecoder | undefined,
): Promise<Kept> {
  const file = await open(path, 'wx', 0o600)
  const written = writerOf(cipher)
  try {
    for await (const part of payloadOf(source, decoder)) {
      // The part is written by another thread while this one hashes it.
      const writing = file.writeFile(written(part))
      try {
        verification.update(part)
      } finally {
        await writing
      }
    }
    const verified = await verification.finish(decoder?.trailers ?? {})
    await file.close()
    return verified
  } catch (error) {
    await file.close().catch(ignore)
    await rm(path, { force: true })
    throw error
  }
}

/** @throws AwsError also `IncompleteBody` for a client that went away */
async function* payloadOf(
  source: Readable,
  decoder: ChunkedDecoder | undefined,
): AsyncGenerator<Buffer> {
  try {
    // Left alone when this stops half-way: a destroyed request takes the answer's socket with it.
    const pieces: AsyncIterable<Buffer> = source.iterator({ destroyOnReturn: false })
    for await (const bytes of pieces) {
      if (!decoder) yield bytes
      else {
        const parts = decoder.decode(bytes)
        if (parts.length > 0) yield joined(parts)
      }
    }
  } catch (error) {
    throw error instanceof AwsError ? error : incompleteBody()
  }
  decoder?.end()
}

const joined = (parts: readonly Buffer[]): Buffer =>
  parts.length === 1 ? parts[0]! : Buffer.concat(parts)
