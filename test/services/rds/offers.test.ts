import {
  DescribeAccountAttributesCommand,
  DescribeCertificatesCommand,
  DescribeDBMajorEngineVersionsCommand,
  DescribeOrderableDBInstanceOptionsCommand,
  DescribeReservedDBInstancesCommand,
  DescribeReservedDBInstancesOfferingsCommand,
  DescribeSourceRegionsCommand,
  ModifyCertificatesCommand,
  paginateDescribeOrderableDBInstanceOptions,
  PurchaseReservedDBInstancesOfferingCommand,
  RDSClient,
} from '@aws-sdk/client-rds'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'

let emulator: TestEmulator
let rds: RDSClient
beforeAll(async () => {
  emulator = await startTestEmulator()
  rds = emulator.client(RDSClient)
})
afterAll(() => emulator.close())

test('what can be ordered together is listed once, in pages', async () => {
  const keys: string[] = []
  const pages = paginateDescribeOrderableDBInstanceOptions(
    { client: rds, pageSize: 1000 },
    { Engine: 'postgres', EngineVersion: '15.15' },
  )
  for await (const { OrderableDBInstanceOptions = [] } of pages) {
    keys.push(
      ...OrderableDBInstanceOptions.map((one) => `${one.DBInstanceClass}/${one.StorageType}`),
    )
  }
  expect(new Set(keys).size).toBe(keys.length)
  expect(keys).toContain('db.t3.micro/gp3')
  const { OrderableDBInstanceOptions } = await rds.send(
    new DescribeOrderableDBInstanceOptionsCommand({
      Engine: 'aurora-postgresql',
      EngineVersion: '15.15',
      DBInstanceClass: 'db.r6g.large',
    }),
  )
  expect(OrderableDBInstanceOptions).toMatchObject([
    { StorageType: 'aurora', MultiAZCapable: false, LicenseModel: 'postgresql-license' },
    { StorageType: 'aurora-iopt1' },
  ])
  await expect(
    rds.send(new DescribeOrderableDBInstanceOptionsCommand({ Engine: 'dbase' })),
  ).rejects.toMatchObject({ name: 'InvalidParameterValue' })
})

test('the certificate authority of new instances can be chosen', async () => {
  const before = await rds.send(new DescribeCertificatesCommand({}))
  expect(before.DefaultCertificateForNewLaunches).toBe('rds-ca-rsa2048-g1')
  expect(before.Certificates).toHaveLength(3)
  await rds.send(new ModifyCertificatesCommand({ CertificateIdentifier: 'rds-ca-ecc384-g1' }))
  const after = await rds.send(new DescribeCertificatesCommand({}))
  expect(after.DefaultCertificateForNewLaunches).toBe('rds-ca-ecc384-g1')
  await rds.send(new ModifyCertificatesCommand({ RemoveCustomerOverride: true }))
  await expect(
    rds.send(new DescribeCertificatesCommand({ CertificateIdentifier: 'rds-ca-2015' })),
  ).rejects.toMatchObject({ name: 'CertificateNotFoundFault' })
})

test('a reservation is paid, active and over by virtual time', async () => {
  const { ReservedDBInstancesOfferings } = await rds.send(
    new DescribeReservedDBInstancesOfferingsCommand({
      DBInstanceClass: 'db.t3.micro',
      ProductDescription: 'postgresql',
      Duration: '1',
      OfferingType: 'All Upfront',
      MultiAZ: false,
    }),
  )
  expect(ReservedDBInstancesOfferings).toHaveLength(1)
  const [offering] = ReservedDBInstancesOfferings!
  expect(offering!.FixedPrice).toBeLessThan(0.018 * 24 * 365)
  const { ReservedDBInstance } = await rds.send(
    new PurchaseReservedDBInstancesOfferingCommand({
      ReservedDBInstancesOfferingId: offering!.ReservedDBInstancesOfferingId,
      ReservedDBInstanceId: 'one-year',
    }),
  )
  expect(ReservedDBInstance).toMatchObject({
    State: 'payment-pending',
    DBInstanceCount: 1,
    ReservedDBInstanceArn: 'arn:aws:rds:us-east-1:123456789012:ri:one-year',
  })
  const state = async () => {
    const { ReservedDBInstances } = await rds.send(
      new DescribeReservedDBInstancesCommand({ ReservedDBInstanceId: 'one-year' }),
    )
    return ReservedDBInstances![0]!.State
  }
  await emulator.advance(1000)
  expect(await state()).toBe('active')
  await emulator.advance(366 * 24 * 3600 * 1000)
  expect(await state()).toBe('retired')
})

test('quotas say how much of them is used', async () => {
  const { AccountQuotas } = await rds.send(new DescribeAccountAttributesCommand({}))
  const quota = (name: string) => AccountQuotas!.find((one) => one.AccountQuotaName === name)
  expect(quota('ReservedDBInstances')).toMatchObject({ Used: 1, Max: 40 })
  expect(quota('DBInstances')).toMatchObject({ Used: 0, Max: 40 })
})

test('regions and major versions are listed', async () => {
  const { SourceRegions } = await rds.send(new DescribeSourceRegionsCommand({}))
  const names = SourceRegions!.map(({ RegionName }) => RegionName)
  expect(names).toContain('eu-west-1')
  expect(names).not.toContain('us-east-1')
  const { DBMajorEngineVersions } = await rds.send(
    new DescribeDBMajorEngineVersionsCommand({ Engine: 'postgres', MajorEngineVersion: '15' }),
  )
  expect(DBMajorEngineVersions).toMatchObject([
    {
      SupportedEngineLifecycles: [{ LifecycleSupportName: 'open-source-rds-standard-support' }, {}],
    },
  ])
})
