import type {
  CopyDBClusterSnapshotMessage,
  CopyDBClusterSnapshotResult,
  CreateDBClusterSnapshotMessage,
  CreateDBClusterSnapshotResult,
  DBClusterSnapshotMessage,
  DeleteDBClusterSnapshotMessage,
  DeleteDBClusterSnapshotResult,
  DescribeDBClusterSnapshotsMessage,
  RestoreDBClusterFromSnapshotMessage,
  RestoreDBClusterFromSnapshotResult,
  RestoreDBClusterToPointInTimeMessage,
  RestoreDBClusterToPointInTimeResult,
  Tag,
} from '@aws-sdk/client-rds'
import { operation, type Call } from '../../../operation.ts'
import { arnOf, nameIn, parseArn } from '../arns.ts'
import { describeCluster, describeClusterSnapshot } from '../clusters/describe.ts'
import {
  automatedClusterSnapshotStays,
  clusterNotFound,
  clusterSnapshotNotFound,
  invalidClusterState,
  wrongClusterSnapshotState,
  wrongClusterState,
} from '../clusters/errors.ts'
import { requireCluster } from '../clusters/members.ts'
import { withMembers } from '../clusters/multi-az.ts'
import { addCluster } from '../clusters/new-cluster.ts'
import { retainedClusterBackups, type ClusterBackup } from '../clusters/automated.ts'
import {
  originOf as originOfCluster,
  addClusterSnapshot,
  requireClusterSnapshot,
  requireNewClusterSnapshot,
  requireUsableClusterSnapshot,
} from '../clusters/snapshots.ts'
import { invalidParameterCombination, invalidParameterValue } from '../errors.ts'
import { filtered, type FilterDefinition } from '../filters.ts'
import { mustBeProvided } from '../groups/errors.ts'
import { runnableVersion } from '../instances/engines.ts'
import { keyArn } from '../instances/encryption.ts'
import { newIdentifier } from '../instances/limits.ts'
import { page } from '../pages.ts'
import { on } from '../permissions.ts'
import {
  clusterSnapshotsOfOthers,
  deleteClusterSnapshot,
  listClusterSnapshots,
  putClusterSnapshot,
  type ClusterSnapshot,
} from '../rows/cluster-snapshots.ts'
import { listClusters, type Cluster } from '../rows/clusters.ts'
import { deleteTags, putTags, tagsOf } from '../rows/tags.ts'
import { checkSnapshotType, isOfType, visibleSnapshots } from '../snapshots/sharing.ts'
import { checkTags } from '../tags.ts'
import { settledCluster, writerOf } from './clusters.ts'
import { originOf } from './restores.ts'

export const CreateDBClusterSnapshot = operation<
  CreateDBClusterSnapshotMessage,
  CreateDBClusterSnapshotResult
>({
  authorize: ({ DBClusterIdentifier = '', DBClusterSnapshotIdentifier = '', Tags: tags }, call) => [
    on(call, 'cluster', nameIn('cluster', DBClusterIdentifier), { tags }),
    on(call, 'cluster-snapshot', DBClusterSnapshotIdentifier.toLowerCase(), { tags }),
  ],
  prepare: ({ DBClusterIdentifier }, call) => settledCluster(call, DBClusterIdentifier),
  run({ DBClusterIdentifier, DBClusterSnapshotIdentifier, Tags }, call) {
    checkTags(Tags)
    const cluster = requireCluster(call, DBClusterIdentifier!)
    if (cluster.status !== 'available') throw wrongClusterState(cluster.id)
    const snapshot = addClusterSnapshot(
      call,
      cluster,
      'DBClusterSnapshotIdentifier',
      DBClusterSnapshotIdentifier,
    )
    putTags(call, arnOf('cluster-snapshot', call, snapshot.id), Tags)
    return { DBClusterSnapshot: describeClusterSnapshot(call, snapshot) }
  },
})

