import type { Database } from '../../../store/database.ts'
import { remembered } from '../../../store/remembered.ts'

interface Place {
  readonly account: string
  readonly region: string
}

/** What is in a bucket in one storage class. */
export interface ClassSize {
  readonly storageClass: string
  /** Of all versions, and of the parts of uploads that are not complete. */
  readonly bytes: number
  /** Delete markers and parts are counted, too. */
  readonly count: number
}

/** Where there are buckets. */
export const bucketPlaces = (db: Database): Place[] =>
  db.all<Place>('select distinct account, region from s3_buckets order by account, region')

export const bucketsIn = (
  db: Database,
  { account, region }: Place,
): { readonly id: number; readonly name: string }[] =>
  db.all(
    'select id, name from s3_buckets where account = ? and region = ? order by name',
    account,
    region,
  )

/** What is in a bucket, by storage classes. Counted anew only when some object has changed. */
export const sizesOf = remembered<readonly ClassSize[], number>(
  ['s3_object_versions', 's3_uploads', 's3_upload_parts'],
  (db, bucket) =>
    db.all<ClassSize>(
      `select storageClass, sum(bytes) as bytes, sum(count) as count from (
         select storage_class as storageClass, sum(size) as bytes, count(*) as count
         from s3_object_versions where bucket = ? group by storage_class
         union all
         select storage_class, sum(part.size), count(*)
         from s3_uploads join s3_upload_parts as part on part.upload = s3_uploads.id
         where bucket = ? group by storage_class
       ) group by storageClass order by storageClass`,
      bucket,
      bucket,
    ),
)
