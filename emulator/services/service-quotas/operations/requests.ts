import type {
  GetRequestedServiceQuotaChangeRequest,
  GetRequestedServiceQuotaChangeResponse,
  ListRequestedServiceQuotaChangeHistoryByQuotaRequest,
  ListRequestedServiceQuotaChangeHistoryByQuotaResponse,
  ListRequestedServiceQuotaChangeHistoryRequest,
  ListRequestedServiceQuotaChangeHistoryResponse,
  RequestServiceQuotaIncreaseRequest,
  RequestServiceQuotaIncreaseResponse,
} from '@aws-sdk/client-service-quotas'
import type { TimerCall } from '../../../clock/timers.ts'
import { operation } from '../../../operation.ts'
import { noSuchRequest, notAdjustable, notAnIncrease, requestIsOpen } from '../errors.ts'
import { findQuota } from '../facts.ts'
import { pageOf } from '../pages.ts'
import { findRequest, insertRequest, listRequests, setStatus } from '../rows/requests.ts'
import { setValue } from '../rows/values.ts'
import { quotaArn, shownRequest } from '../shown.ts'
import { requireQuota, valueOf } from './quotas.ts'

const minute = 60_000
/** When a person at AWS takes up a request. */
const caseOpenedAfter = 5 * minute
/** When a request is granted: the small ones without a person. */
const grantedAfter = { small: 30 * minute, large: 24 * 60 * minute } as const

/** Up to twice the value, or 64, is little. */
const isSmall = (desired: number, current: number) => desired <= Math.max(64, 2 * current)

/** Every request is granted, in virtual time. https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_RequestServiceQuotaIncrease.html */
export const RequestServiceQuotaIncrease = operation<
  RequestServiceQuotaIncreaseRequest,
  RequestServiceQuotaIncreaseResponse
>({
  authorize({ ServiceCode = '', QuotaCode = '' }, call) {
    const quota = findQuota(ServiceCode, QuotaCode) ?? {
      service: ServiceCode,
      code: QuotaCode,
      name: '',
      default: 0,
    }
    return [{ resource: quotaArn(call, quota), context: { 'servicequotas:service': ServiceCode } }]
  },
  run({ ServiceCode, QuotaCode, DesiredValue = 0 }, call) {
    const quota = requireQuota(ServiceCode, QuotaCode)
    const current = valueOf(call, quota)
    if (quota.adjustable === false) throw notAdjustable()
    if (DesiredValue <= current) throw notAnIncrease()
    const { service, code } = quota
    const open = listRequests(call, { service, code, status: null }).some(
      ({ status }) => status !== 'APPROVED',
    )
    if (open) throw requestIsOpen()
    const id = call.ids.bytes(20).toString('hex')
    insertRequest(call, {
      id,
      service,
      code,
      desired: DesiredValue,
      requester: JSON.stringify({ accountId: call.account, callerArn: call.caller.arn }),
      created_at: call.now,
    })
    const small = isSmall(DesiredValue, current)
    if (!small) call.timers.schedule(call.now + caseOpenedAfter, 'case-opened', { id })
    call.timers.schedule(call.now + grantedAfter[small ? 'small' : 'large'], 'granted', { id })
    return { RequestedQuota: shownRequest(call, findRequest(call, id)!) }
  },
})

/** What becomes of requests by itself. */
export const requestTimers = {
  'case-opened'({ id }: { id: string }, call: TimerCall): void {
    const caseId = String(100_000_000_000 + (call.ids.bytes(4).readUInt32BE(0) % 900_000_000))
    setStatus(call, id, { status: 'CASE_OPENED', caseId, at: call.now })
  },
  granted({ id }: { id: string }, call: TimerCall): void {
    const row = findRequest(call, id)
    const quota = row && findQuota(row.service, row.code)
    if (!row || !quota) return
    setStatus(call, id, { status: 'APPROVED', caseId: null, at: call.now })
    setValue(call, quota, row.desired)
  },
}

/** https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_GetRequestedServiceQuotaChange.html */
export const GetRequestedServiceQuotaChange = operation<
  GetRequestedServiceQuotaChangeRequest,
  GetRequestedServiceQuotaChangeResponse
>({
  authorize: () => ['*'],
  run({ RequestId = '' }, call) {
    const row = findRequest(call, RequestId)
    if (!row) throw noSuchRequest()
    return { RequestedQuota: shownRequest(call, row) }
  },
})

/** https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_ListRequestedServiceQuotaChangeHistory.html */
export const ListRequestedServiceQuotaChangeHistory = operation<
  ListRequestedServiceQuotaChangeHistoryRequest,
  ListRequestedServiceQuotaChangeHistoryResponse
>({
  authorize: () => ['*'],
  run(input, call) {
    const { ServiceCode: service = null, Status: status = null } = input
    const { items, ...more } = pageOf(
      listRequests(call, { service, code: null, status }),
      input,
      call,
    )
    return { RequestedQuotas: items.map((row) => shownRequest(call, row)), ...more }
  },
})

/** https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_ListRequestedServiceQuotaChangeHistoryByQuota.html */
export const ListRequestedServiceQuotaChangeHistoryByQuota = operation<
  ListRequestedServiceQuotaChangeHistoryByQuotaRequest,
  ListRequestedServiceQuotaChangeHistoryByQuotaResponse
>({
  authorize: () => ['*'],
  run(input, call) {
    const { service, code } = requireQuota(input.ServiceCode, input.QuotaCode)
    const found = listRequests(call, { service, code, status: input.Status ?? null })
    const { items, ...more } = pageOf(found, input, call)
    return { RequestedQuotas: items.map((row) => shownRequest(call, row)), ...more }
  },
})
