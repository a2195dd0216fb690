import type { Database } from '../../../store/database.ts'

export type ObjectOwnership = 'BucketOwnerEnforced' | 'BucketOwnerPreferred' | 'ObjectWriter'

export interface Bucket {
  readonly id: number
  readonly account: string
  readonly region: string
  readonly name: string
  /** Virtual time in ms since the epoch. */
  readonly createdAt: number
  readonly objectOwnership: ObjectOwnership
  /** The access control that the creating request asked for; null for private. */
  readonly acl: AclRequest | null
  /** Null until versioning was first enabled. */
  readonly versioning: 'Enabled' | 'Suspended' | null
  readonly tags: Readonly<Record<string, string>>
}

/** A request's own words: a canned ACL, or grants by header. */
export type AclRequest = Readonly<Record<string, string>>

interface BucketRow {
  id: number
  account: string
  region: string
  name: string
  created_at: number
  object_ownership: ObjectOwnership
  acl: string | null
  versioning: 'Enabled' | 'Suspended' | null
  tags: string
}

const columns = 'id, account, region, name, created_at, object_ownership, acl, versioning, tags'

const toBucket = ({ created_at, object_ownership, acl, tags, ...row }: BucketRow): Bucket => ({
  ...row,
  createdAt: created_at,
  objectOwnership: object_ownership,
  acl: acl === null ? null : (JSON.parse(acl) as AclRequest),
  tags: JSON.parse(tags) as Record<string, string>,
})

/** Finds a bucket by name, whoever owns it: names are global. Callers check account and region. */
export function findBucket(db: Database, name: string): Bucket | undefined {
  const row = db.get<BucketRow>(`select ${columns} from s3_buckets where name = ?`, name)
  return row && toBucket(row)
}

/**
 * A page of an account's buckets, by name.
 *
 * @param from the page begins with the first name not before this
 * @param region only buckets of this region
 * @param limit at most this many
 */
export function listBuckets(
  db: Database,
  account: string,
  { prefix, from, region, limit }: { prefix: string; from: string; region: string; limit: number },
): Bucket[] {
  return db
    .all<BucketRow>(
      `select ${columns} from s3_buckets
       where account = ? and name >= max(?, ?) and substr(name, 1, length(?)) = ? and (? = '' or region = ?)
       order by name limit ?`,
      account,
      prefix,
      from,
      prefix,
      prefix,
      region,
      region,
      limit,
    )
    .map(toBucket)
}

export function countBuckets(db: Database, account: string): number {
  return db.get<{ n: number }>('select count(*) as n from s3_buckets where account = ?', account)!.n
}

export function insertBucket(db: Database, bucket: Omit<Bucket, 'id'>): void {
  db.run(
    `insert into s3_buckets (account, region, name, created_at, object_ownership, acl, versioning, tags)
     values (?, ?, ?, ?, ?, ?, ?, ?)`,
    bucket.account,
    bucket.region,
    bucket.name,
    bucket.createdAt,
    bucket.objectOwnership,
    bucket.acl === null ? null : JSON.stringify(bucket.acl),
    bucket.versioning,
    JSON.stringify(bucket.tags),
  )
}

export function setBucketAcl(db: Database, bucket: Bucket, acl: AclRequest | null): void {
  db.run('update s3_buckets set acl = ? where id = ?', acl && JSON.stringify(acl), bucket.id)
}

export function setBucketVersioning(
  db: Database,
  bucket: Bucket,
  versioning: 'Enabled' | 'Suspended',
): void {
  db.run('update s3_buckets set versioning = ? where id = ?', versioning, bucket.id)
}

export function setBucketTags(
  db: Database,
  bucket: Bucket,
  tags: Readonly<Record<string, string>>,
): void {
  db.run('update s3_buckets set tags = ? where id = ?', JSON.stringify(tags), bucket.id)
}

export function deleteBucket(db: Database, bucket: Bucket): void {
  db.run('delete from s3_buckets where id = ?', bucket.id)
}
