import type {
  CreateGlobalClusterMessage,
  CreateGlobalClusterResult,
  DeleteGlobalClusterMessage,
  DeleteGlobalClusterResult,
  DescribeGlobalClustersMessage,
  FailoverGlobalClusterMessage,
  FailoverGlobalClusterResult,
  GlobalClustersMessage,
  ModifyGlobalClusterMessage,
  ModifyGlobalClusterResult,
  RemoveFromGlobalClusterMessage,
  RemoveFromGlobalClusterResult,
  SwitchoverGlobalClusterMessage,
  SwitchoverGlobalClusterResult,
} from '@aws-sdk/client-rds'
import { operation, type Call } from '../../../operation.ts'
import { arnOf, nameIn, parseArn } from '../arns.ts'
import { engineVersions, isDefault } from '../engine-versions.ts'
import { invalidParameterCombination, invalidParameterValue } from '../errors.ts'
import { filtered, type FilterDefinition } from '../filters.ts'
import { newName } from '../groups/names.ts'
import { page } from '../pages.ts'
import { on } from '../permissions.ts'
import { globalClusterExists, globalClusterState } from '../recorded/errors.ts'
import {
  deleteGlobal,
  describeGlobal,
  findGlobal,
  globalArn,
  listGlobals,
  membersOf,
  putGlobal,
  requireGlobal,
  type Global,
} from '../recorded/global-clusters.ts'
import { requireResource } from '../resources.ts'
import { findCluster, updateCluster, type Cluster } from '../rows/clusters.ts'
import { deleteTags, putTags } from '../rows/tags.ts'
import { checkTags } from '../tags.ts'

// Global clusters are recorded: their members don't follow each other.

const onGlobal = (call: Call, name: string) =>
  on(call, 'global-cluster', nameIn('global-cluster', name))

export const CreateGlobalCluster = operation<CreateGlobalClusterMessage, CreateGlobalClusterResult>(
  {
    coverage: 'recorded',
    authorize: ({ GlobalClusterIdentifier, SourceDBClusterIdentifier: source, Tags }, call) => [
      on(call, 'global-cluster', (GlobalClusterIdentifier ?? '*').toLowerCase(), { tags: Tags }),
      on(call, 'cluster', source ? nameIn('cluster', source) : '*'),
    ],
    run(input, call) {
      const name = newName('GlobalClusterIdentifier', input.GlobalClusterIdentifier)
      if (findGlobal(call, name)) throw globalClusterExists(name)
      checkTags(input.Tags)
      const source = input.SourceDBClusterIdentifier
        ? sourceCluster(call, input.SourceDBClusterIdentifier, input.Engine)
        : undefined
      const engine = source?.engine ?? input.Engine
      if (!engine) {
        throw invalidParameterValue(
          'When creating standalone global cluster, value for engineName should be specified',
        )
      }
      const global: Global = {
        GlobalClusterIdentifier: name,
        GlobalClusterResourceId: `cluster-${call.ids.bytes(8).toString('hex')}`,
        Engine: engine,
        EngineVersion: source?.engineVersion ?? versionOf(engine, input.EngineVersion),
        ...(input.DatabaseName !== undefined && { DatabaseName: input.DatabaseName }),
        StorageEncrypted: input.StorageEncrypted ?? source?.configuration.StorageEncrypted ?? false,
        DeletionProtection: input.DeletionProtection ?? false,
        Endpoint: `${name}.global-${call.ids.bytes(6).toString('hex')}.global.rds.amazonaws.com`,
        writer: source ? arnOf('cluster', source, source.id) : null,
      }
      putGlobal(call, global)
      if (source) updateCluster(call.db, source, { globalCluster: globalArn(call, name) })
      putTags(call, globalArn(call, name), input.Tags)
      return { GlobalCluster: describeGlobal(call, global) }
    },
  },
)

function sourceCluster(call: Call, arn: string, engine: string | undefined): Cluster {
  if (parseArn(arn)?.type !== 'cluster') {
    throw invalidParameterValue(`Malformed db cluster arn ${arn}`)
  }
  if (engine !== undefined) {
    throw invalidParameterCombination(
      'When creating global cluster from existing db cluster, value for engineName should not be specified since it will be inherited from source cluster',
    )
  }
  return findCluster(call.db, call, requireResource(call, arn).name)!
}

function versionOf(engine: string, wanted: string | undefined): string {
  const versions = engineVersions().filter((one) => one.engine.engine === engine)
  if (!engine.startsWith('aurora') || versions.length === 0) {
    throw invalidParameterValue(`Invalid DB engine: ${engine}`)
  }
  const found = versions.find((one) =>
    wanted === undefined ? isDefault(one, false) : one.version === wanted,
  )
  if (!found) {
    throw invalidParameterCombination(`Cannot find version ${wanted} for ${engine}`)
  }
  return found.version
}

export const DescribeGlobalClusters = operation<
  DescribeGlobalClustersMessage,
  GlobalClustersMessage
>({
  coverage: 'recorded',
  authorize: ({ GlobalClusterIdentifier: id }, call) => [onGlobal(call, id ?? '*')],
  run({ GlobalClusterIdentifier: id, Filters, ...request }, call) {
    const all = id ? [requireGlobal(call, id)] : listGlobals(call)
    const { records, Marker } = page(
      request,
      filtered(all, Filters, filtersOf(call)),
      (one) => one.GlobalClusterIdentifier,
    )
    return {
      GlobalClusters: records.map((one) => describeGlobal(call, one)),
      ...(Marker && { Marker }),
    }
  },
})

