import { updateRows } from '../describe/change.ts'
import { insertRow } from '../describe/insert.ts'
import { resource } from '../describe/resources.ts'
import type { Scope } from '../describe/resources.ts'

export interface FleetRow {
  readonly seq: number
  readonly account: string
  readonly region: string
  readonly fleet_id: string
  /** CreateFleet's, or RequestSpotFleet's. */
  readonly kind: 'ec2' | 'spot'
  readonly type: 'instant' | 'request' | 'maintain'
  /** Spelled as EC2 fleets spell it; a spot fleet says `cancelled` for `deleted`. */
  readonly state:
    | 'submitted'
    | 'active'
    | 'modifying'
    | 'deleted_running'
    | 'deleted_terminating'
    | 'deleted'
    | 'failed'
  readonly activity_status:
    | 'error'
    | 'pending_fulfillment'
    | 'pending_termination'
    | 'fulfilled'
    | null
  readonly total_target: number
  readonly on_demand_target: number
  readonly spot_target: number
  readonly excess_policy: 'termination' | 'no-termination'
  readonly created_at: number
  readonly valid_until: number | null
  readonly client_token: string
  /** The request as it came. */
  readonly doc: string
  readonly errors: string
}

export interface FleetInstanceRow {
  readonly seq: number
  readonly fleet_id: string
  readonly instance_id: string
  readonly request_id: string | null
  readonly lifecycle: 'spot' | 'on-demand'
  readonly weight: number
  readonly pool: number
  readonly instance_type: string
  readonly active: number
}

export interface FleetHistoryRow {
  readonly seq: number
  readonly at: number
  readonly event_type: FleetEventType
  readonly subtype: string
  readonly description: string | null
  readonly instance_id: string | null
}

/** As spot fleets name them; EC2 fleets have names of their own. */
export type FleetEventType = 'fleetRequestChange' | 'instanceChange' | 'error' | 'information'

const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'

const shared = {
  table: 'ec2_fleets',
  id: 'fleet_id',
  limits: { least: 1, most: 1000 },
}

/** The fleets of CreateFleet. */
export const ec2Fleets = resource<FleetRow>({
  ...shared,
  type: 'fleet',
  prefix: 'fleet',
  form: new RegExp(`^fleet-${uuid}$`),
  notFound: {
    code: 'InvalidFleetId.NotFound',
    one: (id) => `The fleet ID '${id}' does not exist`,
    several: (ids) => `The fleet IDs '${ids}' do not exist`,
  },
  malformed: 'InvalidFleetId.Malformed',
  filters: {
    'activity-status': 't.activity_status',
    'excess-capacity-termination-policy': 't.excess_policy',
    'fleet-state': 't.state',
    'replace-unhealthy-instances': `iif(json_extract(t.doc, '$.ReplaceUnhealthyInstances'), 'true', 'false')`,
    type: 't.type',
  },
})

/** The requests of RequestSpotFleet. */
export const spotFleets = resource<FleetRow>({
  ...shared,
  type: 'spot-fleet-request',
  prefix: 'sfr',
  form: new RegExp(`^sfr-${uuid}$`),
  notFound: {
    code: 'InvalidSpotFleetRequestId.NotFound',
    one: (id) => `The spot fleet request ID '${id}' does not exist`,
    several: (ids) => `The spot fleet request IDs '${ids}' do not exist`,
  },
  malformed: 'InvalidSpotFleetRequestId.Malformed',
  filters: {},
})

/** A fleet of either kind. */
export const findFleet = ({ db, account, region }: Scope, id: string): FleetRow | undefined =>
  db.get<FleetRow>(
    'select * from ec2_fleets where account = ? and region = ? and fleet_id = ?',
    account,
    region,
    id,
  )

export const insertFleet = (
  scope: Scope,
  fleet: Omit<FleetRow, 'seq' | 'account' | 'region'>,
): void => insertRow(scope, 'ec2_fleets', { ...fleet })

export const updateFleet = (
  scope: Scope,
  id: string,
  changes: Partial<Omit<FleetRow, 'seq' | 'account' | 'region' | 'fleet_id'>>,
): void => updateRows(scope, 'ec2_fleets', 'fleet_id', id, changes)

export function deleteFleet({ db, account, region }: Scope, id: string): void {
  for (const table of ['ec2_fleet_instances', 'ec2_fleet_history', 'ec2_fleets']) {
    db.run(
      `delete from ${table} where account = ? and region = ? and fleet_id = ?`,
      account,
      region,
      id,
    )
  }
}

export const addFleetInstance = (
  scope: Scope,
  instance: Omit<FleetInstanceRow, 'seq' | 'active'>,
): void => insertRow(scope, 'ec2_fleet_instances', { ...instance, active: 1 })

/** Those that count towards the target. */
export const activeInstances = (
  { db, account, region }: Scope,
  fleetId: string,
): FleetInstanceRow[] =>
  db.all<FleetInstanceRow>(
    `select * from ec2_fleet_instances
     where account = ? and region = ? and fleet_id = ? and active = 1 order by seq`,
    account,
    region,
    fleetId,
  )

/** The places in fleets of instances that count no longer. @returns those that did until now */
export function deactivate(
  { db, account, region }: Scope,
  instanceIds: readonly string[],
): FleetInstanceRow[] {
  return db.all<FleetInstanceRow>(
    `update ec2_fleet_instances set active = 0
     where account = ? and region = ? and active = 1
       and instance_id in (select value from json_each(?)) returning *`,
    account,
    region,
    JSON.stringify(instanceIds),
  )
}

export const addHistory = (
  scope: Scope,
  fleetId: string,
  record: Omit<FleetHistoryRow, 'seq'>,
): void => insertRow(scope, 'ec2_fleet_history', { fleet_id: fleetId, ...record })

export const historyOf = (
  { db, account, region }: Scope,
  fleetId: string,
  since: number,
  types: readonly string[],
): FleetHistoryRow[] =>
  db.all<FleetHistoryRow>(
    `select * from ec2_fleet_history
     where account = ? and region = ? and fleet_id = ? and at >= ?
       and event_type in (select value from json_each(?)) order by seq`,
    account,
    region,
    fleetId,
    since,
    JSON.stringify(types),
  )
