import {
  AttachVolumeCommand,
  CreateSnapshotCommand,
  CreateVolumeCommand,
  type CreateVolumeCommandInput,
  DeleteVolumeCommand,
  DescribeInstancesCommand,
  DescribeVolumeAttributeCommand,
  DescribeVolumesCommand,
  DescribeVolumesModificationsCommand,
  DescribeVolumeStatusCommand,
  DetachVolumeCommand,
  DisableEbsEncryptionByDefaultCommand,
  EnableEbsEncryptionByDefaultCommand,
  GetEbsDefaultKmsKeyIdCommand,
  GetEbsEncryptionByDefaultCommand,
  ModifyEbsDefaultKmsKeyIdCommand,
  ModifyVolumeAttributeCommand,
  ModifyVolumeCommand,
  ResetEbsDefaultKmsKeyIdCommand,
  RunInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2'
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms'
import { describe, expect, test } from 'vitest'
import { courseImage, refusal, useEc2 } from './support.ts'

const { ec2, emulator } = useEc2()

const zone = 'us-east-1a'

const create = (input: Partial<CreateVolumeCommandInput> = {}, region?: string) =>
  ec2(region).send(
    new CreateVolumeCommand({ AvailabilityZone: `${region ?? 'us-east-1'}a`, Size: 10, ...input }),
  )

const one = async (id: string | undefined) => {
  const { Volumes } = await ec2().send(new DescribeVolumesCommand({ VolumeIds: [id!] }))
  return Volumes![0]!
}

const launch = async (AvailabilityZone = zone, InstanceType = 't3.micro') => {
  const { Instances } = await ec2().send(
    new RunInstancesCommand({
      ImageId: courseImage,
      InstanceType: InstanceType as 't3.micro',
      MinCount: 1,
      MaxCount: 1,
      Placement: { AvailabilityZone },
    }),
  )
  return Instances![0]!.InstanceId!
}

describe('CreateVolume', () => {
  test('answers a volume that is creating, and available a moment later', async () => {
    const volume = await create({
      VolumeType: 'gp3',
      TagSpecifications: [{ ResourceType: 'volume', Tags: [{ Key: 'Name', Value: 'data' }] }],
    })
    expect(volume).toMatchObject({
      State: 'creating',
      Size: 10,
      VolumeType: 'gp3',
      Iops: 3000,
      Throughput: 125,
      Encrypted: false,
      AvailabilityZone: zone,
      Tags: [{ Key: 'Name', Value: 'data' }],
    })
    expect(volume.VolumeId).toMatch(/^vol-0[0-9a-f]{16}$/)
    expect(await one(volume.VolumeId)).toMatchObject({ State: 'available', Attachments: [] })
  })

  test('is gp2 unless asked otherwise, with 3 IOPS for each GiB', async () => {
    expect(await create({ Size: 200 })).toMatchObject({ VolumeType: 'gp2', Iops: 600 })
    expect(await create({ Size: 10 })).toMatchObject({ Iops: 100 })
    expect(await create({ Size: 16_384 })).toMatchObject({ Iops: 16_000 })
  })

  const io = (VolumeType: string, Size: number, Iops?: number, Throughput?: number) => ({
    VolumeType: VolumeType as 'gp3',
    Size,
    ...(Iops === undefined ? {} : { Iops }),
    ...(Throughput === undefined ? {} : { Throughput }),
  })
  test.each([
    [
      io('st1', 100),
      'InvalidParameterValue',
      /^The volume size is invalid for st1 volumes: 100 GiB. st1 volumes must be at least 125 GiB in size/,
    ],
    [io('gp2', 16_385), 'InvalidParameterValue', /16384 GiB/],
    [io('standard', 1025), 'InvalidParameterValue', /1024 GiB/],
    [io('io1', 3, 100), 'InvalidParameterValue', /at least 4 GiB/],
    [io('gp3', 0), 'InvalidParameterValue', /at least 1 GiB/],
    [
      io('gp3', 100, 2999),
      'InvalidParameterValue',
      /^Volume iops of 2999 is too low; minimum is 3000\.$/,
    ],
    [
      io('gp3', 20, 15_000),
      'InvalidParameterValue',
      /^Iops to volume size ratio of 750\.000000 is too high; maximum is 500$/,
    ],
    [
      io('io1', 10, 501),
      'InvalidParameterValue',
      /ratio of 50\.100000 is too high; maximum is 50$/,
    ],
    [io('io2', 65_536, 256_001), 'InvalidParameterValue', /too high; maximum is 256000\.$/],
    [
      io('gp3', 100, 3000, 1000),
      'InvalidParameterValue',
      /^Throughput \(MiBps\) to iops ratio of 0\.333333 is too high; maximum is 0\.250000 MiBps per iops$/,
    ],
    [io('gp3', 100, 3000, 100), 'InvalidParameterValue', /^Volume throughput of 100 is too low/],
    [
      io('gp2', 100, 3000),
      'InvalidParameterCombination',
      /^The parameter iops is not supported for gp2 volumes\.$/,
    ],
    [
      io('io1', 100, 3000, 200),
      'InvalidParameterCombination',
      /^throughput can only be specified for volumeType gp3\.$/,
    ],
    [io('io2', 100), 'MissingParameter', /parameter iops$/],
    [io('gp9', 100), 'UnknownVolumeType', /^Unsupported volume type 'gp9' for volume creation\.$/],
    [
      { Size: undefined },
      'MissingParameter',
      /^The request must contain the parameter size\/snapshot$/,
    ],
    [
      { AvailabilityZone: 'us-east-1z' },
      'InvalidZone.NotFound',
      /^The zone 'us-east-1z' does not exist\.$/,
    ],
    [
      { SnapshotId: 'snap-0123456789abcdef0' },
      'InvalidSnapshot.NotFound',
      /^The snapshot 'snap-0123456789abcdef0' does not exist\.$/,
    ],
    [
      { VolumeType: 'gp3' as const, MultiAttachEnabled: true },
      'InvalidParameterCombination',
      /Multi-Attach/,
    ],
    [
      { KmsKeyId: 'alias/aws/ebs' },
      'InvalidParameterDependency',
      /KmsKeyId requires the parameter Encrypted/,
    ],
    [{ DryRun: true }, 'DryRunOperation', /^Request would have succeeded/],
  ])('refuses %j with %s', async (input, code, message) => {
    expect(await refusal(create(input))).toMatchObject({
      code,
      message: expect.stringMatching(message),
    })
  })

  test('gives the limits themselves', async () => {
    expect(await create(io('gp3', 160, 80_000, 2000))).toMatchObject({
      Iops: 80_000,
      Throughput: 2000,
    })
    expect(await create(io('io2', 256, 256_000))).toMatchObject({ Iops: 256_000 })
    expect((await create(io('st1', 125))).Iops).toBeUndefined()
  })

  test('gives the same volume for the same client token', async () => {
    const first = await create({ ClientToken: 'again' })
    expect((await create({ ClientToken: 'again' })).VolumeId).toBe(first.VolumeId)
    expect(await refusal(create({ ClientToken: 'again', Size: 11 }))).toMatchObject({
      code: 'IdempotentParameterMismatch',
    })
  })

  test('is encrypted with the key that is named, or that AWS manages', async () => {
    const { KeyMetadata } = await emulator().client(KMSClient).send(new CreateKeyCommand({}))
    const named = await create({ Encrypted: true, KmsKeyId: KeyMetadata!.KeyId })
    expect(named).toMatchObject({ Encrypted: true, KmsKeyId: KeyMetadata!.Arn })
    const managed = await create({ Encrypted: true })
    expect(managed.KmsKeyId).toMatch(/^arn:aws:kms:us-east-1:123456789012:key\//)
    expect(managed.KmsKeyId).not.toBe(named.KmsKeyId)
  })

  test('a key that cannot be used makes the volume vanish', async () => {
    const { VolumeId } = await create({ Encrypted: true, KmsKeyId: 'alias/no-such-key' })
    expect(await refusal(one(VolumeId))).toMatchObject({ code: 'InvalidVolume.NotFound' })
  })

  test('a volume is of one region only', async () => {
    const { VolumeId } = await create({}, 'eu-west-1')
    expect(await refusal(one(VolumeId))).toMatchObject({
      code: 'InvalidVolume.NotFound',
      message: `The volume '${VolumeId}' does not exist.`,
    })
  })
})

describe('encryption by default', () => {
  test('encrypts what nobody asked to encrypt, with the default key of the region', async () => {
    const region = 'eu-central-1'
    const { KeyMetadata } = await emulator()
      .client(KMSClient, { region })
      .send(new CreateKeyCommand({}))
    const KmsKeyId = KeyMetadata!.Arn!
    await ec2(region).send(new EnableEbsEncryptionByDefaultCommand({}))
    await ec2(region).send(new ModifyEbsDefaultKmsKeyIdCommand({ KmsKeyId }))
    expect(await create({}, region)).toMatchObject({ Encrypted: true, KmsKeyId })
    expect(await ec2(region).send(new GetEbsDefaultKmsKeyIdCommand({}))).toMatchObject({ KmsKeyId })
    expect(await ec2(region).send(new GetEbsEncryptionByDefaultCommand({}))).toMatchObject({
      EbsEncryptionByDefault: true,
    })
    expect(await create()).toMatchObject({ Encrypted: false })
    await ec2(region).send(new ResetEbsDefaultKmsKeyIdCommand({}))
    expect((await create({}, region)).KmsKeyId).not.toBe(KmsKeyId)
    await ec2(region).send(new DisableEbsEncryptionByDefaultCommand({}))
    expect(await create({}, region)).toMatchObject({ Encrypted: false })
  })
})

describe('attachments', () => {
  test('a volume is attached, shown by its instance, detached and deleted', async () => {
    const InstanceId = await launch()
    const { VolumeId } = await create()
    const Device = '/dev/sdf'
    expect(
      await ec2().send(new AttachVolumeCommand({ VolumeId, InstanceId, Device })),
    ).toMatchObject({ VolumeId, InstanceId, Device, State: 'attaching' })
    expect(await one(VolumeId)).toMatchObject({
      State: 'in-use',
      Attachments: [{ State: 'attached', Device, InstanceId, DeleteOnTermination: false }],
    })
    const { Reservations } = await ec2().send(
      new DescribeInstancesCommand({ InstanceIds: [InstanceId] }),
    )
    expect(
      Reservations![0]!.Instances![0]!.BlockDeviceMappings!.map(({ DeviceName }) => DeviceName),
    ).toEqual(['/dev/sda1', Device])
    expect(await refusal(ec2().send(new DeleteVolumeCommand({ VolumeId })))).toEqual({
      code: 'VolumeInUse',
      message: `Volume ${VolumeId} is currently attached to ${InstanceId}`,
      status: 400,
    })
    expect(await ec2().send(new DetachVolumeCommand({ VolumeId }))).toMatchObject({
      State: 'detaching',
      InstanceId,
    })
    expect(await one(VolumeId)).toMatchObject({ State: 'available', Attachments: [] })
    await ec2().send(new DeleteVolumeCommand({ VolumeId }))
    expect(await refusal(one(VolumeId))).toMatchObject({ code: 'InvalidVolume.NotFound' })
  })

  test('AttachVolume refuses other zones, bad and taken devices, and volumes in use', async () => {
    const InstanceId = await launch()
    const { VolumeId } = await create()
    const attach = (input: object) =>
      refusal(
        ec2().send(new AttachVolumeCommand({ VolumeId, InstanceId, Device: '/dev/sdf', ...input })),
      )
    const elsewhere = await create({ AvailabilityZone: 'us-east-1b' })
    expect(await attach({ VolumeId: elsewhere.VolumeId })).toMatchObject({
      code: 'InvalidVolume.ZoneMismatch',
      message: `The volume '${elsewhere.VolumeId}' is not in the same availability zone as instance '${InstanceId}'`,
    })
    expect(await attach({ Device: 'disk' })).toMatchObject({
      code: 'InvalidParameterValue',
      message: 'Value (disk) for parameter device is invalid. disk is not a valid EBS device name.',
    })
    expect(await attach({ Device: '/dev/sda1' })).toMatchObject({
      code: 'InvalidParameterValue',
      message:
        "Invalid value '/dev/sda1' for unixDevice. Attachment point /dev/sda1 is already in use",
    })
    await ec2().send(new AttachVolumeCommand({ VolumeId, InstanceId, Device: '/dev/sdg' }))
    expect(await attach({})).toMatchObject({
      code: 'VolumeInUse',
      message: `${VolumeId} is already attached to an instance`,
    })
    await ec2().send(new TerminateInstancesCommand({ InstanceIds: [InstanceId] }))
    expect(await one(VolumeId)).toMatchObject({ State: 'available' })
    expect(await attach({})).toMatchObject({
      code: 'IncorrectState',
      message: `Instance '${InstanceId}' is not 'running'.`,
    })
  })

  test('DetachVolume refuses what is not attached, and the root volume of a running instance', async () => {
    const InstanceId = await launch()
    const { VolumeId } = await create()
    const detach = (input: object) => ec2().send(new DetachVolumeCommand({ VolumeId, ...input }))
    expect(await refusal(detach({}))).toMatchObject({
      code: 'IncorrectState',
      message: `Volume '${VolumeId}' is in the 'available' state.`,
    })
    const { Volumes } = await ec2().send(
      new DescribeVolumesCommand({
        Filters: [{ Name: 'attachment.instance-id', Values: [InstanceId] }],
      }),
    )
    const root = Volumes![0]!.VolumeId
    expect(await refusal(detach({ VolumeId: root }))).toMatchObject({
      code: 'OperationNotPermitted',
      message: `Unable to detach root volume '${root}' from instance '${InstanceId}'`,
    })
    expect(await refusal(detach({ VolumeId: root, Device: '/dev/sdz' }))).toMatchObject({
      code: 'InvalidAttachment.NotFound',
    })
    await ec2().send(new StopInstancesCommand({ InstanceIds: [InstanceId] }))
    await detach({ VolumeId: root })
    expect(await one(root)).toMatchObject({ State: 'available' })
  })

  test('a volume with Multi-Attach hangs on several Nitro instances', async () => {
    const [first, second, old] = [await launch(), await launch(), await launch(zone, 't2.micro')]
    const { VolumeId } = await create({ VolumeType: 'io2', Iops: 100, MultiAttachEnabled: true })
    const attach = (InstanceId: string) =>
      ec2().send(new AttachVolumeCommand({ VolumeId, InstanceId, Device: '/dev/sdf' }))
    await attach(first)
    await attach(second)
    expect((await one(VolumeId)).Attachments).toHaveLength(2)
    expect(await refusal(attach(first))).toMatchObject({ code: 'VolumeInUse' })
    expect(await refusal(attach(old))).toMatchObject({ code: 'InvalidParameterCombination' })
    await ec2().send(new DetachVolumeCommand({ VolumeId, InstanceId: first }))
    expect(await one(VolumeId)).toMatchObject({
      State: 'in-use',
      Attachments: [{ InstanceId: second }],
    })
    await ec2().send(new TerminateInstancesCommand({ InstanceIds: [second] }))
    expect(await one(VolumeId)).toMatchObject({ State: 'available', Attachments: [] })
  })
})

describe('ModifyVolume', () => {
  test('grows a volume, which is optimizing for a while, and may not be modified for six hours', async () => {
    const { VolumeId } = await create({ VolumeType: 'gp2', Size: 100 })
    const modify = (input: object) => ec2().send(new ModifyVolumeCommand({ VolumeId, ...input }))
    const modification = async () => {
      const { VolumesModifications } = await ec2().send(
        new DescribeVolumesModificationsCommand({ VolumeIds: [VolumeId!] }),
      )
      return VolumesModifications![0]!
    }
    expect(await refusal(modification())).toMatchObject({
      code: 'InvalidVolumeModification.NotFound',
      message: `Modification for volume '${VolumeId}' does not exist.`,
    })
    const { VolumeModification } = await modify({ Size: 200, VolumeType: 'gp3', Throughput: 250 })
    expect(VolumeModification).toMatchObject({
      ModificationState: 'modifying',
      Progress: 0,
      OriginalSize: 100,
      OriginalVolumeType: 'gp2',
      OriginalIops: 300,
      TargetSize: 200,
      TargetVolumeType: 'gp3',
      TargetIops: 3000,
      TargetThroughput: 250,
    })
    expect(await modification()).toMatchObject({ ModificationState: 'optimizing' })
    expect(await one(VolumeId)).toMatchObject({ Size: 200, VolumeType: 'gp3', Throughput: 250 })
    expect(await refusal(modify({ Size: 300 }))).toMatchObject({
      code: 'IncorrectModificationState',
      message: `Volume ${VolumeId} cannot be modified in modification state OPTIMIZING`,
    })
    await emulator().advance(5 * 60 * 1000)
    const { Progress } = await modification()
    expect(Progress).toBeGreaterThanOrEqual(50)
    expect(Progress).toBeLessThan(60)
    await emulator().advance(5 * 60 * 1000)
    expect(await modification()).toMatchObject({ ModificationState: 'completed', Progress: 100 })
    expect(await refusal(modify({ Size: 300 }))).toMatchObject({
      code: 'VolumeModificationRateExceeded',
    })
    await emulator().advance(6 * 60 * 60 * 1000)
    expect(await refusal(modify({ Size: 199 }))).toMatchObject({
      code: 'InvalidParameterValue',
      message: 'New size cannot be smaller than existing size',
    })
    expect(await refusal(modify({ Iops: 200_000 }))).toMatchObject({
      code: 'InvalidParameterValue',
    })
    await modify({ Size: 300 })
    expect(await one(VolumeId)).toMatchObject({ Size: 300, Iops: 3000, Throughput: 250 })
  })
})

describe('status and attributes', () => {
  test('a volume is ok', async () => {
    const { VolumeId } = await create()
    const { VolumeStatuses } = await ec2().send(
      new DescribeVolumeStatusCommand({ VolumeIds: [VolumeId!] }),
    )
    expect(VolumeStatuses).toMatchObject([
      {
        VolumeId,
        VolumeStatus: { Status: 'ok', Details: [{ Name: 'io-enabled', Status: 'passed' }, {}] },
      },
    ])
  })

  test('autoEnableIO is kept', async () => {
    const { VolumeId } = await create()
    await ec2().send(new ModifyVolumeAttributeCommand({ VolumeId, AutoEnableIO: { Value: true } }))
    expect(
      await ec2().send(new DescribeVolumeAttributeCommand({ VolumeId, Attribute: 'autoEnableIO' })),
    ).toMatchObject({ VolumeId, AutoEnableIO: { Value: true } })
  })
})

test('a volume from a snapshot has its size, or a larger one', async () => {
  const { VolumeId } = await create({ Size: 20 })
  const { SnapshotId } = await ec2().send(new CreateSnapshotCommand({ VolumeId }))
  expect(await create({ Size: undefined, SnapshotId })).toMatchObject({ Size: 20, SnapshotId })
  expect(await create({ Size: 30, SnapshotId })).toMatchObject({ Size: 30 })
  expect(await refusal(create({ Size: 19, SnapshotId }))).toMatchObject({
    code: 'InvalidParameterValue',
    message: `Volume of size 19GB is smaller than snapshot '${SnapshotId}', expect size >= 20GB`,
  })
})
