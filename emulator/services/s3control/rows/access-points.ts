import type { AccessPoint, PublicAccessBlock } from '../../../ports.ts'
import type { Database } from '../../../store/database.ts'
import { accessPointArn } from '../arns.ts'

interface Row {
  account: string
  region: string
  name: string
  alias: string
  bucket: string
  bucket_account: string
  vpc_id: string | null
  public_access_block: string
  policy: string | null
  policy_is_public: 0 | 1
  tags: string
  created_at: number
}

type Place = Pick<AccessPoint, 'account' | 'region'>

const toAccessPoint = (row: Row): AccessPoint => ({
  account: row.account,
  region: row.region,
  name: row.name,
  alias: row.alias,
  arn: accessPointArn(row, row.name),
  bucket: row.bucket,
  bucketAccount: row.bucket_account,
  vpcId: row.vpc_id,
  publicAccessBlock: JSON.parse(row.public_access_block) as PublicAccessBlock,
  policy: row.policy,
  policyIsPublic: row.policy_is_public === 1,
  tags: JSON.parse(row.tags) as Record<string, string>,
  createdAt: row.created_at,
})

export function findAccessPoint(
  db: Database,
  { account, region }: Place,
  name: string,
): AccessPoint | undefined {
  const row = db.get<Row>(
    'select * from s3control_access_points where account = ? and region = ? and name = ?',
    account,
    region,
    name,
  )
  return row && toAccessPoint(row)
}

/** Aliases are as global as the names of buckets: whoever owns it. */
export function findByAlias(db: Database, alias: string): AccessPoint | undefined {
  const row = db.get<Row>('select * from s3control_access_points where alias = ?', alias)
  return row && toAccessPoint(row)
}

/** Whether the account has access points for the bucket. */
export function areAttached(db: Database, account: string, bucket: string): boolean {
  return (
    db.get(
      'select 1 from s3control_access_points where bucket = ? and account = ? limit 1',
      bucket,
      account,
    ) !== undefined
  )
}

/**
 * A page of the access points of an account and region, by name.
 *
 * @param bucket only those for it; all where it is absent
 * @param from the page begins with the first name not before this
 */
export function listAccessPoints(
  db: Database,
  { account, region }: Place,
  { bucket, from, limit }: { bucket: string | undefined; from: string; limit: number },
): AccessPoint[] {
  return db
    .all<Row>(
      `select * from s3control_access_points
       where account = ? and region = ? and name >= ? and (? is null or bucket = ?) order by name limit ?`,
      account,
      region,
      from,
      bucket ?? null,
      bucket ?? null,
      limit,
    )
    .map(toAccessPoint)
}

export function countAccessPoints(db: Database, { account, region }: Place): number {
  return db.get<{ n: number }>(
    'select count(*) as n from s3control_access_points where account = ? and region = ?',
    account,
    region,
  )!.n
}

export function insertAccessPoint(
  db: Database,
  point: Omit<AccessPoint, 'arn' | 'policy' | 'policyIsPublic'>,
): void {
  db.run(
    `insert into s3control_access_points
       (account, region, name, alias, bucket, bucket_account, vpc_id, public_access_block, tags, created_at)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    point.account,
    point.region,
    point.name,
    point.alias,
    point.bucket,
    point.bucketAccount,
    point.vpcId,
    JSON.stringify(point.publicAccessBlock),
    JSON.stringify(point.tags),
    point.createdAt,
  )
}

/** @param policy its text, and whether it is public; null for none */
export function setAccessPointPolicy(
  db: Database,
  { account, region, name }: AccessPoint,
  policy: { readonly text: string; readonly isPublic: boolean } | null,
): void {
  db.run(
    `update s3control_access_points set policy = ?, policy_is_public = ?
     where account = ? and region = ? and name = ?`,
    policy?.text ?? null,
    policy?.isPublic ? 1 : 0,
    account,
    region,
    name,
  )
}

export function setAccessPointTags(
  db: Database,
  { account, region, name }: AccessPoint,
  tags: Readonly<Record<string, string>>,
): void {
  db.run(
    'update s3control_access_points set tags = ? where account = ? and region = ? and name = ?',
    JSON.stringify(tags),
    account,
    region,
    name,
  )
}

export function deleteAccessPoint(db: Database, { account, region, name }: AccessPoint): void {
  db.run(
    'delete from s3control_access_points where account = ? and region = ? and name = ?',
    account,
    region,
    name,
  )
}
