import type { Scope } from '../describe/resources.ts'
import { fromJson, toJson } from './json.ts'

// Settings of an account in a region.

/** @returns what was set, or `initial` */
export function settingOf<Value extends object>(
  { db, account, region }: Scope,
  name: string,
  initial: Value,
): Value {
  const row = db.get<{ doc: string }>(
    'select doc from ec2_settings where account = ? and region = ? and name = ?',
    account,
    region,
    name,
  )
  return row ? fromJson<Value>(row.doc) : initial
}

export function keepSetting({ db, account, region }: Scope, name: string, value: object): void {
  db.run(
    `insert into ec2_settings (account, region, name, doc) values (?, ?, ?, ?)
     on conflict (account, region, name) do update set doc = excluded.doc`,
    account,
    region,
    name,
    toJson(value),
  )
}
