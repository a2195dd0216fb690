/** Bytes from `start` to before `end`. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

/**
 * Reads a `Range` header against an object's size.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html and RFC 9110, section 14
 *
 * @returns the range; `whole` for what S3 ignores (several ranges, another unit, a syntax error); `unsatisfiable` when
 *   none of the bytes exist
 */
export function readRange(header: string, size: number): ByteRange | 'whole' | 'unsatisfiable' {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header.trim())
  if (!match) return 'whole'
  const [, first = '', last = ''] = match
  if (first === '') {
    if (last === '') return 'whole'
    const length = Math.min(Number(last), size)
    return length === 0 ? 'unsatisfiable' : { start: size - length, end: size }
  }
  const start = Number(first)
  const end = last === '' ? size : Math.min(Number(last) + 1, size)
  if (last !== '' && Number(last) < start) return 'whole'
  return start >= size ? 'unsatisfiable' : { start, end }
}

/** `bytes 0-9/100` */
export const contentRange = ({ start, end }: ByteRange, size: number) =>
  `bytes ${start}-${end - 1}/${size}`
