import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { DBInstance, RDSClient } from '@aws-sdk/client-rds'
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

/** `pocketcloud rds connect INSTANCE`: runs psql, or mariadb for MySQL and MariaDB, as the master user, who is asked for the password; or prints what would be run. */
export async function connect(
  { endpoint, out }: Context,
  id: string,
  { region, database, print = false }: ConnectOptions,
): Promise<number | void> {
  const instance = await withClient(endpoint, region, (rds) => find(rds, id))
  const { Address, Port } = instance.Endpoint ?? {}
  if (!Address || !Port) {
    throw failure(
      'NoEndpoint',
      `${id} has no endpoint yet: it is ${instance.DBInstanceStatus}.`,
      `aws rds wait db-instance-available --db-instance-identifier ${id}`,
    )
  }
  const { program, args, url } = sessionOf(instance, { Address, Port }, database)
  const command = `${program} ${args.join(' ')}`
  const isTerminal = process.stdin.isTTY && process.stdout.isTTY
  if (print || !isTerminal) {
    out.answer({ command, address: Address, port: Port, user: instance.MasterUsername, url }, [
      command,
    ])
    return
  }
  const client = spawn(program, args, { stdio: 'inherit' })
  const [code] = (await once(client, 'close').catch(() => {
    throw failure('NoClient', `${program} is not installed.`, `With it, this connects:  ${command}`)
  })) as [number | null]
  return code ?? 1
}

/** The engine's own client, told where to go and as whom; and the same as a URL. */
function sessionOf(
  { Engine = '', DBName, MasterUsername = '' }: DBInstance,
  { Address, Port }: { readonly Address: string; readonly Port: number },
  database: string | undefined,
) {
  if (Engine === 'mysql' || Engine === 'mariadb') {
    const name = database ?? DBName
    return {
      program: 'mariadb',
      args: [
        '-h',
        Address,
        '-P',
        String(Port),
        '-u',
        MasterUsername,
        '-p',
        ...(name ? [name] : []),
      ],
      url: `mysql://${MasterUsername}@${Address}:${Port}/${name ?? ''}`,
    }
  }
  const name = database ?? DBName ?? 'postgres'
  return {
    program: 'psql',
    args: ['-h', Address, '-p', String(Port), '-U', MasterUsername, '-d', name],
    url: `postgresql://${MasterUsername}@${Address}:${Port}/${name}`,
  }
}

/** `pocketcloud rds failover ID`: the standby of an instance takes over, or another instance of a cluster writes. */
export async function failover(
  { endpoint, out }: Context,
  id: string,
  { region }: RegionOption,
): Promise<void> {
  const { RebootDBInstanceCommand, FailoverDBClusterCommand, DescribeDBClustersCommand } =
    await import('@aws-sdk/client-rds')
  const what = await withClient(endpoint, region, async (rds) => {
    const { DBClusters } = await rds.send(
      new DescribeDBClustersCommand({ Filters: [{ Name: 'db-cluster-id', Values: [id] }] }),
    )
    if (DBClusters?.length) {
      await rds.send(new FailoverDBClusterCommand({ DBClusterIdentifier: id }))
      return 'cluster'
    }
    await rds.send(new RebootDBInstanceCommand({ DBInstanceIdentifier: id, ForceFailover: true }))
    await find(rds, id)
    return 'instance'
  })
  out.answer({ id, what, failover: true }, [
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
    '  psql "host=… sslmode=verify-full sslrootcert=rds-ca.pem"',
  )
}

async function find(rds: RDSClient, id: string): Promise<DBInstance> {
  const { DescribeDBInstancesCommand } = await import('@aws-sdk/client-rds')
  const found = await rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: id }))
  return found.DBInstances![0]!
}

/** As `student`; what RDS refuses is said in its own words. */
async function withClient<Result>(
  endpoint: string,
  region = process.env['AWS_REGION'] ?? process.env['AWS_DEFAULT_REGION'] ?? 'us-east-1',
  work: (rds: RDSClient) => Promise<Result>,
): Promise<Result> {
  const { RDSClient } = await import('@aws-sdk/client-rds')
  const rds = new RDSClient({ endpoint, region, credentials: studentKey, maxAttempts: 1 })
  try {
    return await work(rds)
  } catch (error) {
    if (error instanceof Failure) throw error
    throw failure((error as Error).name, (error as Error).message, 'See: pocketcloud status')
  } finally {
    rds.destroy()
  }
}
