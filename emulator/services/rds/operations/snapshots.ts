import type {
  CreateDBSnapshotMessage,
  CreateDBSnapshotResult,
  DBSnapshotMessage,
  DeleteDBSnapshotMessage,
  DeleteDBSnapshotResult,
  DescribeDBSnapshotsMessage,
} from '@aws-sdk/client-rds'
import { operation, type Call } from '../../../operation.ts'
import { arnOf, nameIn, parseArn } from '../arns.ts'
import { recordEvent } from '../events/record-event.ts'
import { filtered, withIdentifier, type FilterDefinition } from '../filters.ts'
import {
  automatedSnapshotStays,
  snapshotNotFound,
  snapshotOfMember,
  wrongInstanceState,
  wrongSnapshotState,
} from '../instances/errors.ts'
import { newIdentifier } from '../instances/limits.ts'
import { untilSettled } from '../instances/settled.ts'
import { page } from '../pages.ts'
import { on } from '../permissions.ts'
import { listInstances, updateInstance } from '../rows/instances.ts'
import {
  deleteSnapshot,
  findSnapshot,
  insertSnapshot,
  listSnapshots,
  snapshotsOfOthers,
  type Snapshot,
} from '../rows/snapshots.ts'
import { deleteTags, putTags } from '../rows/tags.ts'
import { describeSnapshot } from '../snapshots/describe.ts'
import { requireNewSnapshot, requireSnapshot, requireUsableSnapshot } from '../snapshots/find.ts'
import { copyTagsToSnapshot, snapshotOf } from '../snapshots/new-snapshot.ts'
import { checkSnapshotType, isOfType, visibleSnapshots } from '../snapshots/sharing.ts'
import { checkTags } from '../tags.ts'
import { requireInstance, settledInstance } from './instances.ts'

export const CreateDBSnapshot = operation<CreateDBSnapshotMessage, CreateDBSnapshotResult>({
  authorize: ({ DBInstanceIdentifier = '', DBSnapshotIdentifier = '', Tags: tags }, call) => [
    on(call, 'db', nameIn('db', DBInstanceIdentifier), { tags }),
    on(call, 'snapshot', DBSnapshotIdentifier.toLowerCase(), { tags }),
  ],
  prepare: ({ DBInstanceIdentifier }, call) => settledInstance(call, DBInstanceIdentifier),
  run({ DBInstanceIdentifier, DBSnapshotIdentifier, Tags }, call) {
    const id = newIdentifier('DBSnapshotIdentifier', DBSnapshotIdentifier, 255)
    const instance = requireInstance(call, DBInstanceIdentifier!)
    if (instance.clusterId !== null) throw snapshotOfMember()
    checkTags(Tags)
    requireNewSnapshot(call, id)
    if (!['available', 'storage-optimization'].includes(instance.status)) {
      throw wrongInstanceState(instance.id)
    }
    const snapshot = snapshotOf(call, instance, id, 'manual')
    insertSnapshot(call.db, snapshot)
    const arn = arnOf('snapshot', call, id)
    copyTagsToSnapshot(call, instance, id)
    putTags(call, arn, Tags)
    recordEvent(call, { sourceType: 'db-snapshot', source: id, id: 'RDS-EVENT-0040' })
    recordEvent(call, { sourceType: 'db-instance', source: instance.id, id: 'RDS-EVENT-0001' })
    updateInstance(call.db, instance, { status: 'backing-up' })
    call.ports.databases?.changed(call.db, instance)
    return { DBSnapshot: describeSnapshot(call, snapshot) }
  },
})

export const DescribeDBSnapshots = operation<DescribeDBSnapshotsMessage, DBSnapshotMessage>({
  authorize: ({ DBSnapshotIdentifier: name, DBInstanceIdentifier, Filters }, call) => [
    ...(name || !DBInstanceIdentifier
      ? [
          on(
            call,
            'snapshot',
            name && !mergedFilters(Filters, name) ? nameIn('snapshot', name) : '*',
          ),
        ]
      : []),
    ...(DBInstanceIdentifier ? [on(call, 'db', nameIn('db', DBInstanceIdentifier))] : []),
  ],
  async prepare(_input, call) {
    await untilTaken(call, 'look')
    return undefined
  },
  run({ DBSnapshotIdentifier, DBInstanceIdentifier, SnapshotType, ...input }, call) {
    checkSnapshotType(SnapshotType)
    const instance = DBInstanceIdentifier && nameIn('db', DBInstanceIdentifier)
    const merged = DBSnapshotIdentifier && mergedFilters(input.Filters, DBSnapshotIdentifier)
    const candidates =
      DBSnapshotIdentifier === undefined || merged
        ? visibleSnapshots(
            call.account,
            { ...input, SnapshotType },
            () => listSnapshots(call.db, call),
            () => snapshotsOfOthers(call.db, call),
          )
        : namedSnapshot(call, DBSnapshotIdentifier, instance !== undefined)
    const chosen = candidates.filter(
      (one) =>
        (instance === undefined || one.instanceId === instance) &&
        (input.DbiResourceId === undefined || one.resourceId === input.DbiResourceId) &&
        isOfType(one, SnapshotType),
    )
    const found = filtered(chosen, merged || input.Filters, filters)
    // Among those of an instance, there may be none of that name.
    if (DBSnapshotIdentifier && instance === undefined && found.length === 0) {
      throw snapshotNotFound(DBSnapshotIdentifier)
    }
    const { records, Marker } = page(input, found, (one) => arnOf('snapshot', one, one.id))
    return {
      DBSnapshots: records.map((one) => describeSnapshot(call, one)),
      ...(Marker && { Marker }),
    }
  },
})

