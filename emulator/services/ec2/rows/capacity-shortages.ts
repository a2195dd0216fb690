import { insertRow } from '../describe/insert.ts'
import type { Scope } from '../describe/resources.ts'

export interface Shortage {
  /** With `*` for any characters. */
  readonly instance_type: string
  /** A zone's name, or `*`. */
  readonly zone: string
}

export const listShortages = ({ db, account, region }: Scope): Shortage[] =>
  db.all<Shortage>(
    `select instance_type, zone from ec2_capacity_shortages where account = ? and region = ?
     order by instance_type, zone`,
    account,
    region,
  )

export function addShortage(scope: Scope, shortage: Shortage): void {
  removeShortage(scope, shortage)
  insertRow(scope, 'ec2_capacity_shortages', { ...shortage })
}

export function removeShortage(
  { db, account, region }: Scope,
  { instance_type, zone }: Shortage,
): void {
  db.run(
    `delete from ec2_capacity_shortages
     where account = ? and region = ? and instance_type = ? and zone = ?`,
    account,
    region,
    instance_type,
    zone,
  )
}

/** Whether a zone has none of a type, by what was set. */
export const isShort = ({ db, account, region }: Scope, type: string, zone: string): boolean =>
  db.get(
    `select 1 from ec2_capacity_shortages
     where account = ? and region = ? and ? glob instance_type and zone in (?, '*') limit 1`,
    account,
    region,
    type,
    zone,
  ) !== undefined
