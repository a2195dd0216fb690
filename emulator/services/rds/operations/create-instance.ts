import type {
  CreateDBInstanceMessage,
  CreateDBInstanceResult,
  DBInstance,
} from '@aws-sdk/client-rds'
import { operation, type Call, type Permission } from '../../../operation.ts'
import { recordEvent } from '../events/record-event.ts'
import { invalidParameterValue } from '../errors.ts'
import { mustBeProvided } from '../groups/errors.ts'
import { instanceArn, nameIn } from '../arns.ts'
import { describeInstance } from '../instances/describe.ts'
import { isAurora, isMysql, requireKnownEngine, runnableVersion } from '../instances/engines.ts'
import { reservedMasterUsername } from '../instances/errors.ts'
import { checkPassword } from '../instances/limits.ts'
import {
  changing,
  checkManagedPassword,
  generatedPassword,
  keepInSecret,
} from '../instances/managed-password.ts'
import { addInstance } from '../instances/new-instance.ts'
import { instanceContext, on, requestContext } from '../permissions.ts'
import { untilSettled } from '../instances/settled.ts'
import { listInstances, updateInstance, type Instance } from '../rows/instances.ts'
import { addClusterMember } from '../clusters/members.ts'

export const CreateDBInstance = operation<CreateDBInstanceMessage, CreateDBInstanceResult>({
  authorize: (input, call) => creationPermissions(input, call, requestContext(input)),
  async prepare({ DBClusterIdentifier }, call) {
    if (DBClusterIdentifier === undefined) return undefined
    const cluster = nameIn('cluster', DBClusterIdentifier)
    const members = listInstances(call.db, call).filter(({ clusterId }) => clusterId === cluster)
    await untilSettled(call, members, 'change')
    return undefined
  },
  run(input, call) {
    const engine = input.Engine!.toLowerCase()
    requireKnownEngine(engine)
    if (input.DBClusterIdentifier !== undefined || isAurora(engine)) {
      return { DBInstance: describeInstance(call, addClusterMember(call, input)) }
    }
    const version = runnableVersion(engine, input.EngineVersion)
    const password = passwordOf(input, call, engine)
    const instance = addInstance(
      call,
      { MasterUsername: isMysql(engine) ? 'admin' : 'postgres', ...input },
      {
        version,
        hidden: {
          newPassword: password,
          origin: {
            kind: 'new',
            ...(input.DBName && {
              databaseName: databaseName(input.DBName, call.ports.databases?.strict, engine),
            }),
          },
        },
      },
    )
    noteMasterUsername(call, instance)
    if (!input.ManageMasterUserPassword) return { DBInstance: describeInstance(call, instance) }
    const managed = manageNewPassword(call, instance, password, input.MasterUserSecretKmsKeyId)
    return { DBInstance: managed }
  },
})

/** A new instance's password is kept in a secret. @returns the instance as its answer shows it */
export function manageNewPassword(
  call: Call,
  instance: Instance,
  password: string,
  kmsKeyId: string | undefined,
): DBInstance {
  const holder = { kind: 'instance', arn: instanceArn(instance, instance.id) } as const
  const { configuration } = instance
  const secret = keepInSecret(call, { ...holder, configuration }, password, kmsKeyId)
  const made = updateInstance(call.db, instance, { configuration: { ...configuration, ...secret } })
  return { ...describeInstance(call, made), ...changing(secret.MasterUserSecret, 'creating') }
}

/** The permissions that creating an instance takes: on it, and on the groups that it is put into. */
export function creationPermissions(
  input: Partial<
    Pick<
      CreateDBInstanceMessage,
      | 'DBInstanceIdentifier'
      | 'DBInstanceClass'
      | 'DBName'
      | 'Engine'
      | 'MultiAZ'
      | 'Iops'
      | 'AllocatedStorage'
      | 'StorageEncrypted'
      | 'DBClusterIdentifier'
      | 'OptionGroupName'
      | 'DBParameterGroupName'
      | 'DBSubnetGroupName'
      | 'MonitoringRoleArn'
      | 'Tags'
    >
  >,
  call: Call,
  more: Permission['context'] = {},
): Permission[] {
  const { Tags: tags } = input
  const context = { ...instanceContext(input), 'rds:Vpc': 'true', ...more }
  const cluster = input.DBClusterIdentifier
  return [
    on(call, 'db', (input.DBInstanceIdentifier ?? '').toLowerCase(), { tags, context }),
    ...(cluster ? [on(call, 'cluster', nameIn('cluster', cluster), { tags, context })] : []),
    ...(input.OptionGroupName
      ? [on(call, 'og', nameIn('og', input.OptionGroupName), { tags, context })]
      : []),
    ...(input.DBParameterGroupName
      ? [on(call, 'pg', nameIn('pg', input.DBParameterGroupName), { tags, context })]
      : []),
    ...(input.DBSubnetGroupName
      ? [on(call, 'subgrp', nameIn('subgrp', input.DBSubnetGroupName), { tags, context })]
      : []),
    ...passingMonitoring(call, input.MonitoringRoleArn),
  ]
}

