import { DescribeEventsCommand } from '@aws-sdk/client-rds'
import { failed, passed } from '../../checker/lab.ts'
import type { Cloud } from '../../checker/cloud.ts'
import { ask, onDatabase } from './databases.ts'

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

/** `pocketcloud rds failover` is this call, too. */
const lastFailover = ({ events }: Cloud) =>
  events.last({
    service: 'rds',
    operation: 'RebootDBInstance',
    where: ({ parameters }) => parameters?.['ForceFailover'] === true,
  })

/** Rows prove something where they are older than the failover. */
export const checkRows = onDatabase(async (database, cloud) => {
  const failover = lastFailover(cloud)
  const { DBInstanceIdentifier: name } = database
  // A database's clock is the machine's, whatever the emulator's says.
  const then = failover === undefined ? 'infinity' : new Date(failover.wallTime).toISOString()
  const answer = await ask(
    database,
    cloud,
    `select count(*)::int as count, (count(*) filter (where at <= '${then}'))::int as older from predictions`,
  )
  if ('refused' in answer) {
    return failed(`Your ${name} does not tell its predictions: ${answer.refused}.`)
  }
  const [count, older] = [Number(answer.rows[0]!['count']), Number(answer.rows[0]!['older'])]
  if (older >= 1000) return passed()
  return count < 1000
    ? failed(`Your ${name} has ${count} predictions. Expected the thousand that you wrote.`)
    : failed(
        `Of the ${count} predictions in your ${name}, ${count - older} were written after the failover: that they are there shows nothing. Expected a thousand from before it.`,
        failover,
      )
})
