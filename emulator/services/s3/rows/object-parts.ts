import type { Database } from '../../../store/database.ts'

/** One segment of an object that came by multipart upload. */
export interface ObjectPart {
  /** As the upload numbered it. */
  readonly number: number
  /** Where it begins in the object, in bytes. */
  readonly start: number
  readonly size: number
  readonly file: string
  readonly checksumValue: string | null
  /** The file's key; null for a plain one. */
  readonly seal: string | null
}

interface PartRow {
  number: number
  start: number
  size: number
  file: string
  checksum_value: string | null
  seal: string | null
}

const columns = 'number, start, size, file, checksum_value, seal'

const toPart = ({ checksum_value, ...row }: PartRow): ObjectPart => ({
  ...row,
  checksumValue: checksum_value,
})

export function listParts(db: Database, version: number): ObjectPart[] {
  return db
    .all<PartRow>(
      `select ${columns} from s3_object_parts where version = ? order by number`,
      version,
    )
    .map(toPart)
}

/** The parts that hold some of the bytes from `start` to before `end`, in order. */
export function partsWithin(
  db: Database,
  version: number,
  start: number,
  end: number,
): ObjectPart[] {
  return db
    .all<PartRow>(
      `select ${columns} from s3_object_parts
       where version = ? and start < ? and start + size > ? order by number`,
      version,
      end,
      start,
    )
    .map(toPart)
}

/** @param index 0 for the first part, whatever its number */
export function partAt(db: Database, version: number, index: number): ObjectPart | undefined {
  const row = db.get<PartRow>(
    `select ${columns} from s3_object_parts where version = ? order by number limit 1 offset ?`,
    version,
    index,
  )
  return row && toPart(row)
}

export function insertParts(db: Database, version: number, parts: readonly ObjectPart[]): void {
  for (const { number, start, size, file, checksumValue, seal } of parts) {
    db.run(
      `insert into s3_object_parts (version, ${columns}) values (?, ?, ?, ?, ?, ?, ?)`,
      version,
      number,
      start,
      size,
      file,
      checksumValue,
      seal,
    )
  }
}
