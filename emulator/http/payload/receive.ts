import { writeFileSync } from 'node:fs'
import { open, rm } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { AwsError } from '../../errors.ts'
import { encrypting, type ContentCipher } from '../../store/content-cipher.ts'
import type { ReceivedFile } from '../../store/object-files.ts'
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
    const { size, digests, checksum } = await receive(
      source,
      { path, cipher },
      verification,
      decoder,
    )
    return { path, size, digests, trailers: decoder?.trailers ?? {}, checksum, cipher }
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
export async function verifyBody(body: Buffer, plan: PayloadPlan): Promise<VerifiedPayload> {
  if (plan.kind.includes('chunks')) throw chunksNotAllowed()
  const verification = await startVerification(plan, [])
  verification.update(body)
  return verification.finish({})
}

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

async function receiveSmall(
  source: Readable,
  { path, cipher }: Target,
  verification: Verification,
  decoder: ChunkedDecoder | undefined,
): Promise<VerifiedPayload> {
  const parts: Buffer[] = []
  for await (const part of payloadOf(source, decoder)) {
    verification.update(part)
    parts.push(part)
  }
  const verified = await verification.finish(decoder?.trailers ?? {})
  writeFileSync(path, writerOf(cipher)(joined(parts)), { flag: 'wx', mode: 0o600 })
  return verified
}

async function receiveLarge(
  source: Readable,
  { path, cipher }: Target,
  verification: Verification,
  decoder: ChunkedDecoder | undefined,
): Promise<VerifiedPayload> {
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