/** For `prepare`: what is being taken is there. */
export async function settledClusterSnapshots(
  call: Call,
  clusterId: string | undefined,
): Promise<undefined> {
  if (listClusterSnapshots(call.db, call).some(({ status }) => status === 'creating')) {
    const ids = new Set(listClusterSnapshots(call.db, call).map((one) => one.clusterId))
    for (const id of ids) if (!clusterId || id === clusterId) await settledCluster(call, id)
  }
  return undefined
}

export const DescribeDBClusterSnapshots = operation<
  DescribeDBClusterSnapshotsMessage,
  DBClusterSnapshotMessage
>({
  authorize: ({ DBClusterSnapshotIdentifier, DBClusterIdentifier }, call) => [
    ...(DBClusterSnapshotIdentifier || !DBClusterIdentifier
      ? [
          on(
            call,
            'cluster-snapshot',
            DBClusterSnapshotIdentifier
              ? nameIn('cluster-snapshot', DBClusterSnapshotIdentifier)
              : '*',
          ),
        ]
      : []),
    ...(DBClusterIdentifier ? [on(call, 'cluster', nameIn('cluster', DBClusterIdentifier))] : []),
  ],
  prepare: ({ DBClusterIdentifier }, call) => settledClusterSnapshots(call, DBClusterIdentifier),
  run({ DBClusterSnapshotIdentifier, DBClusterIdentifier, Filters, ...request }, call) {
    checkSnapshotType(request.SnapshotType)
    const candidates = DBClusterSnapshotIdentifier
      ? [requireUsableClusterSnapshot(call, DBClusterSnapshotIdentifier)]
      : visibleSnapshots(
          call.account,
          request,
          () => listClusterSnapshots(call.db, call),
          () => clusterSnapshotsOfOthers(call.db, call),
        )
    const cluster = DBClusterIdentifier && nameIn('cluster', DBClusterIdentifier)
    const chosen = candidates.filter(
      (one) =>
        (!cluster || one.clusterId === cluster) &&
        (request.DbClusterResourceId === undefined ||
          one.resourceId === request.DbClusterResourceId) &&
        isOfType(one, request.SnapshotType),
    )
    if (DBClusterSnapshotIdentifier && chosen.length === 0) {
      throw clusterSnapshotNotFound(DBClusterSnapshotIdentifier)
    }
    const { records, Marker } = page(request, filtered(chosen, Filters, filters), (one) =>
      arnOf('cluster-snapshot', one, one.id),
    )
    return {
      DBClusterSnapshots: records.map((one) => describeClusterSnapshot(call, one)),
      ...(Marker && { Marker }),
    }
  },
})

const filters: Record<string, FilterDefinition<ClusterSnapshot>> = {
  'db-cluster-id': {
    values: 'DB Cluster Identifiers',
    of: ({ clusterId }) => clusterId,
    read: (value) => nameIn('cluster', value),
  },
  'db-cluster-snapshot-id': { values: 'DB Cluster Snapshot Identifiers', of: ({ id }) => id },
  'snapshot-type': { values: 'Snapshot Types', of: ({ type }) => type },
  engine: { values: 'Engine Names', of: ({ engine }) => engine },
}

export const DeleteDBClusterSnapshot = operation<
  DeleteDBClusterSnapshotMessage,
  DeleteDBClusterSnapshotResult
>({
  authorize: ({ DBClusterSnapshotIdentifier = '' }, call) => [
    on(call, 'cluster-snapshot', nameIn('cluster-snapshot', DBClusterSnapshotIdentifier)),
  ],
  prepare: (_input, call) => settledClusterSnapshots(call, undefined),
  run({ DBClusterSnapshotIdentifier }, call) {
    const snapshot = requireClusterSnapshot(call, DBClusterSnapshotIdentifier!)
    if (snapshot.type === 'automated') throw automatedClusterSnapshotStays(snapshot.id)
    if (snapshot.status !== 'available') throw wrongClusterSnapshotState(snapshot.id)
    const answer = describeClusterSnapshot(call, { ...snapshot, status: 'deleted' })
    deleteClusterSnapshot(call.db, snapshot)
    deleteTags(call, arnOf('cluster-snapshot', call, snapshot.id))
    call.ports.databases?.collect(call.db)
    return { DBClusterSnapshot: answer }
  },
})

