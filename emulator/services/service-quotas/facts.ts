import { readFixture } from '../../fixtures.ts'

// The quotas that are known here, from `fixtures/service-quotas/quotas.json`.
// https://docs.aws.amazon.com/general/latest/gr/aws-service-information.html

export interface QuotaFact {
  readonly service: string
  /** `L-1216C47A` */
  readonly code: string
  readonly name: string
  /** What AWS gives a new account. */
  readonly default: number
  /** What an account has here from the start, where that is more. */
  readonly applied?: number
  readonly adjustable?: false
  /** Holds for all regions together. */
  readonly global?: true
  /** For those of vCPUs: `OnDemand` or `Spot`, and the class of instance types. */
  readonly usageClass?: 'OnDemand' | 'Spot'
  readonly resource?: string
}

interface Facts {
  /** Names by codes. */
  readonly services: Readonly<Record<string, string>>
  readonly quotas: readonly QuotaFact[]
}

let known: Facts | undefined

const facts = (): Facts =>
  (known ??= JSON.parse(readFixture('service-quotas/quotas.json')) as Facts)

/** The services that have quotas, by their codes. */
export const services = (): Facts['services'] => facts().services

export const quotasOf = (service: string): readonly QuotaFact[] =>
  facts().quotas.filter((quota) => quota.service === service)

export const findQuota = (service: string, code: string): QuotaFact | undefined =>
  facts().quotas.find((quota) => quota.service === service && quota.code === code)
