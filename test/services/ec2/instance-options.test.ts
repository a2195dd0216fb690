import { generateKeyPairSync, privateDecrypt, constants, createPrivateKey } from 'node:crypto'
import {
  AssociateInstanceEventWindowCommand,
  CreateInstanceEventWindowCommand,
  CreateKeyPairCommand,
  CreatePlacementGroupCommand,
  DeleteInstanceEventWindowCommand,
  DescribeInstanceEventWindowsCommand,
  DescribeInstanceImageMetadataCommand,
  DescribeInstancesCommand,
  GetConsoleScreenshotCommand,
  GetDefaultCreditSpecificationCommand,
  GetInstanceMetadataDefaultsCommand,
  GetPasswordDataCommand,
  ModifyDefaultCreditSpecificationCommand,
  ModifyInstanceCpuOptionsCommand,
  ModifyInstanceMaintenanceOptionsCommand,
  ModifyInstanceMetadataDefaultsCommand,
  ModifyInstancePlacementCommand,
  RegisterInstanceEventNotificationAttributesCommand,
  RunInstancesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  type RunInstancesCommandInput,
} from '@aws-sdk/client-ec2'
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm'
import { beforeEach, expect, test } from 'vitest'
import { courseImage, refusal, useEc2 } from './support.ts'

const { emulator, ec2 } = useEc2()
beforeEach(() => emulator().reset())

const run = async (input: Partial<RunInstancesCommandInput> = {}) => {
  const { Instances } = await ec2().send(
    new RunInstancesCommand({
      ImageId: courseImage,
      InstanceType: 'c5.large',
      MinCount: 1,
      MaxCount: 1,
      ...input,
    }),
  )
  return Instances![0]!
}
const one = async (id: string) => {
  const { Reservations } = await ec2().send(new DescribeInstancesCommand({ InstanceIds: [id] }))
  return Reservations![0]!.Instances![0]!
}
const stop = (id: string, Hibernate = false) =>
  ec2().send(new StopInstancesCommand({ InstanceIds: [id], Hibernate }))
const windowsImage = '/aws/service/ami-windows-latest/Windows_Server-2022-English-Full-Base'

test('an image may be named by a parameter: AWS’s own, or the account’s', async () => {
  const fromAws = await run({
    ImageId: 'resolve:ssm:/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64',
  })
  expect(fromAws.ImageId).toMatch(/^ami-0[0-9a-f]{16}$/)
  const ssm = emulator().client(SSMClient)
  await ssm.send(new PutParameterCommand({ Name: '/ami', Value: courseImage, Type: 'String' }))
  expect((await run({ ImageId: 'resolve:ssm:/ami' })).ImageId).toBe(courseImage)
  expect(await refusal(run({ ImageId: 'resolve:ssm:/none' }))).toMatchObject({
    code: 'InvalidParameterValue',
  })
})

test('times of launches and attachments are whole seconds', async () => {
  const { InstanceId } = await run()
  const { LaunchTime, BlockDeviceMappings } = await one(InstanceId!)
  expect(LaunchTime!.getMilliseconds()).toBe(0)
  expect(BlockDeviceMappings![0]!.Ebs!.AttachTime!.getMilliseconds()).toBe(0)
})

test('placement, CPUs and maintenance are changed, the first two while it is stopped', async () => {
  const { InstanceId } = await run()
  await ec2().send(new CreatePlacementGroupCommand({ GroupName: 'near', Strategy: 'cluster' }))
  const place = (input: object) =>
    ec2().send(new ModifyInstancePlacementCommand({ InstanceId, ...input }))
  expect(await refusal(place({ GroupName: 'near' }))).toMatchObject({
    code: 'IncorrectInstanceState',
  })
  await stop(InstanceId!)
  await place({ GroupName: 'near' })
  expect((await one(InstanceId!)).Placement).toMatchObject({ GroupName: 'near' })
  await place({ GroupName: '' })
  expect((await one(InstanceId!)).Placement).toMatchObject({ GroupName: '' })
  await ec2().send(
    new ModifyInstanceCpuOptionsCommand({ InstanceId, CoreCount: 1, ThreadsPerCore: 1 }),
  )
  await ec2().send(
    new ModifyInstanceMaintenanceOptionsCommand({ InstanceId, AutoRecovery: 'disabled' }),
  )
  expect(await one(InstanceId!)).toMatchObject({
    CpuOptions: { CoreCount: 1, ThreadsPerCore: 1 },
    MaintenanceOptions: { AutoRecovery: 'disabled' },
  })
})

test('hibernation needs an encrypted root volume; an instance that has it hibernates', async () => {
  const HibernationOptions = { Configured: true }
  expect(await refusal(run({ HibernationOptions }))).toMatchObject({
    code: 'UnsupportedHibernationConfiguration',
  })
  const BlockDeviceMappings = [{ DeviceName: '/dev/sda1', Ebs: { Encrypted: true } }]
  const { InstanceId } = await run({ HibernationOptions, BlockDeviceMappings })
  await stop(InstanceId!, true)
  expect(await one(InstanceId!)).toMatchObject({
    State: { Name: 'stopped' },
    StateReason: { Code: 'Client.UserInitiatedHibernate' },
  })
  await ec2().send(new StartInstancesCommand({ InstanceIds: [InstanceId!] }))
  const { InstanceId: other } = await run()
  expect(await refusal(stop(other!, true))).toMatchObject({
    code: 'UnsupportedHibernationConfiguration',
  })
})

