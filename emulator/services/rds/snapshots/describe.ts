import type { DBSnapshot } from '@aws-sdk/client-rds'
import type { Call } from '../../../operation.ts'
import { arnOf } from '../arns.ts'
import type { Snapshot } from '../rows/snapshots.ts'
import { tagsOf } from '../rows/tags.ts'

/** A snapshot as RDS shows it. */
export function describeSnapshot({ db }: Pick<Call, 'db'>, snapshot: Snapshot): DBSnapshot {
  const { account, region, id } = snapshot
  const arn = arnOf('snapshot', snapshot, id)
  return {
    ...snapshot.configuration,
    DBSnapshotIdentifier: id,
    DBSnapshotArn: arn,
    DBInstanceIdentifier: snapshot.instanceId,
    SnapshotType: snapshot.type,
    Engine: snapshot.engine,
    EngineVersion: snapshot.engineVersion,
    Status: snapshot.status,
    OptionGroupName: snapshot.optionGroup,
    ...(snapshot.status === 'available' && { SnapshotCreateTime: new Date(snapshot.createdAt) }),
    TagList: tagsOf({ db, account, region }, arn),
  }
}
