import type { DBInstanceMessage, DescribeDBInstancesMessage } from '@aws-sdk/client-rds'
import { operation, type Call } from '../../../operation.ts'
import { nameIn } from '../arns.ts'
import { instanceNotFound } from '../errors.ts'
import { filtered, withIdentifier, type FilterDefinition } from '../filters.ts'
import { describeInstance } from '../instances/describe.ts'
import { ownIdentifier } from '../instances/limits.ts'
import { untilSettled } from '../instances/settled.ts'
import { page } from '../pages.ts'
import { on } from '../permissions.ts'
import { findInstance, listInstances, type Instance } from '../rows/instances.ts'

export const DescribeDBInstances = operation<DescribeDBInstancesMessage, DBInstanceMessage>({
  authorize: ({ DBInstanceIdentifier: name, Filters }, call) => [
    on(
      call,
      'db',
      name && !withIdentifier(Filters, 'db-instance-id', name) ? nameIn('db', name) : '*',
    ),
  ],
  async prepare({ DBInstanceIdentifier }, call) {
    const all = listInstances(call.db, call)
    const name = DBInstanceIdentifier && nameIn('db', DBInstanceIdentifier)
    const looked = name ? all.filter(({ id }) => id === name) : all
    await untilSettled(call, looked, 'look')
    return undefined
  },
  run({ DBInstanceIdentifier, Filters, ...request }, call) {
    const merged =
      DBInstanceIdentifier && withIdentifier(Filters, 'db-instance-id', DBInstanceIdentifier)
    const candidates =
      DBInstanceIdentifier && !merged
        ? [requireInstance(call, DBInstanceIdentifier)]
        : listInstances(call.db, call)
    const found = filtered(candidates, merged || Filters, filters)
    // An instance that is named must also pass the filters, or it counts as not there.
    if (DBInstanceIdentifier && found.length === 0) {
      throw instanceNotFound(nameIn('db', DBInstanceIdentifier))
    }
    const { records, Marker } = page(request, found, ({ id }) => id)
    return {
      DBInstances: records.map((one) => describeInstance(call, one)),
      ...(Marker && { Marker }),
    }
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
export function requireInstance(
  call: Pick<Call, 'db' | 'account' | 'region'>,
  nameOrArn: string,
): Instance {
  const id = nameIn('db', nameOrArn)
  const instance = findInstance(call.db, call, id)
  if (!instance) throw instanceNotFound(id)
  return instance
}

/**
 * The instance that is to be changed, which must be named by what could be its name.
 *
 * @throws InvalidParameterValue, DBInstanceNotFound
 */
export const requireOwnInstance = (call: Call, nameOrArn: string): Instance =>
  requireInstance(call, ownIdentifier('DBInstanceIdentifier', nameOrArn, call))

/** For `prepare`: an instance that is named is done with what it is at. */
export async function settledInstance(
  call: Call,
  nameOrArn: string | undefined,
): Promise<undefined> {
  const instance = nameOrArn && findInstance(call.db, call, nameIn('db', nameOrArn))
  if (instance) await untilSettled(call, [instance], 'change')
  return undefined
}
