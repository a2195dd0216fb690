/** What a program wrote, as much as is worth keeping: the beginning, and the end. */
export class Output {
  readonly #head: Buffer[] = []
  #headBytes = 0
  #tail = Buffer.alloc(0)
  #bytes = 0

  /** In bytes; what is kept is twice this at most. */
  readonly #part = 8 * 1024

  add(chunk: Buffer): void {
    this.#bytes += chunk.length
    const forHead = chunk.subarray(0, this.#part - this.#headBytes)
    if (forHead.length > 0) {
      this.#head.push(forHead)
      this.#headBytes += forHead.length
    }
    const rest = chunk.subarray(forHead.length)
    if (rest.length > 0) this.#tail = Buffer.concat([this.#tail, rest]).subarray(-this.#part)
  }

  /** How much was written, in bytes. */
  get bytes(): number {
    return this.#bytes
  }

  /** As text, harmless on a terminal and in XML. */
  toString(): string {
    const left = this.#bytes - this.#headBytes - this.#tail.length
    const gap = left > 0 ? `\n… ${left} bytes left out …\n` : ''
    const text = Buffer.concat([...this.#head, Buffer.from(gap), this.#tail]).toString('utf8')
    return text.replaceAll(/[^\P{Cc}\n\t]|\p{Cs}|[\uFFFE\uFFFF]/gu, '\u{fffd}')
  }
}
