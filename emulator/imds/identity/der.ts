// As much of DER (ITU-T X.690) as certificates and signed messages take.

export const integer = (value: number | Buffer): Buffer => {
  const bytes = typeof value === 'number' ? Buffer.from([value]) : value
  // A first bit that is set would make it negative.
  return tagged(0x02, bytes[0]! & 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes)
}

export const sequence = (...parts: readonly Buffer[]): Buffer => tagged(0x30, Buffer.concat(parts))
export const set = (...parts: readonly Buffer[]): Buffer => tagged(0x31, Buffer.concat(parts))
export const octets = (bytes: Buffer): Buffer => tagged(0x04, bytes)
export const utf8 = (text: string): Buffer => tagged(0x0c, Buffer.from(text))
export const none = tagged(0x05, Buffer.alloc(0))

/** `[n]`, explicit. */
export const context = (number: number, content: Buffer): Buffer => tagged(0xa0 + number, content)

/** Of whole bytes. */
export const bits = (bytes: Buffer): Buffer =>
  tagged(0x03, Buffer.concat([Buffer.from([0]), bytes]))

/** `20000101000000Z`; only for years from 2050, or the end of time: before, X.509 wants `utcTime`. */
export const generalizedTime = (text: string): Buffer => tagged(0x18, Buffer.from(text))
/** `000101000000Z` */
export const utcTime = (text: string): Buffer => tagged(0x17, Buffer.from(text))

/** `1.2.840.113549.1.1.11` */
export function objectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  return tagged(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]))
}

/** The most significant seven bits first; all bytes but the last have the eighth set. */
function base128(value: number): number[] {
  const bytes = [value % 128]
  for (let left = Math.floor(value / 128); left > 0; left = Math.floor(left / 128)) {
    bytes.unshift((left % 128) + 128)
  }
  return bytes
}

function tagged(tag: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([tag, ...lengthOf(content.length)]), content])
}

function lengthOf(length: number): number[] {
  if (length < 128) return [length]
  const bytes: number[] = []
  for (let left = length; left > 0; left = Math.floor(left / 256)) bytes.unshift(left % 256)
  return [0x80 + bytes.length, ...bytes]
}
