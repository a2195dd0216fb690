import { metadataTooLarge } from './errors.ts'

const maxBytes = 2048

/**
 * User metadata as it is stored. A value in RFC 2047's form (`=?UTF-8?Q?…?=`) is decoded, as AWS does.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html#UserMetadata
 *
 * @param metadata by names without `x-amz-meta-`
 * @param decode for what is not in headers, and so needs no such form
 * @throws AwsError `MetadataTooLarge` when names and values are more than 2 KB
 */
export function storedMetadata(
  metadata: Record<string, string> = {},
  decode: (value: string) => string = decodeWords,
): Record<string, string> {
  let size = 0
  const stored: Record<string, string> = {}
  for (const [name, value] of Object.entries(metadata)) {
    const decoded = decode(value)
    size += Buffer.byteLength(name) + Buffer.byteLength(decoded)
    stored[name.toLowerCase()] = decoded
  }
  if (size > maxBytes) throw metadataTooLarge(size)
  return stored
}

/** User metadata as headers carry it: what is not printable ASCII goes out in RFC 2047's form. */
export function metadataHeaders(
  metadata: Readonly<Record<string, string>>,
): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(metadata)) headers[name] = encodeWord(value)
  return headers
}

const printable = /^[\x20-\x7e\t]*$/

function encodeWord(value: string): string {
  if (printable.test(value)) return value
  // What no text shows (control characters, and what is no character) makes AWS take base64 for the whole.
  if (/\p{C}|\uFFFD/u.test(value)) return `=?UTF-8?B?${Buffer.from(value).toString('base64')}?=`
  const quoted = Array.from(Buffer.from(value), (byte) => quotedByte(byte)).join('')
  return `=?UTF-8?Q?${quoted}?=`
}

function quotedByte(byte: number): string {
  if (byte === 0x20) return '_'
  const isPlain = byte > 0x20 && byte < 0x7f && byte !== 0x3d && byte !== 0x3f && byte !== 0x5f
  return isPlain
    ? String.fromCharCode(byte)
    : `=${byte.toString(16).toUpperCase().padStart(2, '0')}`
}

function decodeWords(value: string): string {
  return value.replaceAll(
    /=\?UTF-8\?([QB])\?([^?]*)\?=/gi,
    (_word, encoding: string, text: string) =>
      encoding.toUpperCase() === 'B'
        ? Buffer.from(text, 'base64').toString()
        : Buffer.from(
            text
              .replaceAll('_', ' ')
              .replaceAll(/=([0-9A-Fa-f]{2})/g, (_byte, hex: string) =>
                String.fromCharCode(Number.parseInt(hex, 16)),
              ),
            'latin1',
          ).toString(),
  )
}