/** `region` is documented; `db-cluster-id` was before it, and Terraform's provider asks by it for a cluster's global one. */
const filtersOf = (call: Call): Record<string, FilterDefinition<Global>> => ({
  region: { values: 'Regions', of: (one) => membersOf(call, one).map(({ region }) => region) },
  'db-cluster-id': {
    values: 'DB Cluster Identifiers',
    of: (one) =>
      membersOf(call, one).flatMap((member) => [member.id, arnOf('cluster', member, member.id)]),
  },
})

export const ModifyGlobalCluster = operation<ModifyGlobalClusterMessage, ModifyGlobalClusterResult>(
  {
    coverage: 'recorded',
    authorize: ({ GlobalClusterIdentifier }, call) => [onGlobal(call, GlobalClusterIdentifier!)],
    run(input, call) {
      const before = requireGlobal(call, input.GlobalClusterIdentifier!)
      const name =
        input.NewGlobalClusterIdentifier === undefined
          ? before.GlobalClusterIdentifier
          : newName('NewGlobalClusterIdentifier', input.NewGlobalClusterIdentifier)
      const isRenamed = name !== before.GlobalClusterIdentifier
      if (isRenamed && findGlobal(call, name)) throw globalClusterExists(name)
      const members = membersOf(call, before)
      const after: Global = {
        ...before,
        GlobalClusterIdentifier: name,
        EngineVersion:
          input.EngineVersion === undefined
            ? before.EngineVersion
            : versionOf(before.Engine!, input.EngineVersion),
        DeletionProtection: input.DeletionProtection ?? before.DeletionProtection,
      }
      if (isRenamed) {
        deleteGlobal(call, before)
        for (const member of members) {
          updateCluster(call.db, member, { globalCluster: globalArn(call, name) })
        }
      }
      putGlobal(call, after)
      return { GlobalCluster: describeGlobal(call, after) }
    },
  },
)

export const DeleteGlobalCluster = operation<DeleteGlobalClusterMessage, DeleteGlobalClusterResult>(
  {
    coverage: 'recorded',
    authorize: ({ GlobalClusterIdentifier }, call) => [onGlobal(call, GlobalClusterIdentifier!)],
    run({ GlobalClusterIdentifier }, call) {
      const global = requireGlobal(call, GlobalClusterIdentifier!)
      const arn = globalArn(call, global.GlobalClusterIdentifier)
      if (global.DeletionProtection) {
        throw invalidParameterCombination(
          `This global cluster has deletion protection enabled: ${global.GlobalClusterIdentifier}`,
        )
      }
      if (membersOf(call, global).length > 0) {
        throw globalClusterState(`Global Cluster ${arn} is not empty`)
      }
      deleteGlobal(call, global)
      deleteTags(call, arn)
      return { GlobalCluster: { ...describeGlobal(call, global), Status: 'deleting' } }
    },
  },
)

export const RemoveFromGlobalCluster = operation<
  RemoveFromGlobalClusterMessage,
  RemoveFromGlobalClusterResult
>({
  coverage: 'recorded',
  authorize: ({ GlobalClusterIdentifier, DbClusterIdentifier }, call) => [
    onGlobal(call, GlobalClusterIdentifier!),
    on(call, 'cluster', nameIn('cluster', DbClusterIdentifier!)),
  ],
  run({ GlobalClusterIdentifier, DbClusterIdentifier }, call) {
    const global = requireGlobal(call, GlobalClusterIdentifier!)
    const member = memberNamed(call, global, DbClusterIdentifier!)
    if (member) updateCluster(call.db, member, { globalCluster: null })
    return { GlobalCluster: describeGlobal(call, global) }
  },
})

const memberNamed = (call: Call, global: Global, nameOrArn: string): Cluster | undefined => {
  const region = parseArn(nameOrArn)?.region ?? call.region
  return membersOf(call, global).find(
    (one) => one.id === nameIn('cluster', nameOrArn) && one.region === region,
  )
}

function makeWriter(call: Call, id: string, target: string) {
  const global = requireGlobal(call, id)
  const member = memberNamed(call, global, target)
  if (!member) {
    throw globalClusterState(`The DB cluster ${target} is not a member of the global cluster ${id}`)
  }
  const after = { ...global, writer: arnOf('cluster', member, member.id) }
  putGlobal(call, after)
  return { GlobalCluster: describeGlobal(call, after) }
}

const writerPermissions = (
  call: Call,
  { GlobalClusterIdentifier, TargetDbClusterIdentifier }: SwitchoverGlobalClusterMessage,
) => [
  onGlobal(call, GlobalClusterIdentifier!),
  on(call, 'cluster', nameIn('cluster', TargetDbClusterIdentifier!)),
]

export const FailoverGlobalCluster = operation<
  FailoverGlobalClusterMessage,
  FailoverGlobalClusterResult
>({
  coverage: 'recorded',
  authorize: (input, call) => writerPermissions(call, input),
  run: (input, call) =>
    makeWriter(call, input.GlobalClusterIdentifier!, input.TargetDbClusterIdentifier!),
})

export const SwitchoverGlobalCluster = operation<
  SwitchoverGlobalClusterMessage,
  SwitchoverGlobalClusterResult
>({
  coverage: 'recorded',
  authorize: (input, call) => writerPermissions(call, input),
  run: (input, call) =>
    makeWriter(call, input.GlobalClusterIdentifier!, input.TargetDbClusterIdentifier!),
})
