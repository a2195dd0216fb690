import { createHash, hash } from 'node:crypto'
import type { Hash } from 'node:crypto'
import { s3SignatureDoesNotMatch } from '../../auth/s3-refusals.ts'
import { emptyHash, sameSignature, signText } from '../../auth/sigv4.ts'
import type { ChunkSigning } from '../../auth/sigv4.ts'
import { chunkTooSmall, incompleteBody, malformedTrailer } from './errors.ts'

/** A chunk's header is a size and a signature; more is nobody's. */
const longestLine = 1024
const mostTrailers = 16
/** Of every chunk but the last, in bytes. */
const smallestChunk = 8192

const lineFeed = 0x0a
const trailerSignature = 'x-amz-trailer-signature'
const chunkHeader = /^([0-9a-f]{1,13})(?:;chunk-signature=([0-9a-f]{64}))?$/i

export interface ChunkedFraming {
  /** Whether each chunk must carry a signature. */
  readonly chunksSigned: boolean
  readonly trailerSigned: boolean
  /** What signatures are verified with; without it they are read over. */
  readonly signing: ChunkSigning | undefined
}

/**
 * Takes the framing off an `aws-chunked` body and verifies the chain of its signatures.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
 *
 * It holds no more than a line: what it returns are views of what it was given.
 */
export class ChunkedDecoder {
  readonly trailers: Record<string, string> = Object.create(null)
  readonly #framing: ChunkedFraming
  #state: 'header' | 'data' | 'data end' | 'trailers' | 'done' = 'header'
  #line = ''
  #chunks = 0
  #chunkSize = 0
  #left = 0
  #chunkHash: Hash | undefined
  #chunkSignature = ''
  #previousSignature: string

  constructor(framing: ChunkedFraming) {
    this.#framing = framing
    this.#previousSignature = framing.signing?.seedSignature ?? ''
  }

  /**
   * @returns the payload's part of `bytes`, in order
   * @throws AwsError `IncompleteBody`, `InvalidChunkSizeError`, `MalformedTrailerError`, `SignatureDoesNotMatch`
   */
  decode(bytes: Buffer): Buffer[] {
    const payload: Buffer[] = []
    let at = 0
    while (at < bytes.length) {
      if (this.#state === 'data') {
        const slice = bytes.subarray(at, at + this.#left)
        payload.push(slice)
        at += slice.length
        this.#takeData(slice)
      } else {
        at = this.#takeLine(bytes, at)
      }
    }
    return payload
  }

  /** @throws AwsError `IncompleteBody` when the last chunk or its trailers have not come */
  end(): void {
    if (this.#state !== 'done') throw incompleteBody()
  }

  #takeData(slice: Buffer): void {
    this.#chunkHash?.update(slice)
    this.#left -= slice.length
    if (this.#left === 0) {
      this.#verifyChunk()
      this.#state = 'data end'
    }
  }

  #takeLine(bytes: Buffer, from: number): number {
    if (this.#state === 'done') throw incompleteBody()
    const end = bytes.indexOf(lineFeed, from)
    const stop = end < 0 ? bytes.length : end
    if (this.#line.length + stop - from > longestLine) throw incompleteBody()
    this.#line += bytes.toString('latin1', from, stop)
    if (end < 0) return stop
    const line = this.#line.endsWith('\r') ? this.#line.slice(0, -1) : this.#line
    this.#line = ''
    this.#readLine(line)
    return end + 1
  }

  #readLine(line: string): void {
    if (this.#state === 'header') this.#readHeader(line)
    else if (this.#state === 'trailers') this.#readTrailer(line)
    else if (line === '') this.#state = 'header'
    else throw incompleteBody()
  }

  #readHeader(line: string): void {
    const [, size, signature] = chunkHeader.exec(line) ?? []
    if (size === undefined || (this.#framing.chunksSigned && !signature)) throw incompleteBody()
    const previousSize = this.#chunkSize
    this.#chunkSize = Number.parseInt(size, 16)
    if (this.#chunkSize > 0 && this.#chunks > 0 && previousSize < smallestChunk) {
      throw chunkTooSmall(this.#chunks, previousSize)
    }
    this.#chunks++
    this.#left = this.#chunkSize
    this.#chunkSignature = signature ?? ''
    this.#state = this.#chunkSize > 0 ? 'data' : 'trailers'
    const { chunksSigned, signing } = this.#framing
    if (!chunksSigned || !signing) return
    this.#chunkHash = createHash('sha256')
    if (this.#chunkSize === 0) this.#verifyChunk()
  }

  #verifyChunk(): void {
    if (!this.#chunkHash) return
    const digest = this.#chunkHash.digest('hex')
    this.#chunkHash = undefined
    this.#verify('AWS4-HMAC-SHA256-PAYLOAD', `${emptyHash}\n${digest}`, this.#chunkSignature)
  }

  #verify(algorithm: string, content: string, provided: string): void {
    const signing = this.#framing.signing
    if (!signing) return
    const { key, amzDate, scope, accessKeyId } = signing
    const text = `${algorithm}\n${amzDate}\n${scope}\n${this.#previousSignature}\n${content}`
    const expected = signText(key, text)
    if (!sameSignature(expected, provided)) {
      throw s3SignatureDoesNotMatch(accessKeyId, provided, {
        stringToSign: text,
        canonicalRequest: '',
      })
    }
    this.#previousSignature = expected
  }

  #readTrailer(line: string): void {
    if (line === '') {
      // The documented form has an empty line between the trailers and their signature.
      if (this.#framing.trailerSigned && !(trailerSignature in this.trailers)) {
        if (Object.keys(this.trailers).length > 0) return
        throw malformedTrailer()
      }
      this.#finish()
      return
    }
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).trim().toLowerCase()
    if (colon < 0 || name === '' || name in this.trailers) throw malformedTrailer()
    if (Object.keys(this.trailers).length >= mostTrailers) throw malformedTrailer()
    this.trailers[name] = line.slice(colon + 1).trim()
  }

  #finish(): void {
    this.#state = 'done'
    const provided = this.trailers[trailerSignature]
    delete this.trailers[trailerSignature]
    if (!this.#framing.trailerSigned || provided === undefined) return
    const canonical = Object.entries(this.trailers)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => `${name}:${value}\n`)
      .join('')
    this.#verify('AWS4-HMAC-SHA256-TRAILER', hash('sha256', canonical), provided)
  }
}
