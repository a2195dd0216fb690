import {
  CopySnapshotCommand,
  CreateSnapshotCommand,
  CreateSnapshotsCommand,
  CreateVolumeCommand,
  DeleteSnapshotCommand,
  DescribeSnapshotAttributeCommand,
  DescribeSnapshotsCommand,
  EC2Client,
  type DescribeSnapshotsCommandInput,
  ModifySnapshotAttributeCommand,
  ModifySnapshotTierCommand,
  ResetSnapshotAttributeCommand,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2'
import { describe, expect, test } from 'vitest'
import { progressOf } from '../../../emulator/services/ec2/rows/snapshots.ts'
import { courseImage, refusal, useEc2 } from './support.ts'

const { ec2, emulator } = useEc2()

const volume = async (input: object = {}, region = 'us-east-1') => {
  const { VolumeId } = await ec2(region).send(
    new CreateVolumeCommand({ AvailabilityZone: `${region}a`, Size: 10, ...input }),
  )
  return VolumeId!
}
const snapshot = async (VolumeId: string, input: object = {}) => {
  const { SnapshotId } = await ec2().send(new CreateSnapshotCommand({ VolumeId, ...input }))
  return SnapshotId!
}
const list = async (input: DescribeSnapshotsCommandInput, region?: string) =>
  (await ec2(region).send(new DescribeSnapshotsCommand(input))).Snapshots!

describe('CreateSnapshot', () => {
  test('answers a pending snapshot, which is completed a moment later', async () => {
    const VolumeId = await volume()
    const made = await ec2().send(
      new CreateSnapshotCommand({
        VolumeId,
        Description: 'backup',
        TagSpecifications: [{ ResourceType: 'snapshot', Tags: [{ Key: 'Name', Value: 'b' }] }],
      }),
    )
    expect(made).toMatchObject({
      State: 'pending',
      Progress: '',
      VolumeId,
      VolumeSize: 10,
      OwnerId: '123456789012',
      Description: 'backup',
      Encrypted: false,
      Tags: [{ Key: 'Name', Value: 'b' }],
    })
    expect(await list({ SnapshotIds: [made.SnapshotId!] })).toMatchObject([
      { State: 'completed', Progress: '100%', StorageTier: 'standard' },
    ])
    expect(
      await list({ Filters: [{ Name: 'tag:Name', Values: ['b'] }], OwnerIds: ['self'] }),
    ).toHaveLength(1)
  })

  test('shows progress while it takes its time', () => {
    const row = { state: 'pending', started_at: 1000, completes_at: 3000 } as const
    expect([1000, 1500, 2999, 4000].map((now) => progressOf(row, now))).toEqual([
      '',
      '25%',
      '99%',
      '99%',
    ])
  })

  test('of an encrypted volume is encrypted, and what is made from it too', async () => {
    const SnapshotId = await snapshot(await volume({ Encrypted: true }))
    const [described] = await list({ SnapshotIds: [SnapshotId] })
    expect(described).toMatchObject({ Encrypted: true })
    const restored = await ec2().send(
      new CreateVolumeCommand({ AvailabilityZone: 'us-east-1b', SnapshotId }),
    )
    expect(restored).toMatchObject({ Encrypted: true, KmsKeyId: described!.KmsKeyId })
  })
})

test('CreateSnapshots takes all volumes of an instance, but for those excluded', async () => {
  const { Instances } = await ec2().send(
    new RunInstancesCommand({
      ImageId: courseImage,
      InstanceType: 't3.micro',
      MinCount: 1,
      MaxCount: 1,
      BlockDeviceMappings: [{ DeviceName: '/dev/sdf', Ebs: { VolumeSize: 5 } }],
      TagSpecifications: [{ ResourceType: 'volume', Tags: [{ Key: 'team', Value: 'blue' }] }],
    }),
  )
  const InstanceId = Instances![0]!.InstanceId!
  const take = async (input: object) =>
    (
      await ec2().send(
        new CreateSnapshotsCommand({
          InstanceSpecification: { InstanceId, ...input },
          CopyTagsFromSource: 'volume',
        }),
      )
    ).Snapshots!
  expect(await take({})).toHaveLength(2)
  expect(await take({ ExcludeBootVolume: true })).toMatchObject([
    { VolumeSize: 5, Tags: [{ Key: 'team', Value: 'blue' }] },
  ])
})

describe('DescribeSnapshots', () => {
  test('shows the public snapshots of the public images to everyone', async () => {
    const shared = await list({ RestorableByUserIds: ['all'], MaxResults: 5 })
    expect(shared).toHaveLength(5)
    expect(shared.every(({ OwnerId }) => OwnerId !== '123456789012')).toBe(true)
    const own = await list({ OwnerIds: ['self'] })
    expect(own.every(({ OwnerId }) => OwnerId === '123456789012')).toBe(true)
  })

  test('refuses ids that do not exist', async () => {
    const id = 'snap-0123456789abcdef0'
    expect(await refusal(list({ SnapshotIds: [id] }))).toEqual({
      code: 'InvalidSnapshot.NotFound',
      message: `The snapshot '${id}' does not exist.`,
      status: 400,
    })
    expect(await refusal(list({ SnapshotIds: ['snapshot'] }))).toMatchObject({
      code: 'InvalidParameterValue',
      message: "Value (snapshot) for parameter snapshotId is invalid. Expected: 'snap-...'.",
    })
  })
})

test('CopySnapshot copies into the region that is called', async () => {
  const SourceSnapshotId = await snapshot(await volume({ Size: 7 }), { Description: 'first' })
  const copy = (input: object, region = 'eu-west-1') =>
    ec2(region).send(
      new CopySnapshotCommand({ SourceRegion: 'us-east-1', SourceSnapshotId, ...input }),
    )
  const { SnapshotId } = await copy({ Encrypted: true })
  expect(await list({ SnapshotIds: [SnapshotId!] }, 'eu-west-1')).toMatchObject([
    {
      VolumeSize: 7,
      Encrypted: true,
      State: 'completed',
      Description: `[Copied ${SourceSnapshotId} from us-east-1]`,
      KmsKeyId: expect.stringMatching(/^arn:aws:kms:eu-west-1:/),
    },
  ])
  expect(await refusal(list({ SnapshotIds: [SnapshotId!] }))).toMatchObject({
    code: 'InvalidSnapshot.NotFound',
  })
  expect(await refusal(copy({ SourceRegion: 'eu-west-1' }))).toMatchObject({
    code: 'InvalidSnapshot.NotFound',
  })
})

test('a snapshot is shared with accounts or everyone, until that is reset', async () => {
  const SnapshotId = await snapshot(await volume())
  const shares = async () =>
    (
      await ec2().send(
        new DescribeSnapshotAttributeCommand({ SnapshotId, Attribute: 'createVolumePermission' }),
      )
    ).CreateVolumePermissions
  const modify = (Add: object[], Remove: object[] = []) =>
    ec2().send(
      new ModifySnapshotAttributeCommand({
        SnapshotId,
        Attribute: 'createVolumePermission',
        CreateVolumePermission: { Add, Remove },
      }),
    )
  await modify([{ UserId: '111122223333' }, { Group: 'all' }])
  expect(await shares()).toEqual([{ UserId: '111122223333' }, { Group: 'all' }])
  expect(
    (await list({ RestorableByUserIds: ['111122223333'] })).map((one) => one.SnapshotId),
  ).toEqual([SnapshotId])
  await modify([], [{ Group: 'all' }])
  expect(await shares()).toEqual([{ UserId: '111122223333' }])
  await ec2().send(
    new ResetSnapshotAttributeCommand({ SnapshotId, Attribute: 'createVolumePermission' }),
  )
  expect(await shares()).toEqual([])
  expect(await refusal(modify([{ UserId: 'me' }]))).toMatchObject({
    code: 'InvalidAMIAttributeItemValue',
  })
})

test('an encrypted snapshot is not for everyone, and with the managed key for nobody else', async () => {
  const SnapshotId = await snapshot(await volume({ Encrypted: true }))
  const share = (one: object) =>
    refusal(
      ec2().send(
        new ModifySnapshotAttributeCommand({ SnapshotId, CreateVolumePermission: { Add: [one] } }),
      ),
    )
  expect(await share({ Group: 'all' })).toMatchObject({ code: 'InvalidParameterValue' })
  expect(await share({ UserId: '111122223333' })).toMatchObject({
    message: 'Encrypted snapshots with EBS default key cannot be shared.',
  })
})

test('an archived snapshot cannot be used', async () => {
  const SnapshotId = await snapshot(await volume())
  await ec2().send(new ModifySnapshotTierCommand({ SnapshotId, StorageTier: 'archive' }))
  expect(await list({ SnapshotIds: [SnapshotId] })).toMatchObject([{ StorageTier: 'archive' }])
  expect(await refusal(volume({ SnapshotId }))).toMatchObject({ code: 'IncorrectState' })
})

test('DeleteSnapshot deletes it', async () => {
  const SnapshotId = await snapshot(await volume())
  await ec2().send(new DeleteSnapshotCommand({ SnapshotId }))
  expect(await refusal(list({ SnapshotIds: [SnapshotId] }))).toMatchObject({
    code: 'InvalidSnapshot.NotFound',
  })
})

test('another account makes volumes of a snapshot only while it is shared with it', async () => {
  const account = '210987654321'
  const other = emulator().client(EC2Client, {
    credentials: { accessKeyId: account, secretAccessKey: 'test' },
  })
  const SnapshotId = await snapshot(await volume())
  const restore = () =>
    other.send(new CreateVolumeCommand({ AvailabilityZone: 'us-east-1a', SnapshotId }))
  expect(await refusal(restore())).toMatchObject({ code: 'InvalidSnapshot.NotFound' })
  await ec2().send(
    new ModifySnapshotAttributeCommand({
      SnapshotId,
      CreateVolumePermission: { Add: [{ UserId: account }] },
    }),
  )
  expect(await restore()).toMatchObject({ Size: 10, SnapshotId })
  const { Snapshots } = await other.send(
    new DescribeSnapshotsCommand({ SnapshotIds: [SnapshotId] }),
  )
  expect(Snapshots).toMatchObject([{ OwnerId: '123456789012' }])
  expect(await refusal(other.send(new DeleteSnapshotCommand({ SnapshotId })))).toMatchObject({
    code: 'InvalidSnapshot.NotFound',
  })
})
