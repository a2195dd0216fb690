import { failed, passed } from '../../checker/lab.ts'
import type { Cloud } from '../../checker/cloud.ts'
import { ask, countPredictions, instances, onReplica } from './databases.ts'

export const checkReplica = onReplica(({ DBInstanceIdentifier, DBInstanceStatus }) =>
  DBInstanceStatus === 'available'
    ? passed()
    : failed(`Your ${DBInstanceIdentifier} is ${DBInstanceStatus}. Expected available.`),
)

export const checkFollows = onReplica(async (replica, database, cloud) => {
  const [here, there] = [
    await countPredictions(database, cloud),
    await countPredictions(replica, cloud),
  ]
  if (typeof there === 'string') {
    return failed(`Your ${replica.DBInstanceIdentifier} does not tell its predictions: ${there}.`)
  }
  return here === there
    ? passed()
    : failed(
        `Your ${replica.DBInstanceIdentifier} has ${there} predictions, its source ${here}. Expected the same.`,
      )
})

export const checkReadOnly = onReplica(async (replica, _database, cloud) => {
  const answer = await ask(replica, cloud, 'select pg_is_in_recovery() as follows')
  if ('refused' in answer) {
    return failed(`Your ${replica.DBInstanceIdentifier} does not answer: ${answer.refused}.`)
  }
  return answer.rows[0]!['follows'] === true
    ? passed()
    : failed(`Your ${replica.DBInstanceIdentifier} follows nothing: it can be written to.`)
})

/** A replica that was promoted never follows again. */
export async function findPromoted(cloud: Cloud): Promise<string | undefined> {
  const promoted = cloud.events.last({ service: 'rds', operation: 'PromoteReadReplica' })
  if (promoted === undefined) return undefined
  const all = await instances(cloud)
  if (all.some((one) => one.ReadReplicaSourceDBInstanceIdentifier !== undefined)) return undefined
  const name = String(promoted.parameters?.['DBInstanceIdentifier'])
  return `Your ${name} was promoted: it is a database of its own now, and never follows another again. Make another replica, under another name or after you have deleted that one.`
}
