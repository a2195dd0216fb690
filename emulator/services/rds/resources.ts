import type { Call } from '../../operation.ts'
import { AwsError } from '../../errors.ts'
import { retainedClusterBackups } from './clusters/automated.ts'
import { clusterBackupNotFound, endpointNotFound } from './clusters/errors.ts'
import { autoBackupName, parseArn, type ParsedArn, type ResourceType } from './arns.ts'
import { instanceNotFound, invalidParameterValue } from './errors.ts'
import type { SourceType } from './events/catalogue.ts'
import { subscriptionNotFound } from './events/errors.ts'
import {
  clusterParameterGroupNotFound,
  optionGroupNotFound,
  parameterGroupNotFound,
  securityGroupNotFound,
  subnetGroupNotFound,
} from './groups/errors.ts'
import { requireOptionGroup } from './groups/option-groups.ts'
import { requireParameterGroup } from './groups/parameter-groups.ts'
import {
  deploymentNotFound,
  globalClusterNotFound,
  integrationNotFound,
  proxyEndpointNotFound,
  proxyNotFound,
  reservedInstanceNotFound,
  targetGroupNotFound,
} from './recorded/errors.ts'
import { listAutomatedBackups } from './rows/automated-backups.ts'
import { findCluster, listClusters } from './rows/clusters.ts'
import { documentsOf, type DocumentType } from './rows/documents.ts'
import { findSubscription } from './rows/event-subscriptions.ts'
import { findInstance, listInstances } from './rows/instances.ts'
import { findSnapshot } from './rows/snapshots.ts'
import { findSubnetGroup } from './rows/subnet-groups.ts'

type Scope = Pick<Call, 'db' | 'account' | 'region'>

/** How a resource that an ARN names is found, and what is said where it is not there. */
interface Finder {
  readonly has: (scope: Scope, name: string) => boolean
  readonly missing: (name: string) => AwsError
  /** Names are kept in lower case, but for subscriptions'. */
  readonly keepsCase?: boolean
}

const document = (type: DocumentType, missing: Finder['missing']): Finder => ({
  has: ({ db, ...place }, name) => documentsOf(type).find(db, place, name) !== undefined,
  missing,
})

const table = (name: string, missing: Finder['missing']): Finder => ({
  has: ({ db, account, region }, id) =>
    db.get(
      `select 1 from ${name} where account = ? and region = ? and id = ?`,
      account,
      region,
      id,
    ) !== undefined,
  missing,
})

const notFound = (code: string, what: string) => (name: string) =>
  new AwsError(code, `${what} ${name} not found.`, { status: 404 })

/** Groups that are always there count too: what throws is not there. */
const succeeds = (find: () => unknown): boolean => {
  try {
    find()
    return true
  } catch (error) {
    if (error instanceof AwsError) return false
    throw error
  }
}