/** Enhanced Monitoring is handed a role: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Monitoring.OS.Enabling.html */
export const passingMonitoring = (call: Call, role: string | undefined): Permission[] =>
  role?.startsWith('arn:')
    ? [call.ports.roles.passing(call.db, role, 'monitoring.rds.amazonaws.com')]
    : []

function passwordOf(input: CreateDBInstanceMessage, call: Call, engine: string): string {
  const { MasterUsername, MasterUserPassword } = input
  checkManagedPassword(input)
  // Neither is required by the API's model: without both, an instance has a master user whose password can be set later.
  const hasNeither = MasterUsername === undefined && MasterUserPassword === undefined
  if (hasNeither && !call.ports.databases?.strict) return generatedPassword(call)
  if (!MasterUsername) throw mustBeProvided('MasterUsername')
  checkMasterUsername(call, MasterUsername, engine)
  if (input.ManageMasterUserPassword) return generatedPassword(call)
  checkPassword(MasterUserPassword, engine)
  return MasterUserPassword!
}

/** What RDS for PostgreSQL does not let anybody be called. */
const reserved: ReadonlySet<string> = new Set([
  'rdsadmin',
  'rdsrepladmin',
  'rds_superuser',
  'all',
  'public',
  'none',
  'user',
])

/** Of MySQL and MariaDB: who runs the server. */
const reservedOfMysql: ReadonlySet<string> = new Set([
  'rdsadmin',
  'rdsrepladmin',
  'rds_superuser_role',
  'mariadb.sys',
  'mysql',
  'public',
  'none',
])

/**
 * `admin`, which RDS reserves for PostgreSQL but courses use, is let through unless the emulator is strict.
 *
 * @throws InvalidParameterValue
 */
export function checkMasterUsername(call: Call, name: string, engine = 'postgres'): void {
  const form = isMysql(engine) ? /^[a-z]\w{0,15}$/i : /^[a-z_]\w{0,62}$/i
  if (!form.test(name)) {
    throw invalidParameterValue(
      'The parameter MasterUsername is not a valid identifier. Identifiers must begin with a letter; must contain only ASCII letters, digits, and underscores.',
    )
  }
  if (isMysql(engine)) {
    if (reservedOfMysql.has(name.toLowerCase())) throw reservedMasterUsername(name)
    return
  }
  const isReserved = reserved.has(name.toLowerCase()) || name.toLowerCase().startsWith('pg_')
  if (isReserved || (name.toLowerCase() === 'admin' && call.ports.databases?.strict)) {
    throw reservedMasterUsername(name)
  }
}

/** Courses use a name that RDS would refuse: whoever looks at the events learns it. */
function noteMasterUsername(call: Call, { id, engine, configuration }: Instance): void {
  if (isMysql(engine) || configuration.MasterUsername?.toLowerCase() !== 'admin') return
  recordEvent(call, { sourceType: 'db-instance', source: id, id: 'POCKETCLOUD-EVENT-0001' })
}

/** Those that MySQL and MariaDB bring along. */
const ownDatabases: ReadonlySet<string> = new Set([
  'mysql',
  'sys',
  'information_schema',
  'performance_schema',
])

/** Engines take hyphens, which RDS does not: without `strict`, nobody is kept from what works. */
export function databaseName(name: string, strict = false, engine = 'postgres'): string {
  const form = strict ? /^[a-z_]\w*$/i : /^[a-z_][\w-]*$/i
  if (!form.test(name) || name.length > (isMysql(engine) ? 64 : 63)) {
    throw invalidParameterValue(
      `DBName must begin with a letter and contain only alphanumeric characters.`,
    )
  }
  if (isMysql(engine) && ownDatabases.has(name.toLowerCase())) {
    throw invalidParameterValue(
      `DBName ${name} cannot be used. It is a reserved word for this engine`,
    )
  }
  return name
}
