import { DescribeDBSnapshotsCommand } from '@aws-sdk/client-rds'
import { failed, passed } from '../../checker/lab.ts'
import { countExperiments } from './data.ts'
import { instances, onDatabase } from './instance.ts'

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
const onRestored = (
  check: (
    restored: Awaited<ReturnType<typeof instances>>[number],
    cloud: Parameters<typeof instances>[0],
  ) => Promise<ReturnType<typeof passed>>,
) =>
  onDatabase(async (_database, cloud) => {
    const call = cloud.events.last({
      service: 'rds',
      operation: 'RestoreDBInstanceFromDBSnapshot',
    })
    if (call === undefined) return failed('You have restored nothing from a snapshot yet.')
    const name = call.parameters?.['DBInstanceIdentifier']
    const restored = (await instances(cloud)).find(
      ({ DBInstanceIdentifier }) => DBInstanceIdentifier === name,
    )
    return restored === undefined
      ? failed(`Your ${String(name)} is not there any more.`, call)
      : check(restored, cloud)
  })

export const checkRestored = onRestored(async ({ DBInstanceIdentifier, DBInstanceStatus }) =>
  DBInstanceStatus === 'available'
    ? passed()
    : failed(`Your ${DBInstanceIdentifier} is ${DBInstanceStatus}. Expected available.`),
)

export const checkRowsBack = onRestored(async (restored, cloud) => {
  const count = await countExperiments(restored, cloud)
  if (typeof count === 'string') {
    return failed(`Your ${restored.DBInstanceIdentifier} does not tell its experiments: ${count}.`)
  }
  return count > 0
    ? passed()
    : failed(
        `Your ${restored.DBInstanceIdentifier} has no experiments either: the snapshot is from after the accident. Expected the rows.`,
      )
})
