import type { DBInstance } from '@aws-sdk/client-rds'
import { DescribeDBInstancesCommand } from '@aws-sdk/client-rds'
import type { Cloud } from '../../checker/cloud.ts'
import type { Answer } from '../../checker/database.ts'
import { askDatabase } from '../../checker/database.ts'
import type { Verdict } from '../../checker/lab.ts'
import { failed } from '../../checker/lab.ts'

export async function instances({ rds }: Cloud): Promise<readonly DBInstance[]> {
  const { DBInstances = [] } = await rds.send(new DescribeDBInstancesCommand({}))
  return DBInstances
}

/** Looks at the database that is to stay. */
export const onDatabase =
  (check: (database: DBInstance, cloud: Cloud) => Promise<Verdict> | Verdict) =>
  async (cloud: Cloud): Promise<Verdict> => {
    const name = `${cloud.values['name']}-db`
    const database = (await instances(cloud)).find(
      ({ DBInstanceIdentifier }) => DBInstanceIdentifier === name,
    )
    return database === undefined
      ? failed(`You have no DB instance called ${name}. Expected one.`)
      : check(database, cloud)
  }

/** Looks at what replicates that database. */
export const onReplica = (
  check: (replica: DBInstance, database: DBInstance, cloud: Cloud) => Promise<Verdict> | Verdict,
) =>
  onDatabase(async (database, cloud) => {
    const { DBInstanceIdentifier } = database
    const replica = (await instances(cloud)).find(
      ({ ReadReplicaSourceDBInstanceIdentifier }) =>
        ReadReplicaSourceDBInstanceIdentifier === DBInstanceIdentifier,
    )
    return replica === undefined
      ? failed(`Your ${DBInstanceIdentifier} has no read replica. Expected one.`)
      : check(replica, database, cloud)
  })

export const ask = ({ Endpoint }: DBInstance, cloud: Cloud, query: string): Promise<Answer> =>
  askDatabase(
    cloud,
    Endpoint,
    { user: 'mluser', password: cloud.values['password']!, database: 'postgres' },
    query,
  )

/** How many predictions there are; a text that says why that can't be told. */
export async function countPredictions(
  database: DBInstance,
  cloud: Cloud,
): Promise<number | string> {
  const answer = await ask(database, cloud, 'select count(*)::int as count from predictions')
  return 'refused' in answer ? answer.refused : Number(answer.rows[0]!['count'])
}
