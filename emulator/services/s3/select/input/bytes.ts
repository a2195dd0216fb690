import { pipeline, type Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { notCompressed, truncatedInput } from '../errors.ts'

/** How far the reading of an object has got, in bytes. */
export interface Scan {
  /** Of the object. */
  scanned(): number
  /** Of its content, uncompressed. */
  readonly chunks: AsyncIterable<Uint8Array>
}

/** Opens a piece of the object, its end exclusive. */
export type OpenBytes = (start: number, end: number) => Readable

/** An object as it is. */
export function plainScan(open: () => Readable): Scan {
  let scanned = 0
  async function* chunks() {
    for await (const chunk of open() as AsyncIterable<Buffer>) {
      scanned += chunk.length
      yield chunk
    }
  }
  return { scanned: () => scanned, chunks: chunks() }
}

/**
 * The content of a gzip file.
 *
 * @throws AwsError (when read) `InvalidCompressionFormat` for what is no gzip, `TruncatedInput` for what is broken
 */
export function gunzipScan(open: () => Readable): Scan {
  const gunzip = createGunzip({ chunkSize: 64 * 1024 })
  async function* chunks() {
    let isGzip = false
    try {
      // Whoever stops reading destroys `gunzip`, and the pipeline the file with it.
      pipeline(open(), gunzip, () => {})
      for await (const chunk of gunzip as AsyncIterable<Buffer>) {
        isGzip = true
        yield chunk
      }
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code
      if (code === undefined || !code.startsWith('Z_')) throw error
      const isBroken = isGzip || code === 'Z_BUF_ERROR' || !/header/.test(String(error))
      throw isBroken ? truncatedInput() : notCompressed('GZIP')
    } finally {
      gunzip.destroy()
    }
  }
  return { scanned: () => gunzip.bytesWritten, chunks: chunks() }
}

/** Bytes of a piece of what was uncompressed: a block of bzip2 may be of many megabytes. */
const largestPiece = 64 * 1024

/**
 * The content of a bzip2 file.
 *
 * @throws AwsError (when read) `InvalidCompressionFormat` for what is no bzip2, `TruncatedInput` for what is broken
 */
export function bunzipScan(open: () => Readable): Scan {
  let scanned = 0
  async function* chunks() {
    const { default: unbzip2 } = await import('unbzip2-stream')
    const unzip = unbzip2()
    let blocks: Buffer[] = []
    let isBroken = false
    unzip.on('data', (block: Buffer) => blocks.push(block))
    unzip.on('error', () => {
      isBroken = true
    })
    // It works while it is written to: what it has made is there afterwards.
    function* made(): Generator<Buffer> {
      const ready = blocks
      blocks = []
      for (const block of ready) {
        for (let at = 0; at < block.length; at += largestPiece) {
          yield block.subarray(at, at + largestPiece)
        }
      }
      if (isBroken) throw truncatedInput()
    }
    let magic = ''
    for await (const chunk of open() as AsyncIterable<Buffer>) {
      scanned += chunk.length
      if (magic.length < 4) {
        magic += chunk.toString('latin1', 0, 4)
        if (!/^(?:B(?:Z(?:h(?:[1-9].*)?)?)?)?$/s.test(magic)) throw notCompressed('BZIP2')
      }
      unzip.write(chunk)
      yield* made()
    }
    if (magic.length < 4) throw truncatedInput()
    unzip.end()
    yield* made()
  }
  return { scanned: () => scanned, chunks: chunks() }
}

/** A scan range, its end exclusive. */
export interface ScanBounds {
  readonly start: number
  readonly end: number
}

/**
 * The whole records of a CSV or JSON lines object that begin within a range; the last of them may go on after it.
 *
 * @param size the object's, in bytes
 * @param withHeader the object's first record comes first, whatever the range
 */
export function rangeScan(
  open: OpenBytes,
  size: number,
  bounds: ScanBounds,
  delimiter: Buffer,
  withHeader: boolean,
): Scan {
  let scanned = 0
  async function* pieces(stream: Readable | undefined): AsyncIterable<Buffer> {
    for await (const chunk of (stream ?? []) as AsyncIterable<Buffer>) {
      scanned += chunk.length
      yield chunk
    }
  }
  async function* chunks() {
    const { start, end } = bounds
    // The record that begins exactly at the start is in the range: the delimiter before it shows it.
    const from = Math.max(start - delimiter.length, 0)
    const body = from < size ? open(from, size) : undefined
    const header = start > 0 && withHeader ? open(0, size) : undefined
    try {
      if (header) yield* upToRecordEnd(pieces(header), 0, delimiter)
      const wanted = start === 0 ? pieces(body) : afterRecordEnd(pieces(body), delimiter)
      yield* upToRecordEnd(wanted, end - 1 - from, delimiter)
    } finally {
      header?.destroy()
      body?.destroy()
    }
  }
  return { scanned: () => scanned, chunks: chunks() }
}

/** Leaves out everything up to the first delimiter; in its place comes the number of its bytes. */
async function* afterRecordEnd(
  pieces: AsyncIterable<Buffer>,
  delimiter: Buffer,
): AsyncIterable<Buffer | number> {
  let rest = Buffer.alloc(0)
  let isFound = false
  let skipped = 0
  for await (const piece of pieces) {
    if (isFound) {
      yield piece
      continue
    }
    rest = Buffer.concat([rest, piece])
    const at = rest.indexOf(delimiter)
    if (at < 0) {
      const keep = Math.min(rest.length, delimiter.length - 1)
      skipped += rest.length - keep
      rest = rest.subarray(rest.length - keep)
      continue
    }
    isFound = true
    yield skipped + at + delimiter.length
    yield rest.subarray(at + delimiter.length)
  }
}

/** Everything up to the end of the record that `last`, counted from the first piece, is in. A number stands for bytes left out. */
async function* upToRecordEnd(
  pieces: AsyncIterable<Buffer | number>,
  last: number,
  delimiter: Buffer,
): AsyncIterable<Buffer> {
  let at = 0
  let tail: Buffer = Buffer.alloc(0)
  for await (const piece of pieces) {
    if (typeof piece === 'number') {
      at += piece
      if (at > last) return
      continue
    }
    // The delimiter may lie across two pieces.
    const text = tail.length > 0 ? Buffer.concat([tail, piece]) : piece
    const start = at - tail.length
    const from = Math.max(last - delimiter.length + 1 - start, 0)
    const found = start + text.length > last ? text.indexOf(delimiter, from) : -1
    if (found >= 0) {
      yield text.subarray(tail.length, found + delimiter.length)
      return
    }
    yield piece
    at += piece.length
    tail = text.subarray(Math.max(text.length - delimiter.length + 1, 0))
  }
}