/** A snapshot that is named by its ARN may be another account's. */
const onSource = (call: Call, name = '', tags: readonly Tag[] = []) =>
  on(call, 'cluster-snapshot', nameIn('cluster-snapshot', name), {
    tags,
    ...(parseArn(name) && { arn: name }),
  })

/** A copy has the same data: they never change. */
export const CopyDBClusterSnapshot = operation<
  CopyDBClusterSnapshotMessage,
  CopyDBClusterSnapshotResult
>({
  authorize: (input, call) => [
    onSource(call, input.SourceDBClusterSnapshotIdentifier, input.Tags),
    on(call, 'cluster-snapshot', (input.TargetDBClusterSnapshotIdentifier ?? '').toLowerCase(), {
      tags: input.Tags,
    }),
  ],
  prepare: (_input, call) => settledClusterSnapshots(call, undefined),
  run(input, call) {
    const source = requireUsableClusterSnapshot(call, input.SourceDBClusterSnapshotIdentifier!)
    if (source.status !== 'available') throw wrongClusterSnapshotState(source.id)
    const id = newIdentifier(
      'TargetDBClusterSnapshotIdentifier',
      input.TargetDBClusterSnapshotIdentifier,
      255,
    )
    checkTags(input.Tags)
    requireNewClusterSnapshot(call, id)
    const isElsewhere = source.region !== call.region
    const encrypted = source.configuration.StorageEncrypted ?? false
    if (input.KmsKeyId && !encrypted) {
      throw invalidParameterCombination(
        "You can't specify a KMS key ID when copying a DB cluster snapshot that is not encrypted.",
      )
    }
    const key = input.KmsKeyId || isElsewhere ? keyArn(call, input.KmsKeyId) : undefined
    const copy: ClusterSnapshot = {
      ...source,
      account: call.account,
      region: call.region,
      id,
      type: 'manual',
      createdAt: call.now,
      sharedWith: [],
      configuration: {
        ...source.configuration,
        SourceDBClusterSnapshotArn: arnOf('cluster-snapshot', source, source.id),
        ...(encrypted && key !== undefined && { KmsKeyId: key }),
      },
    }
    putClusterSnapshot(call.db, copy)
    const sourceArn = arnOf('cluster-snapshot', source, source.id)
    const arn = arnOf('cluster-snapshot', call, id)
    if (input.CopyTags && !input.Tags?.length) {
      const { account, region } = source
      putTags(call, arn, tagsOf({ db: call.db, account, region }, sourceArn))
    }
    putTags(call, arn, input.Tags)
    return { DBClusterSnapshot: describeClusterSnapshot(call, copy) }
  },
})

export const RestoreDBClusterFromSnapshot = operation<
  RestoreDBClusterFromSnapshotMessage,
  RestoreDBClusterFromSnapshotResult
>({
  authorize: ({ DBClusterIdentifier = '', SnapshotIdentifier = '', Tags: tags }, call) => [
    on(call, 'cluster', DBClusterIdentifier.toLowerCase(), { tags }),
    onSource(call, SnapshotIdentifier, tags),
  ],
  prepare: (_input, call) => settledClusterSnapshots(call, undefined),
  run(input, call) {
    const snapshot = requireUsableClusterSnapshot(call, input.SnapshotIdentifier!)
    const { databaseName } = snapshot.private
    const origin = originOfCluster(snapshot.private)
    if (snapshot.status !== 'available' || Object.keys(origin).length === 0) {
      throw wrongClusterSnapshotState(snapshot.id)
    }
    if (input.Engine?.toLowerCase() !== snapshot.engine) {
      throw invalidParameterCombination(
        `The engine ${input.Engine} is not compatible with the engine ${snapshot.engine} of the snapshot.`,
      )
    }
    const version = runnableVersion(snapshot.engine, input.EngineVersion ?? snapshot.engineVersion)
    const cluster = addCluster(call, input, version, origin, {
      ...(snapshot.configuration.MasterUsername !== undefined && {
        MasterUsername: snapshot.configuration.MasterUsername,
      }),
      ...(databaseName !== undefined && { DatabaseName: databaseName }),
      StorageEncrypted: snapshot.configuration.StorageEncrypted ?? false,
    })
    return { DBCluster: describeCluster(call, withMembers(call, cluster)) }
  },
})

