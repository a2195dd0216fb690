import { keyTooLong } from './errors.ts'

const maxBytes = 1024

/**
 * A key that may be written: any UTF-8 of up to 1,024 bytes, control characters, `..` and `//` included.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html
 *
 * @throws AwsError `KeyTooLongError`
 */
export function requireKey(key: string | undefined): string {
  // Three bytes of UTF-8 for each UTF-16 unit at most: most keys need no counting.
  if (key === undefined || key.length * 3 <= maxBytes) return key ?? ''
  const size = Buffer.byteLength(key)
  if (size > maxBytes) throw keyTooLong(size)
  return key
}

/** The next text after `key` in the order of UTF-8 bytes. */
export const justAfter = (key: string): string => `${key}\0`

/**
 * The first text, in the order of UTF-8 bytes (which is that of code points), that comes after all texts that begin
 * with `prefix`; undefined when there is none.
 */
export function afterAllWith(prefix: string): string | undefined {
  const points = Array.from(prefix)
  for (let last = points.pop(); last !== undefined; last = points.pop()) {
    const next = last.codePointAt(0)! + 1
    if (next > 0x10ffff) continue
    // The surrogates are no characters: after U+D7FF comes U+E000.
    return points.join('') + String.fromCodePoint(next >= 0xd800 && next <= 0xdfff ? 0xe000 : next)
  }
  return undefined
}

/** Whether `a` comes before `b` in the order of UTF-8 bytes; JavaScript's own order is that of UTF-16. */
export const isBefore = (a: string, b: string): boolean =>
  Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0

/**
 * What `encoding-type=url` makes of keys in listings: form encoding that leaves slashes alone.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
 */
export function urlEncoded(text: string): string {
  return encodeURIComponent(text)
    .replaceAll('%2F', '/')
    .replaceAll('%20', '+')
    .replaceAll(/[!'()~]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
}
