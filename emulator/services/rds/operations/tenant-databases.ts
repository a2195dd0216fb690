import type {
  CreateTenantDatabaseMessage,
  CreateTenantDatabaseResult,
  DBSnapshotTenantDatabase,
  DBSnapshotTenantDatabasesMessage,
  DeleteTenantDatabaseMessage,
  DeleteTenantDatabaseResult,
  DescribeDBSnapshotTenantDatabasesMessage,
  DescribeTenantDatabasesMessage,
  ModifyTenantDatabaseMessage,
  ModifyTenantDatabaseResult,
  TenantDatabase,
  TenantDatabasesMessage,
} from '@aws-sdk/client-rds'
import { AwsError } from '../../../errors.ts'
import { operation, type Call } from '../../../operation.ts'
import { nameIn } from '../arns.ts'
import { filtered, type FilterDefinition } from '../filters.ts'
import { invalidInstanceState } from '../instances/errors.ts'
import { page } from '../pages.ts'
import { on, requestContext } from '../permissions.ts'
import { requireSnapshot } from '../snapshots/find.ts'
import { requireInstance } from './instances.ts'

// Tenant databases are pluggable databases of RDS for Oracle, which nothing here runs: no instance is in the multi-tenant configuration.
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/oracle-multitenant.html

const notMultiTenant = (id: string) =>
  invalidInstanceState(`The DB instance ${id} is not in the multi-tenant configuration.`)

const notFound = (name: string) =>
  new AwsError('TenantDatabaseNotFound', `TenantDatabase ${name} not found.`, { status: 404 })

interface Named {
  readonly DBInstanceIdentifier?: string | undefined
  readonly TenantDBName?: string | undefined
}

const permissions = (
  { DBInstanceIdentifier = '' }: Named,
  call: Call,
  use: Parameters<typeof on>[3] = {},
) => [
  on(call, 'db', nameIn('db', DBInstanceIdentifier), use),
  on(call, 'tenant-database', '*', use),
]

const requested = (name: string | undefined, ManageMasterUserPassword: boolean | undefined) => ({
  ...(name && { 'rds:TenantDatabaseName': name }),
  ...requestContext({ ManageMasterUserPassword }),
})

export const CreateTenantDatabase = operation<
  CreateTenantDatabaseMessage,
  CreateTenantDatabaseResult
>({
  authorize: (input, call) =>
    permissions(input, call, {
      tags: input.Tags,
      context: requested(input.TenantDBName, input.ManageMasterUserPassword),
    }),
  run({ DBInstanceIdentifier }, call) {
    throw notMultiTenant(requireInstance(call, DBInstanceIdentifier!).id)
  },
})

export const ModifyTenantDatabase = operation<
  ModifyTenantDatabaseMessage,
  ModifyTenantDatabaseResult
>({
  authorize: (input, call) =>
    permissions(input, call, {
      context: requested(input.NewTenantDBName, input.ManageMasterUserPassword),
    }),
  run({ DBInstanceIdentifier, TenantDBName = '' }, call) {
    requireInstance(call, DBInstanceIdentifier!)
    throw notFound(TenantDBName)
  },
})

export const DeleteTenantDatabase = operation<
  DeleteTenantDatabaseMessage,
  DeleteTenantDatabaseResult
>({
  authorize: (input, call) => permissions(input, call),
  run({ DBInstanceIdentifier, TenantDBName = '' }, call) {
    requireInstance(call, DBInstanceIdentifier!)
    throw notFound(TenantDBName)
  },
})

const none: readonly TenantDatabase[] = []
const noneInSnapshots: readonly DBSnapshotTenantDatabase[] = []

export const DescribeTenantDatabases = operation<
  DescribeTenantDatabasesMessage,
  TenantDatabasesMessage
>({
  authorize: ({ DBInstanceIdentifier }, call) => [
    on(call, 'db', DBInstanceIdentifier ? nameIn('db', DBInstanceIdentifier) : '*'),
  ],
  run({ DBInstanceIdentifier, Filters, ...request }, call) {
    if (DBInstanceIdentifier) requireInstance(call, DBInstanceIdentifier)
    page(request, filtered(none, Filters, filters), (one) => one.TenantDatabaseResourceId!)
    return { TenantDatabases: [] }
  },
})

const filters: Record<string, FilterDefinition<TenantDatabase>> = {
  'tenant-db-name': { values: 'Tenant Database Names', of: (one) => one.TenantDBName },
  'tenant-database-resource-id': {
    values: 'Tenant Database Resource Identifiers',
    of: (one) => one.TenantDatabaseResourceId,
  },
}

export const DescribeDBSnapshotTenantDatabases = operation<
  DescribeDBSnapshotTenantDatabasesMessage,
  DBSnapshotTenantDatabasesMessage
>({
  authorize: ({ DBInstanceIdentifier, DBSnapshotIdentifier }, call) => [
    DBInstanceIdentifier
      ? on(call, 'db', nameIn('db', DBInstanceIdentifier))
      : on(call, 'snapshot', DBSnapshotIdentifier ? nameIn('snapshot', DBSnapshotIdentifier) : '*'),
  ],
  run({ DBSnapshotIdentifier, Filters, ...request }, call) {
    if (DBSnapshotIdentifier) requireSnapshot(call, DBSnapshotIdentifier)
    const found = filtered(noneInSnapshots, Filters, inSnapshots)
    page(request, found, (one) => one.TenantDatabaseResourceId!)
    return { DBSnapshotTenantDatabases: [] }
  },
})

const inSnapshots: Record<string, FilterDefinition<DBSnapshotTenantDatabase>> = {
  'tenant-db-name': { values: 'Tenant Database Names', of: (one) => one.TenantDBName },
  'tenant-database-resource-id': {
    values: 'Tenant Database Resource Identifiers',
    of: (one) => one.TenantDatabaseResourceId,
  },
  'db-instance-id': { values: 'DB Instance Identifiers', of: (one) => one.DBInstanceIdentifier },
  'db-snapshot-id': { values: 'DB Snapshot Identifiers', of: (one) => one.DBSnapshotIdentifier },
  'snapshot-type': { values: 'Snapshot Types', of: (one) => one.SnapshotType },
}
