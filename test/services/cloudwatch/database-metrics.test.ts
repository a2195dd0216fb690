import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  ListMetricsCommand,
  PutMetricAlarmCommand,
} from '@aws-sdk/client-cloudwatch'
import {
  CreateDBClusterCommand,
  CreateDBInstanceCommand,
  CreateDBInstanceReadReplicaCommand,
  StopDBInstanceCommand,
  type DBInstance,
  type RDSClient,
} from '@aws-sdk/client-rds'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'
import {
  createDatabase,
  describeInstance,
  master,
  query,
  rdsOf,
  session,
  untilAvailable,
} from '../rds/databases.ts'
import { createMysql, sql } from '../rds/mariadb-client.ts'
import { day, hour, minute, statistics, wholeMinute } from './support.ts'

let emulator: TestEmulator
let cloudwatch: CloudWatchClient
let rds: RDSClient
let main: DBInstance
let copy: DBInstance
beforeAll(async () => {
  emulator = await startTestEmulator()
  cloudwatch = emulator.client(CloudWatchClient)
  rds = rdsOf(emulator)
  main = await createDatabase(rds, 'main')
  await query(main, 'create table notes (number int)')
  await rds.send(
    new CreateDBInstanceReadReplicaCommand({
      DBInstanceIdentifier: 'copy',
      SourceDBInstanceIdentifier: 'main',
    }),
  )
  copy = await untilAvailable(rds, 'copy')
}, 60_000)
afterAll(() => emulator.close())

const of = (id: string) => [{ Name: 'DBInstanceIdentifier', Value: id }]

const measured = (MetricName: string, id: string, rest: object = {}) =>
  statistics(cloudwatch, {
    Namespace: 'AWS/RDS',
    MetricName,
    Dimensions: of(id),
    Statistics: ['Average', 'SampleCount'],
    StartTime: new Date(emulator.now() - 10 * minute),
    EndTime: new Date(emulator.now() + minute),
    ...rest,
  })

/** What a metric is now, by the last of its data points. */
const now = async (metric: string, id: string) => (await measured(metric, id)).at(-1)?.Average

test('an instance tells its connections, its free storage and its log, as they really are', async () => {
  const before = (await now('FreeStorageSpace', 'main'))!
  expect(before).toBeLessThan(20 * 2 ** 30)
  expect(before).toBeGreaterThan(19 * 2 ** 30)
  expect(await now('DatabaseConnections', 'main')).toBe(0)
  await session(main, async (client) => {
    await client.query(
      'create table filling as select i, md5(i::text) as text from generate_series(1, 100000) as i',
    )
    await vi.waitFor(async () => expect(await now('DatabaseConnections', 'main')).toBe(1))
    expect(await now('FreeStorageSpace', 'main')).toBeLessThan(before - 5 * 2 ** 20)
  })
  expect(await now('TransactionLogsDiskUsage', 'main')).toBeGreaterThanOrEqual(2 ** 24)
  const { Metrics } = await cloudwatch.send(new ListMetricsCommand({ Namespace: 'AWS/RDS' }))
  const names = new Set(Metrics!.map(({ MetricName }) => MetricName))
  expect([...names]).not.toContain('CPUUtilization')
  expect(Metrics).not.toContainEqual(
    expect.objectContaining({ MetricName: 'ReplicaLag', Dimensions: of('main') }),
  )
})

test('ReplicaLag grows while the replica cannot replay, and falls when it has caught up', async () => {
  await query(main, 'insert into notes values (1)')
  await vi.waitFor(async () => {
    expect(await query(copy, 'select * from notes')).toEqual([{ number: 1 }])
  })
  // A query on the replica holds up the replay of what would take its table away.
  await session(copy, async (reader) => {
    await reader.query('begin isolation level repeatable read')
    await reader.query('select * from notes')
    await query(main, 'drop table notes')
    await vi.waitFor(async () => expect(await now('ReplicaLag', 'copy')).toBeGreaterThan(1.5), {
      timeout: 20_000,
      interval: 250,
    })
    await reader.query('commit')
  })
  // It is told by the last transaction that was replayed: there has to be one.
  await query(main, 'create table notes (number int)')
  await vi.waitFor(async () => expect(await now('ReplicaLag', 'copy')).toBeLessThan(1.5), {
    timeout: 20_000,
    interval: 250,
  })
})

