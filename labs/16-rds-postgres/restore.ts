import type { DBInstance } from '@aws-sdk/client-rds'
import { DescribeDBSnapshotsCommand } from '@aws-sdk/client-rds'
import type { Cloud } from '../../checker/cloud.ts'
import type { HistoryEvent } from '../../checker/history.ts'
import type { Verdict } from '../../checker/lab.ts'
import { failed, passed } from '../../checker/lab.ts'
import { experimentsOf } from './data.ts'
import { sameDoor } from './door.ts'
import { findDatabase, instances, onDatabase } from './instance.ts'

export const checkSnapshot = onDatabase(async ({ DBInstanceIdentifier }, { rds }) => {
  const { DBSnapshots = [] } = await rds.send(
    new DescribeDBSnapshotsCommand({ DBInstanceIdentifier: DBInstanceIdentifier! }),
  )
  return DBSnapshots.some(
    ({ SnapshotType, Status }) => SnapshotType === 'manual' && Status === 'available',
  )
    ? passed()
    : failed(`There is no snapshot of your ${DBInstanceIdentifier} that is available.`)
})

/** The restored instance is found by the call that made it: nothing of it says where it is from. */
async function findRestored(
  cloud: Cloud,
): Promise<{ readonly call: HistoryEvent; readonly restored: DBInstance | undefined } | undefined> {
  const call = cloud.events.last({ service: 'rds', operation: 'RestoreDBInstanceFromDBSnapshot' })
  if (call === undefined) return undefined
  const name = String(call.parameters?.['DBInstanceIdentifier']).toLowerCase()
  const restored = (await instances(cloud)).find((one) => one.DBInstanceIdentifier === name)
  return { call, restored }
}

const onRestored = (
  check: (
    restored: DBInstance,
    original: DBInstance,
    cloud: Cloud,
    call: HistoryEvent,
  ) => Promise<Verdict> | Verdict,
) =>
  onDatabase(async (original, cloud) => {
    const found = await findRestored(cloud)
    if (found === undefined) return failed('You have restored nothing from a snapshot yet.')
    const { call, restored } = found
    return restored === undefined
      ? failed(`Your ${String(call.parameters?.['DBInstanceIdentifier'])} is not there.`, call)
      : check(restored, original, cloud, call)
  })

export const checkRestored = onRestored(({ DBInstanceIdentifier, DBInstanceStatus }) =>
  DBInstanceStatus === 'available'
    ? passed()
    : failed(`Your ${DBInstanceIdentifier} is ${DBInstanceStatus}. Expected available.`),
)

export const checkRowsBack = onRestored(async (restored, _original, cloud) => {
  const found = await experimentsOf(restored, cloud)
  const { DBInstanceIdentifier: name } = restored
  if (typeof found === 'string')
    return failed(`Your ${name} does not tell its experiments: ${found}.`)
  if (found.length === 0) {
    return failed(
      `Your ${name} has no experiments either: the snapshot is from after the accident. Expected the rows.`,
    )
  }
  const wanted = ['baseline', cloud.values['run']!, 'wider'].toSorted()
  return found.join('\n') === wanted.join('\n')
    ? passed()
    : failed(
        `Your ${name} has the experiments ${found.join(', ')}. Expected those that were there before anything else was written: ${wanted.join(', ')}.`,
      )
})

export const checkDoor = onRestored((restored, original, _cloud, call) =>
  sameDoor(restored, original)
    ? passed()
    : failed(
        `Your ${restored.DBInstanceIdentifier} is in another security group than ${original.DBInstanceIdentifier}: a restore gives it the default one. Expected the same.`,
        call,
      ),
)

/** The rows are in no database any more, and the last snapshot was of the empty one. */
export async function findLoss(cloud: Cloud): Promise<string | undefined> {
  const [original, found] = [await findDatabase(cloud), await findRestored(cloud)]
  if (original === undefined || found?.restored === undefined) return undefined
  const left = [await experimentsOf(original, cloud), await experimentsOf(found.restored, cloud)]
  return left.every((names) => typeof names !== 'string' && names.length === 0)
    ? 'The experiments are in none of your databases: the snapshot that you restored was taken when they were gone.'
    : undefined
}