const finders: Partial<Record<ResourceType, Finder>> = {
  db: {
    has: (scope, name) => findInstance(scope.db, scope, name) !== undefined,
    missing: instanceNotFound,
  },
  snapshot: {
    has: (scope, name) => findSnapshot(scope.db, scope, name) !== undefined,
    missing: notFound('DBSnapshotNotFound', 'DBSnapshot'),
  },
  cluster: {
    has: (scope, name) => findCluster(scope.db, scope, name) !== undefined,
    missing: notFound('DBClusterNotFoundFault', 'DBCluster'),
  },
  'cluster-snapshot': table(
    'rds_cluster_snapshots',
    notFound('DBClusterSnapshotNotFoundFault', 'DBClusterSnapshot'),
  ),
  'auto-backup': {
    has: (scope, name) =>
      [...listInstances(scope.db, scope), ...listAutomatedBackups(scope.db, scope)].some(
        ({ resourceId }) => autoBackupName(resourceId) === name,
      ),
    missing: notFound('DBInstanceAutomatedBackupNotFound', 'DBInstanceAutomatedBackup'),
  },
  integration: document('integration', integrationNotFound),
  'cluster-endpoint': document('cluster-endpoint', endpointNotFound),
  'cluster-auto-backup': {
    has: (scope, name) =>
      [...listClusters(scope.db, scope), ...retainedClusterBackups(scope)].some(
        ({ resourceId }) => autoBackupName(resourceId) === name,
      ),
    missing: clusterBackupNotFound,
  },
  pg: {
    has: (scope, name) => succeeds(() => requireParameterGroup(scope, 'instance', name)),
    missing: parameterGroupNotFound,
  },
  'cluster-pg': {
    has: (scope, name) => succeeds(() => requireParameterGroup(scope, 'cluster', name)),
    missing: clusterParameterGroupNotFound,
  },
  og: {
    has: (scope, name) => succeeds(() => requireOptionGroup(scope, name)),
    missing: optionGroupNotFound,
  },
  subgrp: {
    has: (scope, name) => findSubnetGroup(scope.db, scope, name) !== undefined,
    missing: subnetGroupNotFound,
  },
  secgrp: { has: () => false, missing: securityGroupNotFound },
  es: {
    has: (scope, name) => findSubscription(scope.db, scope, name) !== undefined,
    missing: subscriptionNotFound,
    keepsCase: true,
  },
  ri: document('reserved-instance', reservedInstanceNotFound),
  'db-proxy': document('proxy', proxyNotFound),
  'db-proxy-endpoint': document('proxy-endpoint', proxyEndpointNotFound),
  'target-group': {
    has: ({ db, ...place }, name) =>
      documentsOf<{ readonly targetGroup?: string }>('proxy')
        .list(db, place)
        .some(({ targetGroup }) => targetGroup === name),
    missing: targetGroupNotFound,
  },
  deployment: document('deployment', deploymentNotFound),
  'global-cluster': {
    has: ({ db, account }, name) =>
      documentsOf('global-cluster').find(db, { account, region: globalRegion }, name) !== undefined,
    missing: globalClusterNotFound,
  },
}

/** Where global clusters are kept, which are in no region. */
export const globalRegion = 'aws-global'

/** A resource of the caller's own, in the call's region. */
export interface OwnResource {
  readonly type: ResourceType
  readonly name: string
  readonly arn: string
}

/**
 * What an ARN names.
 *
 * @throws InvalidParameterValue for what is no ARN of this account and region, and each type's own error for what is not there
 */
export function requireResource(scope: Scope, arn: string): OwnResource {
  const parsed = parseArn(arn)
  const finder = parsed && finderOf(parsed)
  if (!parsed || !finder || !isOwn(parsed, scope)) throw noSuchResource(arn)
  const name = finder.keepsCase ? parsed.name : parsed.name.toLowerCase()
  if (!finder.has(scope, name)) throw finder.missing(name)
  const head = arn.slice(0, arn.length - parsed.name.length)
  return { type: parsed.type as ResourceType, name, arn: head + name }
}

const finderOf = ({ type }: ParsedArn): Finder | undefined =>
  Object.hasOwn(finders, type) ? finders[type as ResourceType] : undefined

const isOwn = (parsed: ParsedArn, { account, region }: Scope) =>
  parsed.account === account &&
  (parsed.type === 'global-cluster' ? parsed.region === '' : parsed.region === region)

const noSuchResource = (arn: string) =>
  invalidParameterValue(
    `The specified resource name does not match an RDS resource in this region: ${arn}`,
  )

const typesOfSources: Readonly<Record<SourceType, ResourceType>> = {
  'db-instance': 'db',
  'db-parameter-group': 'pg',
  'db-security-group': 'secgrp',
  'db-snapshot': 'snapshot',
  'db-cluster': 'cluster',
  'db-cluster-snapshot': 'cluster-snapshot',
  'db-proxy': 'db-proxy',
  'blue-green-deployment': 'deployment',
  'custom-engine-version': 'cev',
}

/** Whether there is what an event could be about. */
export const hasSource = (scope: Scope, type: SourceType, name: string): boolean =>
  finders[typesOfSources[type]]?.has(scope, name) ?? false