test('an advance is covered minute by minute by what was measured before it, and alarms see it', async () => {
  await cloudwatch.send(
    new PutMetricAlarmCommand({
      AlarmName: 'replica',
      Namespace: 'AWS/RDS',
      MetricName: 'ReplicaLag',
      Dimensions: of('copy'),
      Statistic: 'Maximum',
      Period: 60,
      EvaluationPeriods: 3,
      Threshold: 600,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'breaching',
    }),
  )
  const start = wholeMinute(emulator.now())
  const before = performance.now()
  await emulator.advance(90 * day)
  expect(performance.now() - before).toBeLessThan(20_000)
  const { MetricAlarms } = await cloudwatch.send(new DescribeAlarmsCommand({}))
  expect(MetricAlarms![0]!.StateValue).toBe('OK')
  const days = await measured('DatabaseConnections', 'main', {
    Period: 86_400,
    StartTime: new Date(start + 80 * day),
    EndTime: new Date(start + 88 * day),
  })
  expect(days).toHaveLength(8)
  expect(new Set(days.map(({ SampleCount }) => SampleCount))).toEqual(new Set([1440]))
})

test('what is stopped measures nothing, as if it were not there', async () => {
  await createDatabase(rds, 'resting')
  expect(await now('DatabaseConnections', 'resting')).toBe(0)
  await rds.send(new StopDBInstanceCommand({ DBInstanceIdentifier: 'resting' }))
  await vi.waitFor(async () => {
    expect((await describeInstance(rds, 'resting')).DBInstanceStatus).toBe('stopped')
  })
  const stoppedAt = emulator.now()
  await emulator.advance(hour)
  expect(
    await measured('DatabaseConnections', 'resting', {
      StartTime: new Date(stoppedAt + 2 * minute),
      EndTime: new Date(emulator.now() + minute),
    }),
  ).toEqual([])
})

test("a cluster's reader tells its lag in milliseconds, its writer what the volume takes", async () => {
  const cluster = { DBClusterIdentifier: 'team', Engine: 'aurora-postgresql' }
  await rds.send(
    new CreateDBClusterCommand({
      ...cluster,
      MasterUsername: master.username,
      MasterUserPassword: master.password,
    }),
  )
  for (const DBInstanceIdentifier of ['writer', 'reader']) {
    await rds.send(
      new CreateDBInstanceCommand({
        ...cluster,
        DBInstanceIdentifier,
        DBInstanceClass: 'db.r6g.large',
      }),
    )
    await untilAvailable(rds, DBInstanceIdentifier)
  }
  await vi.waitFor(async () => {
    const lag = await measured('AuroraReplicaLag', 'reader')
    expect(lag.at(-1)).toMatchObject({ Unit: 'Milliseconds' })
    expect(lag.at(-1)!.Average).toBeGreaterThanOrEqual(0)
  })
  expect(await measured('AuroraReplicaLag', 'writer')).toEqual([])
  const volume = await measured('VolumeBytesUsed', '', {
    Dimensions: [{ Name: 'DBClusterIdentifier', Value: 'team' }],
  })
  expect(volume.at(-1)!.Average).toBeGreaterThan(2 ** 20)
})

test('MariaDB tells the same of itself', async () => {
  const source = await createMysql(rds, 'mysql-main', { BackupRetentionPeriod: 1 })
  await sql(source, 'CREATE TABLE notes (number INT PRIMARY KEY)')
  await rds.send(
    new CreateDBInstanceReadReplicaCommand({
      DBInstanceIdentifier: 'mysql-copy',
      SourceDBInstanceIdentifier: 'mysql-main',
    }),
  )
  await untilAvailable(rds, 'mysql-copy')
  await vi.waitFor(async () => expect(await now('ReplicaLag', 'mysql-copy')).toBe(0), 20_000)
  expect(await now('DatabaseConnections', 'mysql-main')).toBe(0)
  expect(await now('BinLogDiskUsage', 'mysql-main')).toBeGreaterThan(0)
  const free = (await now('FreeStorageSpace', 'mysql-main'))!
  expect(free).toBeLessThan(20 * 2 ** 30)
  expect(free).toBeGreaterThan(19 * 2 ** 30)
})
