import {
  GetAWSDefaultServiceQuotaCommand,
  GetRequestedServiceQuotaChangeCommand,
  GetServiceQuotaCommand,
  ListAWSDefaultServiceQuotasCommand,
  ListRequestedServiceQuotaChangeHistoryByQuotaCommand,
  ListRequestedServiceQuotaChangeHistoryCommand,
  ListServicesCommand,
  RequestServiceQuotaIncreaseCommand,
  ServiceQuotasClient,
  paginateListServiceQuotas,
} from '@aws-sdk/client-service-quotas'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'

let emulator: TestEmulator
let quotas: ServiceQuotasClient
beforeAll(async () => {
  emulator = await startTestEmulator()
  quotas = emulator.client(ServiceQuotasClient)
})
afterAll(() => emulator.close())

const onDemandP = { ServiceCode: 'ec2', QuotaCode: 'L-417A185B' }
const valueOf = async () => (await quotas.send(new GetServiceQuotaCommand(onDemandP))).Quota!.Value

test('services and their quotas are listed, in pages', async () => {
  const { Services } = await quotas.send(new ListServicesCommand({}))
  expect(Services).toContainEqual({
    ServiceCode: 'ec2',
    ServiceName: 'Amazon Elastic Compute Cloud (Amazon EC2)',
  })
  const names: string[] = []
  const pages = paginateListServiceQuotas({ client: quotas, pageSize: 7 }, { ServiceCode: 'vpc' })
  for await (const { Quotas } of pages) names.push(...Quotas!.map(({ QuotaName }) => QuotaName!))
  const { Quotas } = await quotas.send(
    new ListAWSDefaultServiceQuotasCommand({ ServiceCode: 'vpc' }),
  )
  expect(names).toEqual(Quotas!.map(({ QuotaName }) => QuotaName))
  expect(names).toContain('VPCs per Region')
})

test('a quota has a value of the account’s own beside AWS’s default', async () => {
  const { Quota } = await quotas.send(new GetServiceQuotaCommand(onDemandP))
  expect(Quota).toMatchObject({
    QuotaName: 'Running On-Demand P instances',
    QuotaArn: 'arn:aws:servicequotas:us-east-1:123456789012:ec2/L-417A185B',
    Adjustable: true,
    GlobalQuota: false,
    UsageMetric: { MetricDimensions: { Class: 'P/OnDemand', Resource: 'vCPU' } },
  })
  const fromAws = await quotas.send(new GetAWSDefaultServiceQuotaCommand(onDemandP))
  expect(fromAws.Quota).toMatchObject({
    Value: 0,
    QuotaArn: 'arn:aws:servicequotas:us-east-1::ec2/L-417A185B',
  })
})

test('what does not exist is NoSuchResourceException', async () => {
  for (const ServiceCode of ['nothing', 'ec2']) {
    const unknown = new GetServiceQuotaCommand({ ServiceCode, QuotaCode: 'L-00000000' })
    await expect(quotas.send(unknown)).rejects.toMatchObject({ name: 'NoSuchResourceException' })
  }
})

test('a request for more is granted by virtual time, one at a time', async () => {
  const before = await valueOf()
  const request = (DesiredValue: number) =>
    quotas.send(new RequestServiceQuotaIncreaseCommand({ ...onDemandP, DesiredValue }))
  await expect(request(before! - 1)).rejects.toMatchObject({ name: 'IllegalArgumentException' })
  const { RequestedQuota } = await request(before! * 10)
  expect(RequestedQuota).toMatchObject({ Status: 'PENDING', DesiredValue: before! * 10 })
  await expect(request(before! * 20)).rejects.toMatchObject({
    name: 'ResourceAlreadyExistsException',
  })
  const now = async () =>
    (
      await quotas.send(
        new GetRequestedServiceQuotaChangeCommand({ RequestId: RequestedQuota!.Id! }),
      )
    ).RequestedQuota!
  await emulator.advance(10 * 60_000)
  expect(await now()).toMatchObject({ Status: 'CASE_OPENED' })
  expect(await valueOf()).toBe(before)
  await emulator.advance(24 * 60 * 60_000)
  expect(await now()).toMatchObject({ Status: 'APPROVED' })
  expect(await valueOf()).toBe(before! * 10)
  const history = await quotas.send(new ListRequestedServiceQuotaChangeHistoryCommand({}))
  const byQuota = await quotas.send(
    new ListRequestedServiceQuotaChangeHistoryByQuotaCommand(onDemandP),
  )
  expect(history.RequestedQuotas).toEqual([await now()])
  expect(byQuota.RequestedQuotas).toEqual(history.RequestedQuotas)
  const there = emulator.client(ServiceQuotasClient, { region: 'eu-west-1' })
  const elsewhere = await there.send(new GetServiceQuotaCommand(onDemandP))
  expect(elsewhere.Quota!.Value).toBe(before)
})
