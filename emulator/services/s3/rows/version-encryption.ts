import type { Database } from '../../../store/database.ts'
import type { Resealed } from '../encryption/resealing.ts'

/** The files of a version stay where they are: their keys are sealed anew. */
export function setVersionEncryption(
  db: Database,
  version: number,
  { encryption, cipher, parts }: Resealed,
): void {
  db.run(
    'update s3_object_versions set encryption = ?, cipher = ? where id = ?',
    JSON.stringify(encryption),
    JSON.stringify(cipher),
    version,
  )
  for (const { number, seal } of parts) {
    db.run(
      'update s3_object_parts set seal = ? where version = ? and number = ?',
      seal,
      version,
      number,
    )
  }
}
