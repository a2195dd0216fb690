import type {
  GetAWSDefaultServiceQuotaRequest,
  GetAWSDefaultServiceQuotaResponse,
  GetServiceQuotaRequest,
  GetServiceQuotaResponse,
  ListAWSDefaultServiceQuotasRequest,
  ListAWSDefaultServiceQuotasResponse,
  ListServiceQuotasRequest,
  ListServiceQuotasResponse,
  ListServicesRequest,
  ListServicesResponse,
} from '@aws-sdk/client-service-quotas'
import { operation } from '../../../operation.ts'
import { noSuchQuota, noSuchService } from '../errors.ts'
import { findQuota, quotasOf, services } from '../facts.ts'
import type { QuotaFact } from '../facts.ts'
import { pageOf } from '../pages.ts'
import { quotas } from '../quotas-port.ts'
import type { Scope } from '../rows/values.ts'
import { shownQuota } from '../shown.ts'

const anyResource = () => ['*']

/** https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_ListServices.html */
export const ListServices = operation<ListServicesRequest, ListServicesResponse>({
  authorize: anyResource,
  run(input, call) {
    const all = Object.entries(services()).map(([ServiceCode, ServiceName]) => ({
      ServiceCode,
      ServiceName,
    }))
    const { items, ...more } = pageOf(all, input, call)
    return { Services: items, ...more }
  },
})

/** @throws NoSuchResourceException */
export function requireQuota(service = '', code = ''): QuotaFact {
  if (!Object.hasOwn(services(), service)) throw noSuchService()
  const quota = findQuota(service, code)
  if (!quota) throw noSuchQuota()
  return quota
}

export const valueOf = (scope: Scope, { service, code }: QuotaFact): number =>
  quotas.valueOf(scope, service, code)

/** https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_ListServiceQuotas.html */
export const ListServiceQuotas = operation<ListServiceQuotasRequest, ListServiceQuotasResponse>({
  authorize: anyResource,
  run(input, call) {
    const { ServiceCode = '', QuotaCode } = input
    if (!Object.hasOwn(services(), ServiceCode)) throw noSuchService()
    const wanted = quotasOf(ServiceCode).filter(({ code }) => !QuotaCode || code === QuotaCode)
    const { items, ...more } = pageOf(wanted, input, call)
    return {
      Quotas: items.map((quota) => shownQuota(call, quota, valueOf(call, quota))),
      ...more,
    }
  },
})

/** https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_GetServiceQuota.html */
export const GetServiceQuota = operation<GetServiceQuotaRequest, GetServiceQuotaResponse>({
  authorize: anyResource,
  run({ ServiceCode, QuotaCode }, call) {
    const quota = requireQuota(ServiceCode, QuotaCode)
    return { Quota: shownQuota(call, quota, valueOf(call, quota)) }
  },
})

/** What AWS gives a new account. https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_GetAWSDefaultServiceQuota.html */
export const GetAWSDefaultServiceQuota = operation<
  GetAWSDefaultServiceQuotaRequest,
  GetAWSDefaultServiceQuotaResponse
>({
  authorize: anyResource,
  run({ ServiceCode, QuotaCode }, call) {
    const quota = requireQuota(ServiceCode, QuotaCode)
    return { Quota: shownQuota(call, quota, quota.default, true) }
  },
})

/** https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_ListAWSDefaultServiceQuotas.html */
export const ListAWSDefaultServiceQuotas = operation<
  ListAWSDefaultServiceQuotasRequest,
  ListAWSDefaultServiceQuotasResponse
>({
  authorize: anyResource,
  run(input, call) {
    const { ServiceCode = '' } = input
    if (!Object.hasOwn(services(), ServiceCode)) throw noSuchService()
    const { items, ...more } = pageOf(quotasOf(ServiceCode), input, call)
    return { Quotas: items.map((quota) => shownQuota(call, quota, quota.default, true)), ...more }
  },
})
