import type { FlowLog } from '@aws-sdk/client-ec2'
import { deleteRows } from '../describe/change.ts'
import { insertRow } from '../describe/insert.ts'
import { resource } from '../describe/resources.ts'
import type { Scope } from '../describe/resources.ts'
import { tagsOf } from './tags.ts'

export interface FlowLogRow {
  readonly seq: number
  readonly flow_log_id: string
  readonly resource_id: string
  readonly traffic_type: string
  readonly log_destination_type: string
  readonly log_group_name: string | null
  readonly log_destination: string | null
  readonly created_at: number
  readonly doc: string
}

const noSuch = (ids: string) =>
  `These flow log ids in the input list are not found: [TotalCount: ${ids.split(', ').length}] ${ids.replaceAll(', ', ' ')}`

export const flowLogs = resource<FlowLogRow>({
  type: 'vpc-flow-log',
  table: 'ec2_flow_logs',
  id: 'flow_log_id',
  prefix: 'fl',
  notFound: { code: 'InvalidFlowLogId.NotFound', one: noSuch, several: noSuch },
  malformed: 'InvalidFlowLogId.Malformed',
  limits: { least: 1, most: 1000 },
  filters: {
    'deliver-log-status': `'SUCCESS'`,
    'flow-log-id': 't.flow_log_id',
    'log-destination-type': 't.log_destination_type',
    'log-group-name': 't.log_group_name',
    'resource-id': 't.resource_id',
    'traffic-type': 't.traffic_type',
  },
})

export function toFlowLogs(rows: readonly FlowLogRow[], scope: Scope): FlowLog[] {
  const tags = tagsOf(
    scope,
    rows.map((row) => row.flow_log_id),
  )
  return rows.map((row) => ({
    ...(JSON.parse(row.doc) as FlowLog),
    FlowLogId: row.flow_log_id,
    FlowLogStatus: 'ACTIVE',
    DeliverLogsStatus: 'SUCCESS',
    ResourceId: row.resource_id,
    TrafficType: row.traffic_type as NonNullable<FlowLog['TrafficType']>,
    LogDestinationType: row.log_destination_type as NonNullable<FlowLog['LogDestinationType']>,
    ...(row.log_group_name === null ? {} : { LogGroupName: row.log_group_name }),
    ...(row.log_destination === null ? {} : { LogDestination: row.log_destination }),
    CreationTime: new Date(row.created_at),
    Tags: tags.get(row.flow_log_id) ?? [],
  }))
}

export const insertFlowLog = (scope: Scope, row: Omit<FlowLogRow, 'seq'>): void =>
  insertRow(scope, 'ec2_flow_logs', { ...row })

export const deleteFlowLog = (scope: Scope, id: string): void => {
  deleteRows(scope, 'ec2_flow_logs', 'flow_log_id', id)
}
