import type { Scope } from '../describe/resources.ts'

interface DatafeedRow {
  readonly bucket: string
  readonly prefix: string | null
}

export const findDatafeed = ({ db, account, region }: Scope): DatafeedRow | undefined =>
  db.get<DatafeedRow>(
    'select bucket, prefix from ec2_spot_datafeeds where account = ? and region = ?',
    account,
    region,
  )

/** An account has one in a region; a new one takes its place. */
export function putDatafeed({ db, account, region }: Scope, { bucket, prefix }: DatafeedRow): void {
  db.run(
    'insert or replace into ec2_spot_datafeeds (account, region, bucket, prefix) values (?, ?, ?, ?)',
    account,
    region,
    bucket,
    prefix,
  )
}

export function deleteDatafeed({ db, account, region }: Scope): void {
  db.run('delete from ec2_spot_datafeeds where account = ? and region = ?', account, region)
}
