import { DescribeEventsCommand } from '@aws-sdk/client-rds'
import { failed, passed } from '../../checker/lab.ts'
import { countPredictions, onDatabase } from './databases.ts'

export const checkMultiAz = onDatabase(({ DBInstanceIdentifier, MultiAZ }) =>
  MultiAZ === true
    ? passed()
    : failed(`Your ${DBInstanceIdentifier} has no standby. Expected Multi-AZ.`),
)

export const checkFailedOver = onDatabase(async ({ DBInstanceIdentifier }, { rds, events }) => {
  const { Events = [] } = await rds.send(
    new DescribeEventsCommand({
      SourceIdentifier: DBInstanceIdentifier!,
      SourceType: 'db-instance',
      EventCategories: ['failover'],
      Duration: 14 * 24 * 60,
    }),
  )
  if (Events.length > 0) return passed()
  const rebooted = events.last({ service: 'rds', operation: 'RebootDBInstance' })
  return failed(
    `Your ${DBInstanceIdentifier} has not failed over${rebooted === undefined ? '' : ': it was rebooted where it was'}. Expected that the standby takes over.`,
    rebooted,
  )
})

/** Rows alone prove little: they have to be older than the failover, which only a failover shows. */
export const checkRows = onDatabase(async (database, cloud) => {
  const count = await countPredictions(database, cloud)
  if (typeof count === 'string') {
    return failed(`Your ${database.DBInstanceIdentifier} does not tell its predictions: ${count}.`)
  }
  return count >= 1000
    ? passed()
    : failed(
        `Your ${database.DBInstanceIdentifier} has ${count} predictions. Expected the thousand that you wrote.`,
      )
})
