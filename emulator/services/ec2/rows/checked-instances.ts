import type { Database } from '../../../store/database.ts'

interface Place {
  readonly account: string
  readonly region: string
}

/** Where there are instances. */
export const instancePlaces = (db: Database): Place[] =>
  db.all<Place>('select distinct account, region from ec2_instances')

/** The ids of the running instances whose status checks have passed. */
export const checkedInstances = (db: Database, { account, region }: Place): string[] =>
  db
    .all<{ id: string }>(
      `select instance_id as id from ec2_instances
       where account = ? and region = ? and state = 'running' and status_checks = 'ok'`,
      account,
      region,
    )
    .map(({ id }) => id)
