import type { Readable } from 'node:stream'
import type { FileSlice, ObjectBytes } from '../store/object-files.ts'

/**
 * What HTTP sends for an answer's payload: slices of object files become one stream of their bytes, everything else
 * stays as it is. The first file is opened at once, so that an object that is deleted meanwhile is still sent whole.
 */
export function bodyOf(
  body: unknown,
  objects: ObjectBytes,
): string | Uint8Array | Readable | undefined {
  if (isSlice(body)) return bytesOfOne(body, objects)
  if (Array.isArray(body) && body.every(isSlice)) {
    return body.length === 1 ? bytesOfOne(body[0]!, objects) : objects.readAll(body)
  }
  return body as string | Uint8Array | Readable | undefined
}

/** Up to here a slice is read at once, in bytes: opening a stream takes longer than reading what it has. */
const smallSlice = 64 * 1024

const bytesOfOne = (slice: FileSlice, objects: ObjectBytes): Buffer | Readable =>
  slice.end - slice.start <= smallSlice ? objects.readNow(slice) : objects.read(slice)

const isSlice = (value: unknown): value is FileSlice =>
  typeof value === 'object' && value !== null && 'id' in value && 'start' in value && 'end' in value
