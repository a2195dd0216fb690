import type {
  CopyDBSnapshotMessage,
  CopyDBSnapshotResult,
  DescribeDBSnapshotAttributesMessage,
  DescribeDBSnapshotAttributesResult,
  ModifyDBSnapshotAttributeMessage,
  ModifyDBSnapshotAttributeResult,
  ModifyDBSnapshotMessage,
  ModifyDBSnapshotResult,
} from '@aws-sdk/client-rds'
import { operation, type Call } from '../../../operation.ts'
import { arnOf, nameIn, parseArn } from '../arns.ts'
import { engineVersions } from '../engine-versions.ts'
import { invalidParameterValue } from '../errors.ts'
import { recordEvent } from '../events/record-event.ts'
import { invalidIdentifier } from '../groups/errors.ts'
import { requireOptionGroup } from '../groups/option-groups.ts'
import { versionNotFound, wrongSnapshotState } from '../instances/errors.ts'
import { keyArn } from '../instances/encryption.ts'
import { newIdentifier } from '../instances/limits.ts'
import { on, requestContext } from '../permissions.ts'
import { insertSnapshot, updateSnapshot, type Snapshot } from '../rows/snapshots.ts'
import { putTags, tagsOf } from '../rows/tags.ts'
import { describeSnapshot } from '../snapshots/describe.ts'
import { requireNewSnapshot, requireSnapshot, requireUsableSnapshot } from '../snapshots/find.ts'
import { changedSharing, restoreAttribute } from '../snapshots/sharing.ts'
import { checkTags } from '../tags.ts'
import { requireWhole, settledSnapshot } from './snapshots.ts'

/** A copy has the same data: they never change, so that nothing has to be copied for it. */
export const CopyDBSnapshot = operation<CopyDBSnapshotMessage, CopyDBSnapshotResult>({
  authorize: (input, call) => {
    const { SourceDBSnapshotIdentifier: source = '', Tags: tags } = input
    const target = (input.TargetDBSnapshotIdentifier ?? '').toLowerCase()
    const context = requestContext({ CopyOptionGroup: input.CopyOptionGroup })
    return [
      on(call, 'snapshot', nameIn('snapshot', source), {
        tags,
        context,
        ...(parseArn(source) && { arn: source }),
      }),
      on(call, 'snapshot', target, { tags, context }),
    ]
  },
  prepare: ({ SourceDBSnapshotIdentifier }, call) =>
    settledSnapshot(call, SourceDBSnapshotIdentifier),
  run(input, call) {
    const { SourceDBSnapshotIdentifier: named = '' } = input
    if (named.startsWith('arn:') && parseArn(named)?.type !== 'snapshot') {
      throw invalidIdentifier('SourceDBSnapshotIdentifier')
    }
    const source = requireWhole(requireUsableSnapshot(call, named))
    const id = newIdentifier('TargetDBSnapshotIdentifier', input.TargetDBSnapshotIdentifier, 255)
    checkTags(input.Tags)
    requireNewSnapshot(call, id)
    const key = input.KmsKeyId ? keyArn(call, input.KmsKeyId) : undefined
    const isElsewhere = source.region !== call.region
    const encrypted = key !== undefined || (source.configuration.Encrypted ?? false)
    const copy: Snapshot = {
      ...source,
      account: call.account,
      region: call.region,
      id,
      type: 'manual',
      status: 'available',
      createdAt: call.now,
      sharedWith: [],
      optionGroup: input.OptionGroupName
        ? requireOptionGroup(call, input.OptionGroupName).name
        : source.optionGroup,
      configuration: {
        ...source.configuration,
        Encrypted: encrypted,
        ...(encrypted && {
          KmsKeyId: key ?? (isElsewhere ? keyArn(call, undefined) : source.configuration.KmsKeyId),
        }),
        SourceDBSnapshotIdentifier: arnOf('snapshot', source, source.id),
        SourceRegion: source.region,
        PercentProgress: 100,
      },
    }
    insertSnapshot(call.db, copy)
    const arn = arnOf('snapshot', call, id)
    // Tags that are given take the place of the source's.
    if (input.CopyTags && !input.Tags?.length) {
      const { account, region } = source
      const tags = tagsOf({ db: call.db, account, region }, arnOf('snapshot', source, source.id))
      putTags(call, arn, tags)
    }
    putTags(call, arn, input.Tags)
    recordEvent(call, { sourceType: 'db-snapshot', source: id, id: 'RDS-EVENT-0040' })
    recordEvent(call, { sourceType: 'db-snapshot', source: id, id: 'RDS-EVENT-0042' })
    // In the answer it is still being copied.
    const { configuration } = copy
    return {
      DBSnapshot: describeSnapshot(call, {
        ...copy,
        status: 'creating',
        configuration: { ...configuration, PercentProgress: 0 },
      }),
    }
  },
})

