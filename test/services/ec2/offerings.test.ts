import {
  AllocateHostsCommand,
  CreateImageCommand,
  DeregisterImageCommand,
  DescribeHostsCommand,
  DescribeImagesCommand,
  DescribeReservedInstancesCommand,
  DescribeReservedInstancesOfferingsCommand,
  DisableImageCommand,
  DisableImageDeregistrationProtectionCommand,
  EnableAllowedImagesSettingsCommand,
  EnableImageBlockPublicAccessCommand,
  EnableImageDeprecationCommand,
  EnableImageDeregistrationProtectionCommand,
  GetInstanceTypesFromInstanceRequirementsCommand,
  ModifyImageAttributeCommand,
  ModifyReservedInstancesCommand,
  PurchaseReservedInstancesOfferingCommand,
  ReleaseHostsCommand,
  ReplaceImageCriteriaInAllowedImagesSettingsCommand,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2'
import { beforeEach, describe, expect, test } from 'vitest'
import { courseImage, refusal, useEc2 } from './support.ts'

const { emulator, ec2 } = useEc2()
beforeEach(() => emulator().reset())

describe('reserved instances', () => {
  test('the course’s p3.2xlarge costs $1.84 an hour for a year, and $1.23 for three', async () => {
    const { ReservedInstancesOfferings } = await ec2().send(
      new DescribeReservedInstancesOfferingsCommand({
        InstanceType: 'p3.2xlarge',
        ProductDescription: 'Linux/UNIX',
        OfferingClass: 'standard',
        OfferingType: 'No Upfront',
        Filters: [{ Name: 'scope', Values: ['Region'] }],
      }),
    )
    expect(
      ReservedInstancesOfferings!.map(({ Duration, RecurringCharges, FixedPrice }) => [
        Duration,
        RecurringCharges![0]!.Amount!.toFixed(2),
        FixedPrice,
      ]),
    ).toEqual([
      [31_536_000, '1.84', 0],
      [94_608_000, '1.23', 0],
    ])
  })

  test('an offering is bought, changed and over at its end', async () => {
    const [offering] = (
      await ec2().send(
        new DescribeReservedInstancesOfferingsCommand({
          InstanceType: 'm5.large',
          Filters: [{ Name: 'scope', Values: ['Region'] }],
        }),
      )
    ).ReservedInstancesOfferings!
    const { ReservedInstancesId } = await ec2().send(
      new PurchaseReservedInstancesOfferingCommand({
        ReservedInstancesOfferingId: offering!.ReservedInstancesOfferingId,
        InstanceCount: 2,
      }),
    )
    const all = async () =>
      (await ec2().send(new DescribeReservedInstancesCommand({}))).ReservedInstances!
    expect(await all()).toMatchObject([
      { ReservedInstancesId, State: 'active', InstanceCount: 2, Scope: 'Region' },
    ])
    const change = (InstanceType: 'm5.xlarge', InstanceCount: number) =>
      ec2().send(
        new ModifyReservedInstancesCommand({
          ReservedInstancesIds: [ReservedInstancesId!],
          TargetConfigurations: [{ InstanceType, InstanceCount }],
        }),
      )
    expect(await refusal(change('m5.xlarge', 2))).toMatchObject({ code: 'InvalidParameterValue' })
    await change('m5.xlarge', 1)
    expect(await all()).toMatchObject([
      { State: 'retired' },
      { State: 'active', InstanceType: 'm5.xlarge', InstanceCount: 1 },
    ])
    await emulator().advance(366 * 86_400_000)
    expect((await all())[1]).toMatchObject({ State: 'retired' })
  })
})

test('dedicated hosts are allocated, shown and released', async () => {
  const { HostIds } = await ec2().send(
    new AllocateHostsCommand({
      InstanceType: 'm5.large',
      AvailabilityZone: 'us-east-1a',
      Quantity: 2,
    }),
  )
  const { Hosts } = await ec2().send(new DescribeHostsCommand({ HostIds }))
  expect(Hosts).toHaveLength(2)
  expect(Hosts![0]).toMatchObject({
    State: 'available',
    AvailabilityZone: 'us-east-1a',
    HostProperties: { InstanceType: 'm5.large', Sockets: 2 },
  })
  const released = await ec2().send(
    new ReleaseHostsCommand({ HostIds: [HostIds![0]!, 'h-0123456789abcdef0'] }),
  )
  expect(released).toMatchObject({
    Successful: [HostIds![0]],
    Unsuccessful: [{ ResourceId: 'h-0123456789abcdef0' }],
  })
})

test('types are found by what they have to have', async () => {
  const { InstanceTypes } = await ec2().send(
    new GetInstanceTypesFromInstanceRequirementsCommand({
      ArchitectureTypes: ['x86_64'],
      VirtualizationTypes: ['hvm'],
      InstanceRequirements: {
        VCpuCount: { Min: 8, Max: 8 },
        MemoryMiB: { Min: 60_000, Max: 70_000 },
        AcceleratorTypes: ['gpu'],
        AcceleratorCount: { Min: 1 },
      },
    }),
  )
  expect(InstanceTypes!.map(({ InstanceType }) => InstanceType)).toContain('p3.2xlarge')
})

describe('images', () => {
  const newImage = async () => {
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
    return ImageId!
  }
  const launch = (ImageId: string) =>
    ec2().send(
      new RunInstancesCommand({ ImageId, InstanceType: 't3.micro', MinCount: 1, MaxCount: 1 }),
    )
  const own = async (more: object = {}) =>
    (await ec2().send(new DescribeImagesCommand({ Owners: ['self'], ...more }))).Images!

  test('are protected, deprecated and disabled', async () => {
    const ImageId = await newImage()
    await ec2().send(
      new EnableImageDeregistrationProtectionCommand({ ImageId, WithCooldown: true }),
    )
    const deregister = () => ec2().send(new DeregisterImageCommand({ ImageId }))
    await expect(deregister()).rejects.toBeDefined()
    await ec2().send(new DisableImageDeregistrationProtectionCommand({ ImageId }))
    await expect(deregister()).rejects.toBeDefined()
    const DeprecateAt = new Date(Date.now() + 3_600_000)
    await ec2().send(new EnableImageDeprecationCommand({ ImageId, DeprecateAt }))
    await emulator().advance(25 * 3_600_000)
    expect((await own())[0]!.DeprecationTime).toBeDefined()
    await ec2().send(new DisableImageCommand({ ImageId }))
    expect(await own()).toEqual([])
    expect(await own({ IncludeDisabled: true })).toMatchObject([{ ImageId, State: 'disabled' }])
    expect(await refusal(launch(ImageId))).toMatchObject({ code: 'InvalidAMIID.Unavailable' })
    await deregister()
  })

  test('are shared with everyone only where that is not blocked', async () => {
    const ImageId = await newImage()
    await ec2().send(
      new EnableImageBlockPublicAccessCommand({ ImageBlockPublicAccessState: 'block-new-sharing' }),
    )
    const share = new ModifyImageAttributeCommand({
      ImageId,
      LaunchPermission: { Add: [{ Group: 'all' }] },
    })
    expect(await refusal(ec2().send(share))).toMatchObject({ code: 'OperationNotPermitted' })
  })

  test('of owners that are not allowed are not there', async () => {
    const ImageId = await newImage()
    await ec2().send(
      new ReplaceImageCriteriaInAllowedImagesSettingsCommand({
        ImageCriteria: [{ ImageProviders: ['amazon'] }],
      }),
    )
    const audit = new EnableAllowedImagesSettingsCommand({
      AllowedImagesSettingsState: 'audit-mode',
    })
    await ec2().send(audit)
    const see = new DescribeImagesCommand({ ImageIds: [courseImage] })
    expect((await ec2().send(see)).Images![0]).toMatchObject({ ImageAllowed: false })
    await ec2().send(
      new EnableAllowedImagesSettingsCommand({ AllowedImagesSettingsState: 'enabled' }),
    )
    expect(await refusal(launch(courseImage))).toMatchObject({ code: 'InvalidAMIID.NotFound' })
    await launch(ImageId)
  })
})
