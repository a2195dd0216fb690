import type { Call } from '../../../operation.ts'
import type { QuotaFact } from '../facts.ts'

export type Scope = Pick<Call, 'db' | 'account' | 'region'>

const regionOf = ({ region }: Scope, { global }: QuotaFact) => (global ? 'aws-global' : region)

/** The value that was set or granted. */
export const findValue = (scope: Scope, quota: QuotaFact): number | undefined =>
  scope.db.get<{ value: number }>(
    `select value from service_quotas_values
     where account = ? and region = ? and service = ? and code = ?`,
    scope.account,
    regionOf(scope, quota),
    quota.service,
    quota.code,
  )?.value

export function setValue(scope: Scope, quota: QuotaFact, value: number): void {
  scope.db.run(
    `insert into service_quotas_values (account, region, service, code, value)
     values (?, ?, ?, ?, ?) on conflict do update set value = excluded.value`,
    scope.account,
    regionOf(scope, quota),
    quota.service,
    quota.code,
    value,
  )
}

export function removeValue(scope: Scope, quota: QuotaFact): void {
  scope.db.run(
    `delete from service_quotas_values
     where account = ? and region = ? and service = ? and code = ?`,
    scope.account,
    regionOf(scope, quota),
    quota.service,
    quota.code,
  )
}
