import {
  CreateDBInstanceCommand,
  DescribeDBInstancesCommand,
  DescribeDBSnapshotsCommand,
  RDSClient,
  type CreateDBInstanceCommandInput,
  type DBInstance,
  type DBSnapshot,
} from '@aws-sdk/client-rds'
import pg from 'pg'
import type { TestEmulator } from '../../support/emulator.ts'

export const master = { username: 'labuser', password: 'correct-horse-battery' }

/** Asks for a small PostgreSQL instance, and waits until it is available. */
export async function createDatabase(
  rds: RDSClient,
  id: string,
  more: Partial<CreateDBInstanceCommandInput> = {},
): Promise<DBInstance> {
  await rds.send(
    new CreateDBInstanceCommand({
      DBInstanceIdentifier: id,
      DBInstanceClass: 'db.t3.micro',
      Engine: 'postgres',
      EngineVersion: '15.10',
      MasterUsername: master.username,
      MasterUserPassword: master.password,
      AllocatedStorage: 20,
      ...more,
    }),
  )
  return untilAvailable(rds, id)
}

export const describeInstance = async (rds: RDSClient, id: string): Promise<DBInstance> => {
  const found = await rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: id }))
  return found.DBInstances![0]!
}

/** As `rds wait db-instance-available`, without its 30 seconds between looks. */
export async function untilAvailable(rds: RDSClient, id: string): Promise<DBInstance> {
  for (;;) {
    const instance = await describeInstance(rds, id)
    if (instance.DBInstanceStatus === 'available') return instance
    if (/failed|incompatible/.test(instance.DBInstanceStatus!)) throw new Error(`${id} failed`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** As `rds wait db-snapshot-available`. */
export async function untilTaken(
  rds: RDSClient,
  DBSnapshotIdentifier: string,
): Promise<DBSnapshot> {
  for (;;) {
    const found = await rds.send(new DescribeDBSnapshotsCommand({ DBSnapshotIdentifier }))
    const snapshot = found.DBSnapshots![0]!
    if (snapshot.Status !== 'creating') return snapshot
  }
}

/** As `rds wait db-instance-deleted`. */
export async function untilGone(rds: RDSClient, id: string): Promise<void> {
  for (;;) {
    try {
      await describeInstance(rds, id)
    } catch (error) {
      if ((error as Error).name === 'DBInstanceNotFoundFault') return
      throw error
    }
  }
}

/** Runs `work` in a session on an instance's endpoint. */
export async function session<Result>(
  { Endpoint }: DBInstance,
  work: (client: pg.Client) => Promise<Result>,
  config: pg.ClientConfig = {},
): Promise<Result> {
  const client = new pg.Client({
    host: '127.0.0.1',
    port: Endpoint!.Port!,
    user: master.username,
    password: master.password,
    database: 'postgres',
    ...config,
  })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

/** The rows of one query. */
export const query = (
  instance: DBInstance,
  sql: string,
  config?: pg.ClientConfig,
): Promise<Record<string, unknown>[]> =>
  session(instance, async (client) => (await client.query(sql)).rows, config)

export const rdsOf = (emulator: TestEmulator, config?: object): RDSClient =>
  emulator.client(RDSClient, config)
