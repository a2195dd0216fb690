import type { InstanceStatus, SummaryStatus, StatusType } from '@aws-sdk/client-ec2'
import { idDoesNotExist, resource } from '../describe/resources.ts'
import { never } from '../describe/sql.ts'
import { toInstanceState } from '../instances/states.ts'
import { statusFilters } from './instance-filters.ts'
import type { InstanceRow } from './instances.ts'

const status = `iif(t.state = 'running', t.status_checks, 'not-applicable')`
const reachability = `case ${status} when 'ok' then 'passed' when 'initializing' then 'initializing' end`

/** Instances as DescribeInstanceStatus looks at them: with filters of their own. */
export const instanceStatuses = resource<InstanceRow>({
  type: 'instance',
  taggable: false,
  table: 'ec2_instances',
  id: 'instance_id',
  prefix: 'i',
  notFound: idDoesNotExist('InvalidInstanceID.NotFound', 'instance'),
  malformed: 'InvalidInstanceID.Malformed',
  limits: { least: 5, most: 1000, idsExclude: 'instancesSet' },
  filters: {
    ...statusFilters,
    'attached-ebs-status.status': status,
    'event.code': never,
    'event.description': never,
    'event.instance-event-id': never,
    'event.not-after': never,
    'event.not-before': never,
    'event.not-before-deadline': never,
    'instance-status.reachability': reachability,
    'instance-status.status': status,
    'system-status.reachability': reachability,
    'system-status.status': status,
  },
})

export function toInstanceStatus(row: InstanceRow): InstanceStatus {
  const summary = summaryOf(row)
  return {
    InstanceId: row.instance_id,
    AvailabilityZone: row.availability_zone,
    AvailabilityZoneId: row.availability_zone_id,
    InstanceState: toInstanceState(row.state),
    InstanceStatus: summary,
    SystemStatus: summary,
    AttachedEbsStatus: summary,
    Operator: { Managed: false },
    Events: [],
  }
}

function summaryOf(row: InstanceRow) {
  const status: SummaryStatus = row.state === 'running' ? row.status_checks : 'not-applicable'
  const reachability: StatusType = status === 'ok' ? 'passed' : 'initializing'
  return {
    Status: status,
    ...(row.state === 'running'
      ? { Details: [{ Name: 'reachability' as const, Status: reachability }] }
      : {}),
  }
}