/** https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBSnapshot.html */
export const ModifyDBSnapshot = operation<ModifyDBSnapshotMessage, ModifyDBSnapshotResult>({
  authorize: ({ DBSnapshotIdentifier = '' }, call) => [
    on(call, 'snapshot', nameIn('snapshot', DBSnapshotIdentifier)),
  ],
  run({ DBSnapshotIdentifier, EngineVersion, OptionGroupName }, call) {
    const snapshot = requireSnapshot(call, DBSnapshotIdentifier!)
    const version = engineVersions().find(
      (one) => one.engine.engine === snapshot.engine && one.version === EngineVersion,
    )
    if (EngineVersion !== undefined) {
      if (!version) throw versionNotFound(snapshot.engine, EngineVersion)
      if (version.major.major !== snapshot.engineVersion.split('.')[0]) {
        throw invalidParameterValue(
          `Cannot upgrade the snapshot ${snapshot.id} to ${EngineVersion}: its data are of another major version.`,
        )
      }
    }
    const changed = updateSnapshot(call.db, snapshot, {
      ...(EngineVersion !== undefined && { engineVersion: EngineVersion }),
      ...(OptionGroupName !== undefined && {
        optionGroup: requireOptionGroup(call, OptionGroupName).name,
      }),
    })
    return { DBSnapshot: describeSnapshot(call, changed) }
  },
})

/** https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ShareSnapshot.html */
export const ModifyDBSnapshotAttribute = operation<
  ModifyDBSnapshotAttributeMessage,
  ModifyDBSnapshotAttributeResult
>({
  authorize: ({ DBSnapshotIdentifier = '' }, call) => [
    on(call, 'snapshot', nameIn('snapshot', DBSnapshotIdentifier)),
  ],
  prepare: ({ DBSnapshotIdentifier }, call) => settledSnapshot(call, DBSnapshotIdentifier),
  run({ DBSnapshotIdentifier, ...change }, call) {
    const snapshot = requireSnapshot(call, DBSnapshotIdentifier!)
    // An automated one's name is no identifier, with its colon.
    if (snapshot.type === 'automated') throw invalidIdentifier('DBSnapshotIdentifier')
    if (snapshot.type !== 'manual') throw wrongSnapshotState(snapshot.id)
    const { Encrypted, KmsKeyId } = snapshot.configuration
    const key = Encrypted ? (KmsKeyId ?? '') : undefined
    const sharedWith = changedSharing(call, snapshot.sharedWith, key, change)
    return {
      DBSnapshotAttributesResult: attributesOf(updateSnapshot(call.db, snapshot, { sharedWith })),
    }
  },
})

export const DescribeDBSnapshotAttributes = operation<
  DescribeDBSnapshotAttributesMessage,
  DescribeDBSnapshotAttributesResult
>({
  authorize: ({ DBSnapshotIdentifier = '' }, call) => [
    on(call, 'snapshot', nameIn('snapshot', DBSnapshotIdentifier)),
  ],
  run({ DBSnapshotIdentifier }, call: Call) {
    const snapshot = requireSnapshot(call, DBSnapshotIdentifier!)
    return { DBSnapshotAttributesResult: attributesOf(snapshot) }
  },
})

const attributesOf = ({ id, sharedWith }: Snapshot) => ({
  DBSnapshotIdentifier: id,
  DBSnapshotAttributes: restoreAttribute(sharedWith),
})
