import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { DBCluster, DBInstance, RDSClient } from '@aws-sdk/client-rds'
import { studentKey } from '../../checker/student.ts'
import type { Context, GlobalOptions } from '../context.ts'
import { Failure, failure } from '../failure.ts'

// The SDK is pinned: what its later versions will require of Node is no student's concern.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true'

interface RegionOption extends GlobalOptions {
  readonly region?: string
}

interface ConnectOptions extends RegionOption {
  readonly database?: string
  readonly print?: boolean
}

/** What somebody connects to: an instance, or a cluster, which leads to the instance that writes. */
interface Target {
  readonly status: string
  readonly engine: string
  readonly user: string
  readonly address: string | undefined
  readonly port: number | undefined
  readonly database: string | undefined
}

/** A program that talks to databases of a kind. */
interface Client {
  readonly program: string
  readonly scheme: string
  /** The packages it is in, on Debian and with Homebrew. */
  readonly packages: readonly [string, string]
  readonly database: string | undefined
  readonly words: (to: Target, database: string | undefined) => readonly string[]
}

const psql: Client = {
  program: 'psql',
  scheme: 'postgresql',
  packages: ['postgresql-client', 'libpq'],
  database: 'postgres',
  words: ({ address, port, user }, database) =>
    ['-h', address, '-p', port, '-U', user, '-d', database].map(String),
}

const mariadb: Client = {
  program: 'mariadb',
  scheme: 'mysql',
  packages: ['mariadb-client', 'mariadb'],
  database: undefined,
  words: ({ address, port, user }, database) => [
    ...['-h', address, '-P', port, '-u', user, '-p'].map(String),
    ...(database === undefined ? [] : [database]),
  ],
}

const clientOf = (engine: string) => (/mysql|mariadb/.test(engine) ? mariadb : psql)

/** While an instance is anything else, its endpoint answers. */
const closed = new Set([
  'creating',
  'deleting',
  'failed',
  'inaccessible-encryption-credentials',
  'incompatible-parameters',
  'incompatible-restore',
  'rebooting',
  'starting',
  'stopped',
  'stopping',
])

/** `pocketcloud rds connect ID`: runs the engine's client as the master user, who is asked for the password; or prints what would be run. */
export async function connect(
  context: Context,
  id: string,
  { region, database, print = false }: ConnectOptions,
): Promise<number | void> {
  const { out } = context
  const { target, place } = await withClient(context, region, async (rds, here) => ({
    target: (await findTarget(rds, id)) ?? (await notFound(context, id, here)),
    place: here,
  }))
  requireOpen(id, target, place)
  const client = clientOf(target.engine)
  const name = database ?? target.database ?? client.database
  const words = client.words(target, name)
  const command = [client.program, ...words].join(' ')
  const { address, port, user } = target
  if (print || !process.stdin.isTTY || !process.stdout.isTTY) {
    const url = `${client.scheme}://${user}@${address}:${port}/${name ?? ''}`
    out.answer({ command, address, port, user, database: name, url }, [command])
    return
  }
  const child = spawn(client.program, words, { stdio: 'inherit' })
  const [code] = (await once(child, 'close').catch(() => {
    const [debian, homebrew] = client.packages
    throw failure(
      'NoClient',
      `${client.program} is not installed.`,
      `Install it (apt-get install ${debian}, brew install ${homebrew}); then this connects:  ${command}`,
    )
  })) as [number | null]
  return code ?? 1
}

function requireOpen(id: string, { status, address, port }: Target, region: string): void {
  if (!closed.has(status) && address !== undefined && port !== undefined) return
  const of = `--db-instance-identifier ${id} --region ${region}`
  const hint =
    status === 'stopped'
      ? `Start it: aws rds start-db-instance ${of}`
      : /^(creating|starting|rebooting)$/.test(status)
        ? `Wait for it: aws rds wait db-instance-available ${of}`
        : `What happened: aws rds describe-events --source-type db-instance --source-identifier ${id} --region ${region}`
  throw failure('NotAvailable', `Nobody can connect to ${id} now: it is ${status}.`, hint)
}

/** `pocketcloud rds failover ID`: the standby of an instance takes over, or another instance of a cluster writes. */
export async function failover(
  context: Context,
  id: string,
  { region }: RegionOption,
): Promise<void> {
  const { RebootDBInstanceCommand, FailoverDBClusterCommand } = await import('@aws-sdk/client-rds')
  const what = await withClient(context, region, async (rds, here) => {
    if (await findCluster(rds, id)) {
      await rds.send(new FailoverDBClusterCommand({ DBClusterIdentifier: id }))
      return 'cluster'
    }
    const instance = (await findInstance(rds, id)) ?? (await notFound(context, id, here))
    if (instance.MultiAZ !== true) {
      throw failure(
        'NoStandby',
        `${id} has no standby that could take over: it is not Multi-AZ.`,
        `Give it one: aws rds modify-db-instance --db-instance-identifier ${id} --region ${here} --multi-az --apply-immediately`,
      )
    }
    await rds.send(new RebootDBInstanceCommand({ DBInstanceIdentifier: id, ForceFailover: true }))
    // To look at it is to wait until it is done.
    await findInstance(rds, id)
    return 'instance'
  })
  context.out.answer({ id, what, failover: true }, [
    `${id} has failed over; its endpoint is the same, and what was committed is there.`,
  ])
}

