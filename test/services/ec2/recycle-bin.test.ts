import {
  CreateImageCommand,
  CreateSnapshotCommand,
  CreateVolumeCommand,
  DeleteSnapshotCommand,
  DeleteVolumeCommand,
  DeregisterImageCommand,
  DescribeFastSnapshotRestoresCommand,
  DescribeImagesCommand,
  DescribeLockedSnapshotsCommand,
  DescribeSnapshotsCommand,
  DescribeSnapshotTierStatusCommand,
  EnableFastSnapshotRestoresCommand,
  EnableSnapshotBlockPublicAccessCommand,
  ListImagesInRecycleBinCommand,
  ListSnapshotsInRecycleBinCommand,
  ListVolumesInRecycleBinCommand,
  LockSnapshotCommand,
  ModifySnapshotAttributeCommand,
  ModifySnapshotTierCommand,
  RestoreImageFromRecycleBinCommand,
  RestoreSnapshotFromRecycleBinCommand,
  RestoreSnapshotTierCommand,
  RestoreVolumeFromRecycleBinCommand,
  RunInstancesCommand,
  UnlockSnapshotCommand,
} from '@aws-sdk/client-ec2'
import {
  CreateRuleCommand,
  DeleteRuleCommand,
  GetRuleCommand,
  ListRulesCommand,
  ListTagsForResourceCommand,
  LockRuleCommand,
  RbinClient,
  TagResourceCommand,
  UnlockRuleCommand,
  UntagResourceCommand,
  UpdateRuleCommand,
} from '@aws-sdk/client-rbin'
import { beforeEach, expect, test } from 'vitest'
import { courseImage, refusal, useEc2 } from './support.ts'

const { emulator, ec2 } = useEc2()
beforeEach(() => emulator().reset())

const day = 86_400_000
const rbin = () => emulator().client(RbinClient)
const days = (RetentionPeriodValue: number) => ({
  RetentionPeriod: { RetentionPeriodValue, RetentionPeriodUnit: 'DAYS' as const },
})

const newVolume = async () => {
  const volume = new CreateVolumeCommand({ AvailabilityZone: 'us-east-1a', Size: 8 })
  return (await ec2().send(volume)).VolumeId!
}
const newSnapshot = async (Tags: { Key: string; Value: string }[] = []) => {
  const snapshot = new CreateSnapshotCommand({
    VolumeId: await newVolume(),
    Description: 'nightly',
    ...(Tags.length > 0 ? { TagSpecifications: [{ ResourceType: 'snapshot', Tags }] } : {}),
  })
  return (await ec2().send(snapshot)).SnapshotId!
}
const remove = (SnapshotId: string) => ec2().send(new DeleteSnapshotCommand({ SnapshotId }))
const inBin = async () =>
  (await ec2().send(new ListSnapshotsInRecycleBinCommand({}))).Snapshots!.map(
    ({ SnapshotId }) => SnapshotId,
  )

test('a rule by tags keeps the snapshots that have them, until their time is over', async () => {
  await rbin().send(
    new CreateRuleCommand({
      ...days(7),
      ResourceType: 'EBS_SNAPSHOT',
      ResourceTags: [{ ResourceTagKey: 'keep', ResourceTagValue: 'yes' }],
    }),
  )
  const tags = [{ Key: 'keep', Value: 'yes' }]
  const [first, second, other] = [
    await newSnapshot(tags),
    await newSnapshot(tags),
    await newSnapshot(),
  ]
  for (const id of [first, second, other]) await remove(id)
  expect(await inBin()).toEqual([first, second])
  const { Snapshots } = await ec2().send(new ListSnapshotsInRecycleBinCommand({}))
  const [{ RecycleBinEnterTime: from, RecycleBinExitTime: to, Description }] = Snapshots as [
    NonNullable<typeof Snapshots>[0],
  ]
  expect(to!.getTime() - from!.getTime()).toBe(7 * day)
  expect(Description).toBe('nightly')
  await ec2().send(new RestoreSnapshotFromRecycleBinCommand({ SnapshotId: first }))
  const back = await ec2().send(new DescribeSnapshotsCommand({ SnapshotIds: [first] }))
  expect(back.Snapshots![0]).toMatchObject({ State: 'completed', VolumeSize: 8, Tags: tags })
  expect(await inBin()).toEqual([second])
  await emulator().advance(8 * day)
  expect(await inBin()).toEqual([])
  const late = new RestoreSnapshotFromRecycleBinCommand({ SnapshotId: second })
  expect(await refusal(ec2().send(late))).toMatchObject({ code: 'InvalidSnapshot.NotFound' })
})

