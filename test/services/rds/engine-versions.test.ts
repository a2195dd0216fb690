import {
  DescribeDBEngineVersionsCommand,
  paginateDescribeDBEngineVersions,
  RDSClient,
  type DBEngineVersion,
  type DescribeDBEngineVersionsCommandInput,
} from '@aws-sdk/client-rds'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'

let emulator: TestEmulator
let rds: RDSClient
beforeAll(async () => {
  emulator = await startTestEmulator()
  rds = emulator.client(RDSClient)
})
afterAll(() => emulator.close())

const send = (input: DescribeDBEngineVersionsCommandInput) =>
  rds.send(new DescribeDBEngineVersionsCommand(input))
const versions = async (input: DescribeDBEngineVersionsCommandInput) =>
  (await send(input)).DBEngineVersions!
const names = async (input: DescribeDBEngineVersionsCommandInput) =>
  (await versions(input)).map(({ EngineVersion }) => EngineVersion!)
const targetsOf = async (Engine: string, EngineVersion: string) => {
  const [version] = await versions({ Engine, EngineVersion, IncludeAll: true })
  return version!.ValidUpgradeTarget!
}

const mysqlMajorsAfter = async (version: string) => {
  const targets = await targetsOf('mysql', version)
  return new Set(
    targets.map(({ EngineVersion }) => EngineVersion!.split('.').slice(0, 2).join('.')),
  )
}

describe('DescribeDBEngineVersions', () => {
  test('describes a version with its family, features and certificate authorities', async () => {
    const [version, ...more] = await versions({ Engine: 'postgres', EngineVersion: '16.9' })
    expect(more).toEqual([])
    expect(version).toMatchObject({
      Engine: 'postgres',
      EngineVersion: '16.9',
      MajorEngineVersion: '16',
      DBParameterGroupFamily: 'postgres16',
      DBEngineDescription: 'PostgreSQL',
      DBEngineVersionDescription: 'PostgreSQL 16.9',
      Status: 'available',
      SupportsReadReplica: true,
      SupportedCACertificateIdentifiers: expect.arrayContaining(['rds-ca-rsa2048-g1']),
    })
  })

  test('describes Aurora MySQL by its own version and the MySQL it is compatible with', async () => {
    const [version] = await versions({
      Engine: 'aurora-mysql',
      EngineVersion: '8.0.mysql_aurora.3.04.0',
    })
    expect(version).toMatchObject({
      DBParameterGroupFamily: 'aurora-mysql8.0',
      DBEngineVersionDescription: 'Aurora MySQL 3.04.0 (compatible with MySQL 8.0.28)',
      SupportedEngineModes: ['provisioned'],
    })
  })

  test('goes through every engine in pages', async () => {
    const all: DBEngineVersion[] = []
    const input = { IncludeAll: true }
    for await (const page of paginateDescribeDBEngineVersions(
      { client: rds, pageSize: 40 },
      input,
    )) {
      expect(page.DBEngineVersions!.length).toBeLessThanOrEqual(40)
      all.push(...page.DBEngineVersions!)
    }
    expect(new Set(all.map(({ Engine }) => Engine))).toEqual(
      new Set(['aurora-mysql', 'aurora-postgresql', 'mariadb', 'mysql', 'postgres']),
    )
    const keys = all.map(({ Engine, EngineVersion }) => `${Engine} ${EngineVersion}`)
    expect(new Set(keys).size).toBe(keys.length)
    expect(keys.length).toBeGreaterThan(250)
  })

  test('takes a major version for all of its versions, from the oldest to the newest', async () => {
    const all = await names({ Engine: 'postgres', EngineVersion: '16', IncludeAll: true })
    expect(all.slice(0, 2)).toEqual(['16.1', '16.2'])
    expect(all.indexOf('16.10')).toBe(all.indexOf('16.9') + 1)
    expect(await names({ Engine: 'mysql', EngineVersion: '8.4' })).toContain('8.4.7')
  })

  test('leaves out versions that are no longer available, unless all are asked for', async () => {
    const postgres15 = { Engine: 'postgres', EngineVersion: '15' }
    expect(await names(postgres15)).not.toContain('15.3')
    expect(await names({ ...postgres15, IncludeAll: true })).toContain('15.3')
    const deprecated = await versions({
      ...postgres15,
      Filters: [{ Name: 'status', Values: ['deprecated'] }],
    })
    expect(deprecated.map(({ EngineVersion }) => EngineVersion)).toContain('15.3')
    expect(new Set(deprecated.map(({ Status }) => Status))).toEqual(new Set(['deprecated']))
  })

  test.each(['postgres', 'mysql', 'mariadb', 'aurora-postgresql', 'aurora-mysql'])(
    'has one default for %s, and one for each of its major versions',
    async (Engine) => {
      const [byEngine, ...more] = await versions({ Engine, DefaultOnly: true })
      expect(more).toEqual([])
      expect(byEngine!.Status).toBe('available')
      const all = await versions({ Engine, IncludeAll: true })
      for (const major of new Set(all.map(({ MajorEngineVersion }) => MajorEngineVersion!))) {
        const defaults = await versions({ Engine, EngineVersion: major, DefaultOnly: true })
        expect(defaults.map(({ MajorEngineVersion }) => MajorEngineVersion)).toEqual([major])
      }
    },
  )

  test('filters by engine, family and mode, of which every one must fit', async () => {
    const engines = { Name: 'engine', Values: ['mysql', 'mariadb'] }
    const family = { Name: 'db-parameter-group-family', Values: ['mysql8.4'] }
    const found = await versions({ Filters: [engines, family] })
    expect(found.length).toBeGreaterThan(3)
    expect(new Set(found.map((v) => `${v.Engine} ${v.DBParameterGroupFamily}`))).toEqual(
      new Set(['mysql mysql8.4']),
    )
    expect(await versions({ DBParameterGroupFamily: 'postgres17' })).toEqual(
      await versions({ Filters: [{ Name: 'db-parameter-group-family', Values: ['postgres17'] }] }),
    )
    expect(await versions({ Filters: [{ Name: 'engine-mode', Values: ['serverless'] }] })).toEqual(
      [],
    )
  })

  test('answers an engine that is known and not to be had with nothing', async () => {
    expect(await versions({ Engine: 'oracle-ee' })).toEqual([])
  })

  test.each([
    [{ Engine: 'nosql' }, 'InvalidParameterValue', 'Unrecognized engine name: nosql'],
    [
      { Filters: [{ Name: 'colour', Values: ['red'] }] },
      'InvalidParameterValue',
      'Unrecognized filter name: colour',
    ],
    [
      { Filters: [{ Name: 'engine', Values: [] }] },
      'InvalidParameterCombination',
      'The list of Engine Names must not be empty.',
    ],
    [
      { MaxRecords: 19 },
      'InvalidParameterValue',
      'Invalid value 19 for MaxRecords. Must be between 20 and 100',
    ],
    [
      { MaxRecords: 101 },
      'InvalidParameterValue',
      'Invalid value 101 for MaxRecords. Must be between 20 and 100',
    ],
    [{ Marker: 'bogus' }, 'InvalidParameterValue', 'The marker in the request is invalid.'],
  ])('refuses %j', async (input, name, message) => {
    await expect(send(input)).rejects.toMatchObject({
      name,
      message,
      $metadata: { httpStatusCode: 400 },
    })
  })
})