/** `pocketcloud rds ca`: what the certificates of endpoints verify against. */
export async function ca({ control, out }: Context): Promise<void> {
  const { certificate } = await control.databaseAuthority()
  out.answer({ certificate }, [certificate.trimEnd()])
  out.hint(
    '',
    'Into a file with it, and clients verify whom they talk to:',
    '  pocketcloud rds ca > rds-ca.pem',
    '  export PGSSLROOTCERT=$PWD/rds-ca.pem PGSSLMODE=verify-full',
  )
}

async function findInstance(rds: RDSClient, id: string): Promise<DBInstance | undefined> {
  const { DescribeDBInstancesCommand } = await import('@aws-sdk/client-rds')
  const Filters = [{ Name: 'db-instance-id', Values: [id] }]
  return (await rds.send(new DescribeDBInstancesCommand({ Filters }))).DBInstances?.[0]
}

async function findCluster(rds: RDSClient, id: string): Promise<DBCluster | undefined> {
  const { DescribeDBClustersCommand } = await import('@aws-sdk/client-rds')
  const Filters = [{ Name: 'db-cluster-id', Values: [id] }]
  return (await rds.send(new DescribeDBClustersCommand({ Filters }))).DBClusters?.[0]
}

async function findTarget(rds: RDSClient, id: string): Promise<Target | undefined> {
  const instance = await findInstance(rds, id)
  if (instance) {
    return {
      status: instance.DBInstanceStatus!,
      engine: instance.Engine!,
      user: instance.MasterUsername!,
      address: instance.Endpoint?.Address,
      port: instance.Endpoint?.Port,
      database: instance.DBName,
    }
  }
  const cluster = await findCluster(rds, id)
  return (
    cluster && {
      status: cluster.Status!,
      engine: cluster.Engine!,
      user: cluster.MasterUsername!,
      address: cluster.Endpoint,
      port: cluster.Port,
      database: cluster.DatabaseName,
    }
  )
}

/** Says what is there instead: in this region, or under that name in another. */
async function notFound(context: Context, id: string, region: string): Promise<never> {
  const { DescribeDBInstancesCommand, DescribeSourceRegionsCommand } =
    await import('@aws-sdk/client-rds')
  const others = await withClient(context, region, async (rds) => {
    const { SourceRegions = [] } = await rds.send(new DescribeSourceRegionsCommand({}))
    return SourceRegions.map(({ RegionName }) => RegionName!)
  })
  const places = await Promise.all(
    [region, ...others].map((place) =>
      withClient(context, place, async (rds, name) => {
        const { DBInstances = [] } = await rds.send(new DescribeDBInstancesCommand({}))
        return { name, ids: DBInstances.map((one) => one.DBInstanceIdentifier!) }
      }),
    ),
  )
  const other = places.find(({ ids }) => ids.includes(id.toLowerCase()))
  const here = places.find(({ name }) => name === region)?.ids ?? []
  throw failure(
    'DBInstanceNotFound',
    `There is no database ${id} in ${region}.`,
    other
      ? `It is in ${other.name}: give --region ${other.name}`
      : here.length > 0
        ? `There are: ${here.join(', ')}`
        : 'There is none there yet: aws rds create-db-instance --engine postgres …',
  )
}

/** As `student`; what RDS refuses is said in its own words. */
async function withClient<Result>(
  { endpoint, control }: Context,
  wanted: string | undefined,
  work: (rds: RDSClient, region: string) => Promise<Result>,
): Promise<Result> {
  // Whether it is there at all is said as everywhere.
  const health = await control.health()
  const region =
    wanted ?? (process.env['AWS_REGION'] || process.env['AWS_DEFAULT_REGION'] || health.region)
  const { RDSClient } = await import('@aws-sdk/client-rds')
  const rds = new RDSClient({ endpoint, region, credentials: studentKey, maxAttempts: 1 })
  try {
    return await work(rds, region)
  } catch (error) {
    if (error instanceof Failure) throw error
    const { name, message } = error as Error
    throw failure(name, message, `Region ${region}; what is there: aws rds describe-db-instances`)
  } finally {
    rds.destroy()
  }
}