test('images and volumes are kept by rules of their own, and come back whole', async () => {
  for (const ResourceType of ['EC2_IMAGE', 'EBS_VOLUME'] as const) {
    await rbin().send(
      new CreateRuleCommand({ ...days(3), ResourceType: ResourceType as 'EC2_IMAGE' }),
    )
  }
  const volumeId = await newVolume()
  await ec2().send(new DeleteVolumeCommand({ VolumeId: volumeId }))
  const { Volumes } = await ec2().send(new ListVolumesInRecycleBinCommand({}))
  expect(Volumes).toMatchObject([{ VolumeId: volumeId, Size: 8 }])
  await ec2().send(new RestoreVolumeFromRecycleBinCommand({ VolumeId: volumeId }))
  const { Instances } = await ec2().send(
    new RunInstancesCommand({
      ImageId: courseImage,
      InstanceType: 't3.micro',
      MinCount: 1,
      MaxCount: 1,
    }),
  )
  const { ImageId } = await ec2().send(
    new CreateImageCommand({ InstanceId: Instances![0]!.InstanceId, Name: 'golden' }),
  )
  const before = await ec2().send(new DescribeImagesCommand({ ImageIds: [ImageId!] }))
  await ec2().send(new DeregisterImageCommand({ ImageId }))
  const snapshotId = before.Images![0]!.BlockDeviceMappings![0]!.Ebs!.SnapshotId!
  expect(await refusal(remove(snapshotId))).toMatchObject({ code: 'InvalidSnapshot.InUse' })
  const { Images } = await ec2().send(new ListImagesInRecycleBinCommand({}))
  expect(Images).toMatchObject([{ ImageId, Name: 'golden' }])
  await ec2().send(new RestoreImageFromRecycleBinCommand({ ImageId }))
  const after = await ec2().send(new DescribeImagesCommand({ ImageIds: [ImageId!] }))
  expect(after.Images).toEqual(before.Images)
})