describe('upgrade targets', () => {
  test('are the later minor versions and the majors that were not released before', async () => {
    const targets = await targetsOf('postgres', '15.12')
    const versionsOf = (major: boolean) =>
      targets
        .filter(({ IsMajorVersionUpgrade }) => IsMajorVersionUpgrade === major)
        .map(({ EngineVersion }) => EngineVersion!)
    expect(versionsOf(false)).toContain('15.13')
    expect(versionsOf(false)).not.toContain('15.10')
    // 15.12, 16.8 and 17.4 were released together.
    expect(versionsOf(true)).toEqual(expect.arrayContaining(['16.8', '16.9', '17.4', '18.1']))
    expect(versionsOf(true)).not.toContain('16.6')
    expect(versionsOf(true)).not.toContain('17.2')
  })

  test('mark the one minor version that RDS upgrades to by itself', async () => {
    const targets = await targetsOf('postgres', '16.8')
    const automatic = targets.filter(({ AutoUpgrade }) => AutoUpgrade)
    const [standard] = await names({ Engine: 'postgres', EngineVersion: '16', DefaultOnly: true })
    expect(automatic.map(({ EngineVersion }) => EngineVersion)).toEqual([standard])
  })

  test('of MySQL go one major version at a time', async () => {
    expect(await mysqlMajorsAfter('5.7.44')).toEqual(new Set(['5.7', '8.0']))
    expect(await mysqlMajorsAfter('8.0.42')).toEqual(new Set(['8.0', '8.4']))
  })

  test('of the newest version are none', async () => {
    const all = await names({ Engine: 'mariadb' })
    expect(await targetsOf('mariadb', all.at(-1)!)).toEqual([])
  })
})
