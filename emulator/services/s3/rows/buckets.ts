import type { Database } from '../../../store/database.ts'
import { remembered } from '../../../store/remembered.ts'
import type { Acl } from '../acls.ts'
import type { AccessPoint, PublicAccessBlock } from '../../../ports.ts'

export type ObjectOwnership = 'BucketOwnerEnforced' | 'BucketOwnerPreferred' | 'ObjectWriter'

export interface Bucket {
  readonly id: number
  readonly account: string
  readonly region: string
  readonly name: string
  /** Virtual time in ms since the epoch. */
  readonly createdAt: number
  readonly objectOwnership: ObjectOwnership
  /** False where they were deleted, which leaves the bucket as `ObjectWriter`. */
  readonly ownershipControls: boolean
  /** Null for private. */
  readonly acl: Acl | null
  /** JSON text. */
  readonly policy: string | null
  /** Whether the policy is public as AWS means it. */
  readonly policyIsPublic: boolean
  /** Null where it was deleted. */
  readonly publicAccessBlock: PublicAccessBlock | null
  /** Null until versioning was first enabled. */
  readonly versioning: 'Enabled' | 'Suspended' | null
  readonly tags: Readonly<Record<string, string>>
  /** The access point that the request came through. */
  readonly accessPoint?: AccessPoint
}

interface BucketRow {
  id: number
  account: string
  region: string
  name: string
  created_at: number
  object_ownership: ObjectOwnership
  ownership_controls: 0 | 1
  acl: string | null
  policy: string | null
  policy_is_public: 0 | 1
  public_access_block: string | null
  versioning: 'Enabled' | 'Suspended' | null
  tags: string
}

const columns =
  'id, account, region, name, created_at, object_ownership, ownership_controls, acl, policy, policy_is_public, ' +
  'public_access_block, versioning, tags'

const toBucket = (row: BucketRow): Bucket => ({
  id: row.id,
  account: row.account,
  region: row.region,
  name: row.name,
  createdAt: row.created_at,
  objectOwnership: row.object_ownership,
  ownershipControls: row.ownership_controls === 1,
  acl: parsed<Acl>(row.acl),
  policy: row.policy,
  policyIsPublic: row.policy_is_public === 1,
  publicAccessBlock: blockOf(row.public_access_block),
  versioning: row.versioning,
  tags: JSON.parse(row.tags) as Record<string, string>,
})

const parsed = <T>(json: string | null) => (json === null ? null : (JSON.parse(json) as T))
/** Every request reads one, and there are only sixteen. */
const blocks = new Map<string, PublicAccessBlock>()

function blockOf(json: string | null): PublicAccessBlock | null {
  if (json === null) return null
  let block = blocks.get(json)
  if (!block) blocks.set(json, (block = JSON.parse(json) as PublicAccessBlock))
  return block
}

const written = (value: object | null) => (value === null ? null : JSON.stringify(value))

/** Finds a bucket by name, whoever owns it: names are global. Callers check account and region. */
export const findBucket = remembered<Bucket | undefined, string>(['s3_buckets'], (db, name) => {
  const row = db.get<BucketRow>(`select ${columns} from s3_buckets where name = ?`, name)
  return row && toBucket(row)
})

export function findBucketById(db: Database, id: number): Bucket | undefined {
  const row = db.get<BucketRow>(`select ${columns} from s3_buckets where id = ?`, id)
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

/** What a bucket starts with besides, the table says. */
export type NewBucket = Pick<
  Bucket,
  'account' | 'region' | 'name' | 'createdAt' | 'objectOwnership' | 'acl' | 'versioning' | 'tags'
>

export function insertBucket(db: Database, bucket: NewBucket): void {
  db.run(
    `insert into s3_buckets (account, region, name, created_at, object_ownership, acl, versioning, tags)
     values (?, ?, ?, ?, ?, ?, ?, ?)`,
    bucket.account,
    bucket.region,
    bucket.name,
    bucket.createdAt,
    bucket.objectOwnership,
    written(bucket.acl),
    bucket.versioning,
    JSON.stringify(bucket.tags),
  )
}

export function setBucketAcl(db: Database, bucket: Bucket, acl: Acl | null): void {
  db.run('update s3_buckets set acl = ? where id = ?', written(acl), bucket.id)
}

/** @param ownership null takes the controls away */
export function setOwnership(
  db: Database,
  bucket: Bucket,
  ownership: ObjectOwnership | null,
): void {
  db.run(
    'update s3_buckets set object_ownership = ?, ownership_controls = ? where id = ?',
    ownership ?? 'ObjectWriter',
    ownership === null ? 0 : 1,
    bucket.id,
  )
}

/** @param policy its text, and whether it is public; null for none */
export function setBucketPolicy(
  db: Database,
  bucket: Bucket,
  policy: { readonly text: string; readonly isPublic: boolean } | null,
): void {
  db.run(
    'update s3_buckets set policy = ?, policy_is_public = ? where id = ?',
    policy?.text ?? null,
    policy?.isPublic ? 1 : 0,
    bucket.id,
  )
}

export function setPublicAccessBlock(
  db: Database,
  bucket: Bucket,
  block: PublicAccessBlock | null,
): void {
  db.run('update s3_buckets set public_access_block = ? where id = ?', written(block), bucket.id)
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