const mergedFilters = (given: DescribeDBSnapshotsMessage['Filters'], name: string) =>
  withIdentifier(given, 'db-snapshot-id', name)

/** @param isOptional there may be none of this name */
function namedSnapshot(call: Call, name: string, isOptional: boolean): readonly Snapshot[] {
  if (!isOptional) return [requireUsableSnapshot(call, name)]
  const own = findSnapshot(call.db, call, nameIn('snapshot', name))
  return own ? [own] : []
}

const filters: Record<string, FilterDefinition<Snapshot>> = {
  'db-instance-id': {
    values: 'DB Instance Identifiers',
    of: ({ instanceId }) => instanceId,
    read: (value) => nameIn('db', value),
  },
  'db-snapshot-id': {
    values: 'DB Snapshot Identifiers',
    of: ({ id }) => id,
    read: (value) => nameIn('snapshot', value),
  },
  'dbi-resource-id': { values: 'DB Instance Resource Identifiers', of: (one) => one.resourceId },
  'snapshot-type': { values: 'Snapshot Types', of: ({ type }) => type },
  engine: { values: 'Engine Names', of: ({ engine }) => engine },
}

export const DeleteDBSnapshot = operation<DeleteDBSnapshotMessage, DeleteDBSnapshotResult>({
  authorize: ({ DBSnapshotIdentifier = '' }, call) => [
    on(call, 'snapshot', nameIn('snapshot', DBSnapshotIdentifier)),
  ],
  prepare: ({ DBSnapshotIdentifier }, call) => settledSnapshot(call, DBSnapshotIdentifier),
  run({ DBSnapshotIdentifier }, call) {
    const snapshot = requireSnapshot(call, DBSnapshotIdentifier!)
    if (snapshot.type === 'automated') throw automatedSnapshotStays(snapshot.id)
    if (snapshot.status !== 'available') throw wrongSnapshotState(snapshot.id)
    const answer = describeSnapshot(call, { ...snapshot, status: 'deleted' })
    deleteSnapshot(call.db, snapshot)
    deleteTags(call, arnOf('snapshot', call, snapshot.id))
    recordEvent(call, { sourceType: 'db-snapshot', source: snapshot.id, id: 'RDS-EVENT-0041' })
    call.ports.databases?.collect(call.db)
    return { DBSnapshot: { ...answer, SnapshotCreateTime: new Date(snapshot.createdAt) } }
  },
})

/** For `prepare`: what is being taken is there. */
export async function settledSnapshot(call: Call, name: string | undefined): Promise<undefined> {
  const { db, ports, account, region } = call
  const place = { db, ports, account, region, ...(name && placeIn(name)) }
  const snapshot = name && findSnapshot(call.db, place, nameIn('snapshot', name))
  if (snapshot && snapshot.status === 'creating') await untilTaken(place, 'change', snapshot)
  return undefined
}

/** Where the snapshot of an ARN is. */
function placeIn(name: string): Pick<Call, 'account' | 'region'> | undefined {
  const arn = parseArn(name)
  return arn && { account: arn.account, region: arn.region }
}

async function untilTaken(
  call: Pick<Call, 'db' | 'account' | 'region' | 'ports'>,
  kind: 'look' | 'change',
  only?: Snapshot,
): Promise<void> {
  const taken = only ? [only] : listSnapshots(call.db, call)
  const waiting = new Set(
    taken.filter(({ status }) => status === 'creating').map(({ resourceId }) => resourceId),
  )
  const instances = listInstances(call.db, call).filter(
    // A new instance's first automated snapshot comes with it.
    ({ resourceId, status }) => waiting.has(resourceId) || (!only && status === 'creating'),
  )
  await untilSettled(call, instances, kind)
}

/** A copy, or what a restore needs: it must be whole. @throws InvalidDBSnapshotState */
export function requireWhole(snapshot: Snapshot): Snapshot {
  if (snapshot.status !== 'available' || !snapshot.private.backup) {
    throw wrongSnapshotState(snapshot.id)
  }
  return snapshot
}
