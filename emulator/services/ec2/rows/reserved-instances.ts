import type { ReservedInstances, ReservedInstancesModification } from '@aws-sdk/client-ec2'
import { insertRow } from '../describe/insert.ts'
import type { Scope } from '../describe/resources.ts'
import { fromJson, toJson } from '../recorded/json.ts'

interface Row {
  readonly reserved_instances_id: string
  readonly state: string
  readonly ends_at: number
  readonly doc: string
}

/** A purchase is over at its end, and not before its start. */
function shown(row: Row, now: number): ReservedInstances {
  const doc = fromJson<ReservedInstances>(row.doc)
  const state =
    row.state === 'active' && now >= row.ends_at
      ? 'retired'
      : row.state === 'queued' && now >= doc.Start!.getTime()
        ? 'active'
        : row.state
  return { ...doc, ReservedInstancesId: row.reserved_instances_id, State: state as 'active' }
}

export const listReserved = ({ db, account, region }: Scope, now: number): ReservedInstances[] =>
  db
    .all<Row>(
      'select * from ec2_reserved_instances where account = ? and region = ? order by seq',
      account,
      region,
    )
    .map((row) => shown(row, now))

export function insertReserved(
  scope: Scope,
  id: string,
  reserved: ReservedInstances,
  state: 'active' | 'queued',
): void {
  insertRow(scope, 'ec2_reserved_instances', {
    reserved_instances_id: id,
    state,
    instance_type: reserved.InstanceType!,
    instance_count: reserved.InstanceCount!,
    scope: reserved.Scope!,
    availability_zone: reserved.AvailabilityZone ?? null,
    started_at: reserved.Start!.getTime(),
    ends_at: reserved.End!.getTime(),
    doc: toJson(reserved),
  })
}

export function setReservedState(
  { db, account, region }: Scope,
  id: string,
  state: 'retired' | 'queued-deleted',
): void {
  db.run(
    `update ec2_reserved_instances set state = ?
     where account = ? and region = ? and reserved_instances_id = ?`,
    state,
    account,
    region,
    id,
  )
}

export const insertModification = (
  scope: Scope,
  id: string,
  modification: ReservedInstancesModification,
  at: number,
): void =>
  insertRow(scope, 'ec2_reserved_instances_modifications', {
    modification_id: id,
    created_at: at,
    doc: toJson(modification),
  })

export const listModifications = ({
  db,
  account,
  region,
}: Scope): ReservedInstancesModification[] =>
  db
    .all<{ doc: string }>(
      `select doc from ec2_reserved_instances_modifications
       where account = ? and region = ? order by seq`,
      account,
      region,
    )
    .map(({ doc }) => fromJson<ReservedInstancesModification>(doc))
