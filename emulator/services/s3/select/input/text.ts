import { invalidTextEncoding } from '../errors.ts'

/** Turns chunks of bytes into text, whatever characters the chunks cut in two. */
export class Utf8Text {
  readonly #decoder = new TextDecoder('utf-8', { fatal: true })
  #bytes = 0

  /** How many bytes came in. */
  get bytes(): number {
    return this.#bytes
  }

  /** @throws AwsError `InvalidTextEncoding` for what is not UTF-8 */
  push(chunk: Uint8Array): string {
    this.#bytes += chunk.length
    return this.#decode(() => this.#decoder.decode(chunk, { stream: true }))
  }

  end(): string {
    return this.#decode(() => this.#decoder.decode())
  }

  #decode(decode: () => string): string {
    try {
      return decode()
    } catch {
      throw invalidTextEncoding(this.#bytes)
    }
  }
}
