import type { DBInstance, DBInstanceMessage, DescribeDBInstancesMessage } from '@aws-sdk/client-rds'
import { operation, type Call } from '../../../operation.ts'
import { instanceArn, nameIn } from '../arns.ts'
import { instanceNotFound } from '../errors.ts'
import { filtered, type FilterDefinition } from '../filters.ts'
import { page } from '../pages.ts'
import { findInstance, listInstances, type Instance } from '../rows/instances.ts'

export const DescribeDBInstances = operation<DescribeDBInstancesMessage, DBInstanceMessage>({
  authorize: ({ DBInstanceIdentifier }, call) => [
    instanceArn(call, DBInstanceIdentifier ? nameIn('db', DBInstanceIdentifier) : '*'),
  ],
  run({ DBInstanceIdentifier, Filters, ...request }, call) {
    const candidates = DBInstanceIdentifier
      ? [requireInstance(call, DBInstanceIdentifier)]
      : listInstances(call.db, call)
    const found = filtered(candidates, Filters, filters)
    // An instance that is named must also pass the filters, or it counts as not there.
    if (DBInstanceIdentifier && found.length === 0) {
      throw instanceNotFound(nameIn('db', DBInstanceIdentifier))
    }
    const { records, Marker } = page(request, found, ({ id }) => id)
    return { DBInstances: records.map(describe), ...(Marker && { Marker }) }
  },
})

const filters: Record<string, FilterDefinition<Instance>> = {
  'db-cluster-id': {
    values: 'DB Cluster Identifiers',
    of: ({ clusterId }) => clusterId ?? undefined,
    read: (value) => nameIn('cluster', value),
  },
  'db-instance-id': {
    values: 'DB Instance Identifiers',
    of: ({ id }) => id,
    read: (value) => nameIn('db', value),
  },
  'dbi-resource-id': { values: 'DB Instance Resource Identifiers', of: (db) => db.resourceId },
  domain: {
    values: 'Domains',
    of: ({ configuration: { DomainMemberships = [] } }) =>
      DomainMemberships.flatMap(({ Domain }) => Domain ?? []),
  },
  engine: { values: 'Engine Names', of: ({ engine }) => engine },
}

/** @param nameOrArn in any case @throws DBInstanceNotFound */
export function requireInstance(call: Call, nameOrArn: string): Instance {
  const id = nameIn('db', nameOrArn)
  const instance = findInstance(call.db, call, id)
  if (!instance) throw instanceNotFound(id)
  return instance
}

/** An instance as RDS shows it. */
export function describe(instance: Instance): DBInstance {
  return {
    ...instance.configuration,
    DBInstanceIdentifier: instance.id,
    DBInstanceArn: instanceArn(instance, instance.id),
    DbiResourceId: instance.resourceId,
    Engine: instance.engine,
    EngineVersion: instance.engineVersion,
    DBInstanceStatus: instance.status,
    InstanceCreateTime: new Date(instance.createdAt),
    ...(instance.clusterId !== null && { DBClusterIdentifier: instance.clusterId }),
  }
}
