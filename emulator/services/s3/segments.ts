import type { Call } from '../../operation.ts'
import type { FileSlice } from '../../store/object-files.ts'
import type { ByteRange } from './byte-ranges.ts'
import { partsWithin } from './rows/object-parts.ts'
import type { ObjectVersion } from './rows/object-versions.ts'

/** Where an object's bytes are, in order. @param range the wanted ones; all by default */
export function slicesOf(
  { db }: Pick<Call, 'db'>,
  version: ObjectVersion,
  range?: ByteRange,
): FileSlice[] {
  const { start, end } = range ?? { start: 0, end: version.size }
  if (version.file !== null) return [{ id: version.file, start, end }]
  return partsWithin(db, version.id, start, end).map((part) => ({
    id: part.file,
    start: Math.max(start - part.start, 0),
    end: Math.min(end - part.start, part.size),
  }))
}