/** The source may be named by the id that AWS gave it. */
const sourceNameOf = (
  call: Call,
  input: RestoreDBClusterToPointInTimeMessage,
): string | undefined =>
  input.SourceDBClusterIdentifier ||
  listClusters(call.db, call).find((one) => one.resourceId === input.SourceDbClusterResourceId)?.id

function sourceOfRestore(call: Call, input: RestoreDBClusterToPointInTimeMessage): Cluster {
  const name = sourceNameOf(call, input)
  if (name) return requireCluster(call, name)
  if (!input.SourceDbClusterResourceId) throw mustBeProvided('SourceDBClusterIdentifier')
  throw clusterNotFound(input.SourceDbClusterResourceId)
}

export const RestoreDBClusterToPointInTime = operation<
  RestoreDBClusterToPointInTimeMessage,
  RestoreDBClusterToPointInTimeResult
>({
  authorize: (input, call) => [
    on(call, 'cluster', (input.DBClusterIdentifier ?? '').toLowerCase(), { tags: input.Tags }),
    on(call, 'cluster', nameIn('cluster', sourceNameOf(call, input) ?? ''), { tags: input.Tags }),
  ],
  prepare: (input, call) => settledCluster(call, sourceNameOf(call, input)),
  run(input, call) {
    const kept = retainedClusterBackups(call).find(
      ({ resourceId }) => resourceId === input.SourceDbClusterResourceId,
    )
    if (kept && !input.SourceDBClusterIdentifier) return restoreKept(call, input, kept)
    const source = sourceOfRestore(call, input)
    const { RestoreToTime: time, UseLatestRestorableTime: latest } = input
    if ((time === undefined) === !latest) {
      throw invalidParameterCombination(
        'Either RestoreToTime or UseLatestRestorableTime must be specified.',
      )
    }
    const writer = writerOf(call, source)
    const isEmpty = !writer && !source.private.backup && source.private.newPassword !== undefined
    if (isEmpty) {
      const version = runnableVersion(source.engine, source.engineVersion)
      const origin = originOfCluster(source.private)
      const cluster = addCluster(call, input, version, origin, source.configuration)
      return { DBCluster: describeCluster(call, withMembers(call, cluster)) }
    }
    if (!writer) {
      throw invalidClusterState(`The DB cluster ${source.id} has no DB instance to restore from.`)
    }
    const { backup, ...moment } = originOf(call, writer, time?.getTime())
    const { kind: _, ...end } = moment
    const version = runnableVersion(source.engine, source.engineVersion)
    const cluster = addCluster(call, input, version, { backup, moment: end }, source.configuration)
    return { DBCluster: describeCluster(call, withMembers(call, cluster)) }
  },
})

/** Of a cluster that is gone, its last data are kept. */
function restoreKept(
  call: Call,
  input: RestoreDBClusterToPointInTimeMessage,
  { backup, engine, engineVersion, latest, configuration }: ClusterBackup,
): RestoreDBClusterToPointInTimeResult {
  const time = input.RestoreToTime?.getTime()
  if (time !== undefined && time < latest) {
    throw invalidParameterValue(
      `The specified restore time is before the earliest restorable time ${new Date(latest).toISOString()}.`,
    )
  }
  const version = runnableVersion(engine, engineVersion)
  const cluster = addCluster(call, input, version, { ...(backup && { backup }) }, configuration)
  return { DBCluster: describeCluster(call, withMembers(call, cluster)) }
}
