import type { Tag } from '@aws-sdk/client-rds'
import type { Call } from '../../../operation.ts'

type Scope = Pick<Call, 'db' | 'account' | 'region'>

/** Where a resource's tags are kept: a global cluster's ARN names no region. */
const regionOf = (arn: string, region: string): string =>
  arn.split(':')[3] === '' ? 'aws-global' : region

/** The tags of a resource, in the order in which they were added. */
export const tagsOf = ({ db, account, region }: Scope, arn: string): Tag[] =>
  db
    .all<{ key: string; value: string }>(
      `select key, value from rds_tags where account = ? and region = ? and arn = ? order by position`,
      account,
      regionOf(arn, region),
      arn,
    )
    .map(({ key, value }) => ({ Key: key, Value: value }))

/** Adds tags to a resource; those that it has get the new value. */
export function putTags(
  { db, account, region }: Scope,
  arn: string,
  tags: readonly Tag[] = [],
): void {
  for (const { Key, Value = '' } of tags) {
    db.run(
      `insert into rds_tags (account, region, arn, key, value, position)
       values (?, ?, ?, ?, ?, (select coalesce(max(position), 0) + 1 from rds_tags where account = ? and region = ? and arn = ?))
       on conflict do update set value = excluded.value`,
      account,
      regionOf(arn, region),
      arn,
      Key!,
      Value,
      account,
      regionOf(arn, region),
      arn,
    )
  }
}

export function removeTags(
  { db, account, region }: Scope,
  arn: string,
  keys: readonly string[],
): void {
  for (const key of keys) {
    db.run(
      'delete from rds_tags where account = ? and region = ? and arn = ? and key = ?',
      account,
      regionOf(arn, region),
      arn,
      key,
    )
  }
}

/** What is deleted has no tags any more. */
export function deleteTags({ db, account, region }: Scope, arn: string): void {
  db.run('delete from rds_tags where account = ? and region = ? and arn = ?', account, region, arn)
}

/** A resource that gets a new name keeps its tags. */
export function moveTags({ db, account, region }: Scope, from: string, to: string): void {
  db.run(
    'update rds_tags set arn = ? where account = ? and region = ? and arn = ?',
    to,
    account,
    regionOf(from, region),
    from,
  )
}
