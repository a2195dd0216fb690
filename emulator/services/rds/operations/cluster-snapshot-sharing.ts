import type {
  DescribeDBClusterSnapshotAttributesMessage,
  DescribeDBClusterSnapshotAttributesResult,
  ModifyDBClusterSnapshotAttributeMessage,
  ModifyDBClusterSnapshotAttributeResult,
} from '@aws-sdk/client-rds'
import { operation, type Call } from '../../../operation.ts'
import { nameIn } from '../arns.ts'
import { wrongClusterSnapshotState } from '../clusters/errors.ts'
import { requireClusterSnapshot } from '../clusters/snapshots.ts'
import { on } from '../permissions.ts'
import { putClusterSnapshot, type ClusterSnapshot } from '../rows/cluster-snapshots.ts'
import { changedSharing, restoreAttribute } from '../snapshots/sharing.ts'
import { settledClusterSnapshots } from './cluster-snapshots.ts'

const onSnapshot = (
  { DBClusterSnapshotIdentifier = '' }: { DBClusterSnapshotIdentifier?: string | undefined },
  call: Call,
) => [on(call, 'cluster-snapshot', nameIn('cluster-snapshot', DBClusterSnapshotIdentifier))]

/** https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-share-snapshot.html */
export const ModifyDBClusterSnapshotAttribute = operation<
  ModifyDBClusterSnapshotAttributeMessage,
  ModifyDBClusterSnapshotAttributeResult
>({
  authorize: onSnapshot,
  prepare: (_input, call) => settledClusterSnapshots(call, undefined),
  run({ DBClusterSnapshotIdentifier, ...change }, call) {
    const snapshot = requireClusterSnapshot(call, DBClusterSnapshotIdentifier!)
    if (snapshot.type !== 'manual') throw wrongClusterSnapshotState(snapshot.id)
    const { StorageEncrypted, KmsKeyId } = snapshot.configuration
    const key = StorageEncrypted ? (KmsKeyId ?? '') : undefined
    const sharedWith = changedSharing(call, snapshot.sharedWith, key, change)
    const changed = { ...snapshot, sharedWith }
    putClusterSnapshot(call.db, changed)
    return { DBClusterSnapshotAttributesResult: attributesOf(changed) }
  },
})

export const DescribeDBClusterSnapshotAttributes = operation<
  DescribeDBClusterSnapshotAttributesMessage,
  DescribeDBClusterSnapshotAttributesResult
>({
  authorize: onSnapshot,
  run: ({ DBClusterSnapshotIdentifier }, call) => ({
    DBClusterSnapshotAttributesResult: attributesOf(
      requireClusterSnapshot(call, DBClusterSnapshotIdentifier!),
    ),
  }),
})

const attributesOf = ({ id, sharedWith }: ClusterSnapshot) => ({
  DBClusterSnapshotIdentifier: id,
  DBClusterSnapshotAttributes: restoreAttribute(sharedWith),
})
