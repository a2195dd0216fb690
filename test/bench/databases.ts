import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import {
  CreateDBInstanceCommand,
  DeleteDBInstanceCommand,
  DescribeDBInstancesCommand,
  RDSClient,
} from '@aws-sdk/client-rds'
import pg from 'pg'
import { median, say, table } from './report.ts'
import { startPocketcloud, type Server } from './servers.ts'

const master = { username: 'labuser', password: 'correct-horse-battery' }
const rounds = 5
const many = 10

/**
 * From CreateDBInstance to the first `SELECT 1`, with the defaults that AWS has (backups too), and what ten instances at once take.
 * Bars: 2 s; 15 s and 400 MB. The first database of a machine, which unpacks PostgreSQL, is not counted.
 */
export async function benchDatabases(): Promise<void> {
  const server = await startPocketcloud()
  const rds = new RDSClient({
    endpoint: server.url,
    region: 'us-east-1',
    credentials: {
      accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
      secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    },
  })
  await create(rds, 'warm-up')
  await remove(rds, 'warm-up')

  say('one database')
  const times: number[] = []
  for (let round = 0; round < rounds; round++) {
    times.push(await timed(() => create(rds, `one-${round}`)))
    await remove(rds, `one-${round}`)
  }
  say(`${many} databases at once`)
  const names = Array.from({ length: many }, (_, index) => `many-${index}`)
  const together = await timed(() => Promise.all(names.map((name) => create(rds, name))))
  const memory = memoryOfDatabases(server)
  table(
    ['databases', 'median', 'worst', 'bar'],
    [
      ['create to SELECT 1, s', seconds(median(times)), seconds(Math.max(...times)), '2'],
      [`${many} at once, s`, seconds(together), seconds(together), '15'],
      [`${many} idle, MB`, memory.toFixed(0), memory.toFixed(0), '400'],
    ],
  )
  await server.stop()
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now()
  await work()
  return performance.now() - begin
}

const seconds = (milliseconds: number) => (milliseconds / 1000).toFixed(2)

/** Asks for a database, and is done with the answer to its first query. */
async function create(rds: RDSClient, DBInstanceIdentifier: string): Promise<void> {
  await rds.send(
    new CreateDBInstanceCommand({
      DBInstanceIdentifier,
      DBInstanceClass: 'db.t3.micro',
      Engine: 'postgres',
      EngineVersion: '15.10',
      MasterUsername: master.username,
      MasterUserPassword: master.password,
      AllocatedStorage: 20,
    }),
  )
  for (;;) {
    const found = await rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier }))
    const { DBInstanceStatus, Endpoint } = found.DBInstances![0]!
    if (DBInstanceStatus === 'available') return select(Endpoint!.Port!)
  }
}

async function select(port: number): Promise<void> {
  const client = new pg.Client({
    host: '127.0.0.1',
    port,
    user: master.username,
    password: master.password,
    database: 'postgres',
  })
  await client.connect()
  await client.query('select 1')
  await client.end()
}

async function remove(rds: RDSClient, DBInstanceIdentifier: string): Promise<void> {
  await rds.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier, SkipFinalSnapshot: true }))
  try {
    for (;;) await rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier }))
  } catch (error) {
    if ((error as Error).name !== 'DBInstanceNotFoundFault') throw error
  }
}

/** What all processes under the server use, in MB: each page that is shared counts in parts. Linux tells it; 0 elsewhere. */
function memoryOfDatabases({ processId }: Server): number {
  const lines = spawnSync('ps', ['-eo', 'pid=,ppid=']).stdout.toString().trim().split('\n')
  const all = lines.map((line) => line.trim().split(/\s+/).map(Number) as [number, number])
  const under = new Set([processId])
  for (let before = 0; before !== under.size;) {
    before = under.size
    for (const [pid, parent] of all) if (under.has(parent)) under.add(pid)
  }
  under.delete(processId)
  return [...under].reduce((sum, pid) => sum + shareOf(pid), 0) / 1024
}

function shareOf(pid: number): number {
  try {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
    return Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1] ?? 0)
  } catch {
    return 0
  }
}