test('rules are shown, changed, tagged, locked and deleted', async () => {
  const made = await rbin().send(
    new CreateRuleCommand({
      ...days(14),
      ResourceType: 'EBS_SNAPSHOT',
      Description: 'all',
      Tags: [{ Key: 'team', Value: 'ml' }],
    }),
  )
  const { Identifier } = made
  expect(Identifier).toMatch(/^[0-9a-zA-Z]{11}$/)
  expect(made).toMatchObject({ Status: 'available', LockState: 'unlocked', ...days(14) })
  await rbin().send(new UpdateRuleCommand({ Identifier, ...days(30) }))
  const { RuleArn, ...rule } = (await rbin().send(new GetRuleCommand({ Identifier }))) as {
    RuleArn?: string
  }
  expect(rule).toMatchObject({ Identifier, Description: 'all', ...days(30) })
  const list = await rbin().send(new ListRulesCommand({ ResourceType: 'EBS_SNAPSHOT' }))
  expect(list.Rules).toMatchObject([{ Identifier }])
  const ResourceArn = RuleArn ?? `arn:aws:rbin:us-east-1:123456789012:rule/${Identifier}`
  await rbin().send(new TagResourceCommand({ ResourceArn, Tags: [{ Key: 'a', Value: '1' }] }))
  await rbin().send(new UntagResourceCommand({ ResourceArn, TagKeys: ['team'] }))
  const { Tags } = await rbin().send(new ListTagsForResourceCommand({ ResourceArn }))
  expect(Tags).toEqual([{ Key: 'a', Value: '1' }])
  const LockConfiguration = {
    UnlockDelay: { UnlockDelayValue: 7, UnlockDelayUnit: 'DAYS' as const },
  }
  await rbin().send(new LockRuleCommand({ Identifier, LockConfiguration }))
  const del = () => rbin().send(new DeleteRuleCommand({ Identifier }))
  await expect(del()).rejects.toMatchObject({ name: 'ConflictException' })
  await rbin().send(new UnlockRuleCommand({ Identifier }))
  await expect(del()).rejects.toMatchObject({ name: 'ConflictException' })
  await emulator().advance(7 * day + 1000)
  await del()
  await expect(rbin().send(new GetRuleCommand({ Identifier }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  })
})

test('an archived snapshot is restored for some days, or for good', async () => {
  const SnapshotId = await newSnapshot()
  const status = async () =>
    (await ec2().send(new DescribeSnapshotTierStatusCommand({}))).SnapshotTierStatuses![0]
  expect(await status()).toMatchObject({ SnapshotId, StorageTier: 'standard' })
  await ec2().send(new ModifySnapshotTierCommand({ SnapshotId, StorageTier: 'archive' }))
  expect(await status()).toMatchObject({
    StorageTier: 'archive',
    LastTieringOperationStatus: 'archival-completed',
  })
  const use = () =>
    ec2().send(new CreateVolumeCommand({ AvailabilityZone: 'us-east-1a', SnapshotId }))
  await expect(use()).rejects.toBeDefined()
  await ec2().send(new RestoreSnapshotTierCommand({ SnapshotId, TemporaryRestoreDays: 2 }))
  await use()
  await emulator().advance(3 * day)
  await expect(use()).rejects.toBeDefined()
  const back = await ec2().send(
    new RestoreSnapshotTierCommand({ SnapshotId, PermanentRestore: true }),
  )
  expect(back).toMatchObject({ IsPermanentRestore: true })
  await use()
})

test('a locked snapshot is not deleted before its lock is over', async () => {
  const SnapshotId = await newSnapshot()
  const lock = await ec2().send(
    new LockSnapshotCommand({
      SnapshotId,
      LockMode: 'compliance',
      LockDuration: 10,
      CoolOffPeriod: 24,
    }),
  )
  expect(lock).toMatchObject({ LockState: 'compliance-cooloff', LockDuration: 10 })
  await emulator().advance(2 * day)
  expect(await refusal(remove(SnapshotId))).toMatchObject({ code: 'OperationNotPermitted' })
  const unlock = () => ec2().send(new UnlockSnapshotCommand({ SnapshotId }))
  expect(await refusal(unlock())).toMatchObject({ code: 'OperationNotPermitted' })
  const { Snapshots } = await ec2().send(new DescribeLockedSnapshotsCommand({}))
  expect(Snapshots).toMatchObject([{ SnapshotId, LockState: 'compliance' }])
  await emulator().advance(9 * day)
  await remove(SnapshotId)
})

test('sharing with everyone can be blocked; fast restores are recorded', async () => {
  const SnapshotId = await newSnapshot()
  await ec2().send(new EnableSnapshotBlockPublicAccessCommand({ State: 'block-new-sharing' }))
  const share = new ModifySnapshotAttributeCommand({
    SnapshotId,
    CreateVolumePermission: { Add: [{ Group: 'all' }] },
  })
  expect(await refusal(ec2().send(share))).toMatchObject({ code: 'OperationNotPermitted' })
  const zones = { AvailabilityZones: ['us-east-1a', 'us-east-1b'] }
  await ec2().send(
    new EnableFastSnapshotRestoresCommand({ ...zones, SourceSnapshotIds: [SnapshotId] }),
  )
  const { FastSnapshotRestores } = await ec2().send(
    new DescribeFastSnapshotRestoresCommand({
      Filters: [{ Name: 'availability-zone', Values: ['us-east-1b'] }],
    }),
  )
  expect(FastSnapshotRestores).toMatchObject([{ SnapshotId, State: 'enabled' }])
})
