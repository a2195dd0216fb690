import type { DBInstance } from '@aws-sdk/client-rds'
import type { Cloud } from '../../checker/cloud.ts'
import { askDatabase } from '../../checker/database.ts'
import { failed, passed } from '../../checker/lab.ts'
import { onDatabase } from './instance.ts'

/** How many experiments a database knows of; a text that says why that can't be told. */
export async function countExperiments(
  { Endpoint }: DBInstance,
  cloud: Cloud,
): Promise<number | string> {
  const login = { user: 'mluser', password: cloud.values['password']!, database: 'mlflow' }
  const answer = await askDatabase(
    cloud,
    Endpoint,
    login,
    'select count(*)::int as count from experiments',
  )
  return 'refused' in answer ? answer.refused : Number(answer.rows[0]!['count'])
}

export const checkTable = onDatabase(async (database, cloud) => {
  const count = await countExperiments(database, cloud)
  return typeof count === 'number'
    ? passed()
    : failed(
        `Your ${database.DBInstanceIdentifier} does not tell its experiments: ${count}. Expected a table experiments in the database mlflow, readable for mluser.`,
      )
})

/** That they are gone counts once they are known to have been there: a snapshot has them. */
export const checkLost = onDatabase(async (database, cloud) => {
  const count = await countExperiments(database, cloud)
  if (typeof count === 'string') {
    return failed(`Your ${database.DBInstanceIdentifier} does not tell its experiments: ${count}.`)
  }
  const taken = cloud.events.last({ service: 'rds', operation: 'CreateDBSnapshot' })
  if (taken === undefined) return failed('There is no snapshot yet that remembers any rows.')
  return count === 0
    ? passed()
    : failed(
        `Your ${database.DBInstanceIdentifier} still has ${count} experiments. Expected that you delete them, after the snapshot.`,
      )
})
