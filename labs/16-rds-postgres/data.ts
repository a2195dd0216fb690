import type { DBInstance } from '@aws-sdk/client-rds'
import type { Cloud } from '../../checker/cloud.ts'
import { askDatabase } from '../../checker/database.ts'
import { failed, passed } from '../../checker/lab.ts'
import { onDatabase } from './instance.ts'

/** The names of the experiments that a database knows of, in order; a text that says why that can't be told. */
export async function experimentsOf(
  { Endpoint }: DBInstance,
  cloud: Cloud,
): Promise<readonly string[] | string> {
  const login = { user: 'mluser', password: cloud.values['password']!, database: 'mlflow' }
  const query = 'select name::text as name from experiments order by 1'
  const answer = await askDatabase(cloud, Endpoint, login, query)
  return 'refused' in answer ? answer.refused : answer.rows.map(({ name }) => String(name))
}

export const checkTable = onDatabase(async (database, cloud) => {
  const found = await experimentsOf(database, cloud)
  return typeof found === 'string'
    ? failed(
        `Your ${database.DBInstanceIdentifier} does not tell its experiments: ${found}. Expected a table experiments in the database mlflow, readable for mluser.`,
      )
    : passed()
})

/** That they are gone counts once they are known to have been there: a snapshot has them. */
export const checkLost = onDatabase(async (database, cloud) => {
  const found = await experimentsOf(database, cloud)
  if (typeof found === 'string') {
    return failed(`Your ${database.DBInstanceIdentifier} does not tell its experiments: ${found}.`)
  }
  const taken = cloud.events.last({ service: 'rds', operation: 'CreateDBSnapshot' })
  if (taken === undefined) return failed('There is no snapshot yet that remembers any rows.')
  return found.length === 0
    ? passed()
    : failed(
        `Your ${database.DBInstanceIdentifier} still has ${found.length} experiments. Expected that you delete them, after the snapshot.`,
      )
})