test('defaults of metadata options and credits hold for what is launched then', async () => {
  await ec2().send(
    new ModifyInstanceMetadataDefaultsCommand({
      HttpTokens: 'required',
      HttpPutResponseHopLimit: 3,
    }),
  )
  const { AccountLevel } = await ec2().send(new GetInstanceMetadataDefaultsCommand({}))
  expect(AccountLevel).toMatchObject({ HttpTokens: 'required', HttpPutResponseHopLimit: 3 })
  const { InstanceId } = await run({ MetadataOptions: { HttpPutResponseHopLimit: 2 } })
  expect((await one(InstanceId!)).MetadataOptions).toMatchObject({
    HttpTokens: 'required',
    HttpPutResponseHopLimit: 2,
  })
  const family = { InstanceFamily: 't3' as const }
  await ec2().send(
    new ModifyDefaultCreditSpecificationCommand({ ...family, CpuCredits: 'standard' }),
  )
  const now = await ec2().send(new GetDefaultCreditSpecificationCommand(family))
  expect(now.InstanceFamilyCreditSpecification).toEqual({ ...family, CpuCredits: 'standard' })
})

test('the password of Windows is for the owner of the private key alone', async () => {
  const { KeyMaterial } = await ec2().send(new CreateKeyPairCommand({ KeyName: 'win' }))
  const { InstanceId } = await run({ ImageId: `resolve:ssm:${windowsImage}`, KeyName: 'win' })
  const password = async (id: string) =>
    (await ec2().send(new GetPasswordDataCommand({ InstanceId: id }))).PasswordData!
  const encrypted = await password(InstanceId!)
  expect(await password(InstanceId!)).toBe(encrypted)
  const decrypt = (key: string) =>
    privateDecrypt(
      { key: createPrivateKey(key), padding: constants.RSA_NO_PADDING },
      Buffer.from(encrypted, 'base64'),
    )
  const block = decrypt(KeyMaterial!)
  expect(block.subarray(0, 2)).toEqual(Buffer.from([0, 2]))
  expect(block.subarray(block.indexOf(0, 2) + 1).toString()).toMatch(/^\S{32}$/)
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const foreign = () => {
    try {
      return decrypt(privateKey.export({ type: 'pkcs1', format: 'pem' }).toString())
    } catch {
      // Half of all other keys have a modulus that is too small for it.
      return undefined
    }
  }
  expect(foreign()).not.toEqual(block)
  const linux = await run({ KeyName: 'win' })
  expect(await password(linux.InstanceId!)).toBe('')
})

test('event windows, notices, screenshots and image metadata', async () => {
  const { InstanceId } = await run()
  const { InstanceEventWindow } = await ec2().send(
    new CreateInstanceEventWindowCommand({ Name: 'nights', CronExpression: '* 21-23 * * 2,3' }),
  )
  const { InstanceEventWindowId } = InstanceEventWindow!
  await ec2().send(
    new AssociateInstanceEventWindowCommand({
      InstanceEventWindowId,
      AssociationTarget: { InstanceIds: [InstanceId!] },
    }),
  )
  const { InstanceEventWindows } = await ec2().send(
    new DescribeInstanceEventWindowsCommand({
      Filters: [{ Name: 'instance-id', Values: [InstanceId!] }],
    }),
  )
  expect(InstanceEventWindows).toMatchObject([
    { InstanceEventWindowId, Name: 'nights', State: 'active' },
  ])
  const remove = (ForceDelete: boolean) =>
    ec2().send(new DeleteInstanceEventWindowCommand({ InstanceEventWindowId, ForceDelete }))
  expect(await refusal(remove(false))).toMatchObject({ code: 'InvalidInstanceEventWindowState' })
  await remove(true)
  const { InstanceTagAttribute } = await ec2().send(
    new RegisterInstanceEventNotificationAttributesCommand({
      InstanceTagAttribute: { InstanceTagKeys: ['team'] },
    }),
  )
  expect(InstanceTagAttribute).toMatchObject({ InstanceTagKeys: ['team'] })
  const { ImageData } = await ec2().send(new GetConsoleScreenshotCommand({ InstanceId }))
  expect(Buffer.from(ImageData!, 'base64').subarray(0, 2)).toEqual(Buffer.from([0xff, 0xd8]))
  const { InstanceImageMetadata } = await ec2().send(new DescribeInstanceImageMetadataCommand({}))
  expect(InstanceImageMetadata).toMatchObject([
    { InstanceId, ImageMetadata: { ImageId: courseImage, IsPublic: true } },
  ])
})
