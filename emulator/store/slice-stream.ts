import { close, read } from 'node:fs'
import { Readable } from 'node:stream'
import { decipherAt, type ContentCipher } from './content-cipher.ts'

/**
 * How much is read and decrypted at once, in bytes. Large pieces are handed from thread to thread less often, which is what a download waits for; for many
 * readers, who wait for each other anyway, they would take too much memory. Two pieces wait for the reader at most: one is sent while the next is read.
 */
const readSizes = { few: 512 * 1024, many: 64 * 1024 }
/** Readers at the same time. */
const fewReaders = 4
let readers = 0

/**
 * The bytes of a file from `start` to `end`, decrypted. While a piece is decrypted and sent, another thread reads the next one, into the
 * same memory each time.
 *
 * @param fd is closed when the stream ends, whatever ends it
 * @param end exclusive
 */
export class SliceStream extends Readable {
  readonly #fd: number
  readonly #end: number
  readonly #decipher: ReturnType<typeof decipherAt> | undefined
  readonly #readSize: number
  #at: number
  #buffer: Buffer | undefined
  #isReading = false
  #closed: ((error?: Error | null) => void) | undefined

  constructor(fd: number, start: number, end: number, cipher: ContentCipher | undefined) {
    const readSize = readers < fewReaders ? readSizes.few : readSizes.many
    super({ highWaterMark: 2 * readSize })
    this.#readSize = readSize
    this.#fd = fd
    this.#at = start
    this.#end = end
    this.#decipher = cipher && decipherAt(cipher, start)
    readers += 1
  }

  override _read(): void {
    const length = Math.min(this.#readSize, this.#end - this.#at)
    if (length === 0) {
      this.push(null)
      return
    }
    // What is decrypted is a copy, so that the next piece may take this one's place.
    const buffer = this.#decipher
      ? (this.#buffer ??= Buffer.allocUnsafeSlow(Math.min(this.#readSize, this.#end - this.#at)))
      : Buffer.allocUnsafeSlow(length)
    this.#isReading = true
    read(this.#fd, buffer, 0, length, this.#at, (error, count) => {
      this.#isReading = false
      if (this.#closed) return this.#close()
      if (error) this.destroy(error)
      else if (count === 0) this.destroy(new Error('an object file ends before its object does'))
      else {
        this.#at += count
        const bytes = buffer.subarray(0, count)
        this.push(this.#decipher ? this.#decipher.update(bytes) : bytes)
      }
    })
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    readers -= 1
    this.#closed = (failure) => done(error ?? failure ?? null)
    // A file that is being read from is closed afterwards: its number could be another's by then.
    if (!this.#isReading) this.#close()
  }

  #close(): void {
    close(this.#fd, this.#closed)
  }
}
