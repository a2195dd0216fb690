import {
  CreateKeyPairCommand,
  CreateSecurityGroupCommand,
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSubnetsCommand,
  DescribeVolumesCommand,
  RunInstancesCommand,
  TerminateInstancesCommand,
  type RunInstancesCommandInput,
} from '@aws-sdk/client-ec2'
import { beforeAll, describe, expect, test } from 'vitest'
import { courseImage, refusal, useEc2 } from './support.ts'

const { ec2 } = useEc2()

const launch = (input: Partial<RunInstancesCommandInput> = {}) =>
  ec2().send(
    new RunInstancesCommand({
      ImageId: courseImage,
      InstanceType: 't2.micro',
      MinCount: 1,
      MaxCount: 1,
      ...input,
    }),
  )
const look = async (id: string | undefined) =>
  (await ec2().send(new DescribeInstancesCommand({ InstanceIds: [id!] }))).Reservations![0]!
    .Instances![0]!
const subnetIn = async (zone: string) =>
  (
    await ec2().send(
      new DescribeSubnetsCommand({ Filters: [{ Name: 'availability-zone', Values: [zone] }] }),
    )
  ).Subnets![0]!

beforeAll(async () => {
  await ec2().send(new CreateKeyPairCommand({ KeyName: 'mine', KeyType: 'ed25519' }))
})

describe('RunInstances', () => {
  test('answers with a pending instance, which runs at the next look', async () => {
    const reservation = await launch({ KeyName: 'mine' })
    expect(reservation).toMatchObject({
      ReservationId: expect.stringMatching(/^r-0[0-9a-f]{16}$/),
      OwnerId: '123456789012',
      Groups: [],
    })
    const [instance] = reservation.Instances!
    expect(instance).toMatchObject({
      InstanceId: expect.stringMatching(/^i-0[0-9a-f]{16}$/),
      State: { Code: 0, Name: 'pending' },
      StateReason: { Code: 'pending', Message: 'pending' },
      StateTransitionReason: '',
      PublicDnsName: '',
      BlockDeviceMappings: [],
      AmiLaunchIndex: 0,
      KeyName: 'mine',
      Monitoring: { State: 'disabled' },
      MetadataOptions: { State: 'pending' },
    })
    expect(instance!.PublicIpAddress).toBeUndefined()

    const running = await look(instance!.InstanceId)
    expect(running).toMatchObject({
      State: { Code: 16, Name: 'running' },
      Architecture: 'x86_64',
      Hypervisor: 'xen',
      VirtualizationType: 'hvm',
      RootDeviceName: '/dev/sda1',
      RootDeviceType: 'ebs',
      PlatformDetails: 'Linux/UNIX',
      UsageOperation: 'RunInstances',
      EbsOptimized: false,
      EnaSupport: true,
      SourceDestCheck: true,
      CpuOptions: { CoreCount: 1, ThreadsPerCore: 1 },
      CurrentInstanceBootMode: 'legacy-bios',
      HibernationOptions: { Configured: false },
      MaintenanceOptions: { AutoRecovery: 'default' },
      MetadataOptions: {
        State: 'applied',
        HttpTokens: 'optional',
        HttpPutResponseHopLimit: 1,
        HttpEndpoint: 'enabled',
      },
      Placement: { Tenancy: 'default', GroupName: '' },
      ProductCodes: [],
      SecurityGroups: [{ GroupName: 'default' }],
      BlockDeviceMappings: [
        {
          DeviceName: '/dev/sda1',
          Ebs: { Status: 'attached', DeleteOnTermination: true },
        },
      ],
      NetworkInterfaces: [
        {
          Status: 'in-use',
          Attachment: { DeviceIndex: 0, Status: 'attached', DeleteOnTermination: true },
        },
      ],
    })
    expect(running.StateReason).toBeUndefined()
    expect(running.PublicIpAddress).toMatch(/^\d+\.\d+\.\d+\.\d+$/)
    expect(running.PublicDnsName).toBe(
      `ec2-${running.PublicIpAddress!.replaceAll('.', '-')}.compute-1.amazonaws.com`,
    )
    expect(running.PrivateDnsName).toBe(
      `ip-${running.PrivateIpAddress!.replaceAll('.', '-')}.ec2.internal`,
    )
  })

  test('makes a volume and an interface that their own describes show', async () => {
    const { Instances } = await launch()
    const instance = await look(Instances![0]!.InstanceId)
    const { Volumes } = await ec2().send(
      new DescribeVolumesCommand({
        Filters: [{ Name: 'attachment.instance-id', Values: [instance.InstanceId!] }],
      }),
    )
    expect(Volumes).toMatchObject([
      {
        VolumeId: instance.BlockDeviceMappings![0]!.Ebs!.VolumeId,
        State: 'in-use',
        Size: 8,
        VolumeType: 'gp2',
        Iops: 100,
        AvailabilityZone: instance.Placement!.AvailabilityZone,
        Encrypted: false,
        SnapshotId: expect.stringMatching(/^snap-/),
        Attachments: [{ Device: '/dev/sda1', InstanceId: instance.InstanceId, State: 'attached' }],
      },
    ])
    const { NetworkInterfaces } = await ec2().send(
      new DescribeNetworkInterfacesCommand({
        Filters: [{ Name: 'attachment.instance-id', Values: [instance.InstanceId!] }],
      }),
    )
    expect(NetworkInterfaces).toMatchObject([
      {
        NetworkInterfaceId: instance.NetworkInterfaces![0]!.NetworkInterfaceId,
        Status: 'in-use',
        PrivateIpAddress: instance.PrivateIpAddress,
        Association: { PublicIp: instance.PublicIpAddress, IpOwnerId: 'amazon' },
        Groups: [{ GroupName: 'default' }],
        MacAddress: expect.stringMatching(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/),
      },
    ])
  })

  test('gives each instance an address of the subnet that nobody else has', async () => {
    const subnet = await subnetIn('us-east-1c')
    const { Instances } = await launch({ SubnetId: subnet.SubnetId, MinCount: 40, MaxCount: 40 })
    const addresses = Instances!.map(({ PrivateIpAddress }) => PrivateIpAddress!)
    expect(new Set(addresses).size).toBe(40)
    const third = Number(subnet.CidrBlock!.split('.')[2])
    for (const address of addresses) {
      const [a, b, c, d] = address.split('.').map(Number)
      expect([a, b]).toEqual([172, 31])
      expect(c).toBeGreaterThanOrEqual(third)
      expect(c).toBeLessThan(third + 16)
      if (c === third) expect(d).toBeGreaterThanOrEqual(4)
    }
    expect(Instances!.map(({ AmiLaunchIndex }) => AmiLaunchIndex)).toEqual(
      Array.from({ length: 40 }, (_, at) => at),
    )
    expect((await subnetIn('us-east-1c')).AvailableIpAddressCount).toBe(
      subnet.AvailableIpAddressCount! - 40,
    )
  })

  test('takes groups by id and by name', async () => {
    const { GroupId } = await ec2().send(
      new CreateSecurityGroupCommand({ GroupName: 'web', Description: 'web' }),
    )
    for (const input of [{ SecurityGroups: ['web'] }, { SecurityGroupIds: [GroupId!] }]) {
      const { Instances } = await launch(input)
      expect(Instances![0]!.SecurityGroups).toEqual([{ GroupId, GroupName: 'web' }])
    }
  })

  test('tags instances, volumes and interfaces', async () => {
    const { Instances } = await launch({
      TagSpecifications: (['instance', 'volume', 'network-interface'] as const).map(
        (ResourceType) => ({ ResourceType, Tags: [{ Key: 'kind', Value: ResourceType }] }),
      ),
    })
    expect(Instances![0]!.Tags).toEqual([{ Key: 'kind', Value: 'instance' }])
    const Filters = [{ Name: 'tag:kind', Values: ['volume', 'network-interface'] }]
    expect((await ec2().send(new DescribeVolumesCommand({ Filters }))).Volumes).toHaveLength(1)
    expect(
      (await ec2().send(new DescribeNetworkInterfacesCommand({ Filters }))).NetworkInterfaces,
    ).toHaveLength(1)
  })

  test('changes the root volume and adds others', async () => {
    const { Instances } = await launch({
      BlockDeviceMappings: [
        { DeviceName: '/dev/sda1', Ebs: { VolumeSize: 30, VolumeType: 'gp3' } },
        { DeviceName: '/dev/sdf', Ebs: { VolumeSize: 100, DeleteOnTermination: false } },
      ],
    })
    const { Volumes } = await ec2().send(
      new DescribeVolumesCommand({
        Filters: [{ Name: 'attachment.instance-id', Values: [Instances![0]!.InstanceId!] }],
      }),
    )
    expect(Volumes).toMatchObject([
      { Size: 30, VolumeType: 'gp3', Iops: 3000, Throughput: 125 },
      { Size: 100, VolumeType: 'gp2', Iops: 300, Attachments: [{ DeleteOnTermination: false }] },
    ])
  })

  test('places interfaces as they are specified', async () => {
    const subnet = await subnetIn('us-east-1b')
    const PrivateIpAddress = subnet.CidrBlock!.replace('.0/20', '.77')
    const { Instances } = await launch({
      InstanceType: 'm5.large',
      NetworkInterfaces: [
        {
          DeviceIndex: 0,
          SubnetId: subnet.SubnetId,
          PrivateIpAddress,
          AssociatePublicIpAddress: false,
          SecondaryPrivateIpAddressCount: 2,
          Description: 'first',
        },
      ],
    })
    const instance = await look(Instances![0]!.InstanceId)
    expect(instance).toMatchObject({ PrivateIpAddress, PublicDnsName: '' })
    expect(instance.PublicIpAddress).toBeUndefined()
    expect(instance.NetworkInterfaces![0]!.PrivateIpAddresses).toHaveLength(3)
    const again = launch({ SubnetId: subnet.SubnetId, PrivateIpAddress })
    expect(await refusal(again)).toEqual({
      code: 'InvalidIPAddress.InUse',
      message: `Address ${PrivateIpAddress} is in use.`,
      status: 400,
    })
  })

  test('an image that asks for tokens has them required', async () => {
    const { Images } = await ec2().send(
      new DescribeImagesCommand({
        Filters: [{ Name: 'name', Values: ['al2023-ami-2023*-arm64'] }],
      }),
    )
    const { Instances } = await launch({
      ImageId: Images![0]!.ImageId,
      InstanceType: 't4g.small',
      MetadataOptions: { InstanceMetadataTags: 'enabled' },
    })
    expect(Instances![0]).toMatchObject({
      Architecture: 'arm64',
      CurrentInstanceBootMode: 'uefi',
      MetadataOptions: {
        HttpTokens: 'required',
        HttpPutResponseHopLimit: 2,
        InstanceMetadataTags: 'enabled',
      },
    })
  })

  test('a client token makes one launch of two calls', async () => {
    const ClientToken = 'once'
    const first = await launch({ ClientToken, MinCount: 2, MaxCount: 2 })
    const second = await launch({ ClientToken, MinCount: 2, MaxCount: 2 })
    expect(second.ReservationId).toBe(first.ReservationId)
    expect(second.Instances!.map(({ InstanceId }) => InstanceId)).toEqual(
      first.Instances!.map(({ InstanceId }) => InstanceId),
    )
    expect(await refusal(launch({ ClientToken, InstanceType: 't2.small' }))).toMatchObject({
      code: 'IdempotentParameterMismatch',
      status: 400,
    })
  })

  test.each([
    [{ ImageId: undefined }, 'MissingParameter', 'The request must contain the parameter ImageId'],
    [
      { ImageId: 'ami-0123456789abcdef0' },
      'InvalidAMIID.NotFound',
      "The image id '[ami-0123456789abcdef0]' does not exist",
    ],
    [{ ImageId: 'ubuntu' }, 'InvalidAMIID.Malformed', 'Invalid id: "ubuntu" (expecting "ami-...")'],
    [
      { InstanceType: 't9.huge' as never },
      'InvalidParameterValue',
      "Invalid value 't9.huge' for InstanceType.",
    ],
    [
      { InstanceType: undefined },
      'InvalidParameterCombination',
      /'hvm' are currently not supported/,
    ],
    [
      { InstanceType: 't4g.micro' },
      'InvalidParameterValue',
      /^The architecture 'arm64' of the specified instance type does not match the architecture 'x86_64' of the specified AMI\./,
    ],
    [{ KeyName: 'lost' }, 'InvalidKeyPair.NotFound', "The key pair 'lost' does not exist"],
    [
      { SecurityGroups: ['nobody'] },
      'InvalidGroup.NotFound',
      /'nobody' does not exist in default VPC/,
    ],
    [
      { SecurityGroupIds: ['sg-0123456789abcdef0'] },
      'InvalidGroup.NotFound',
      "The security group 'sg-0123456789abcdef0' does not exist",
    ],
    [
      { SubnetId: 'subnet-0123456789abcdef0' },
      'InvalidSubnetID.NotFound',
      "The subnet ID 'subnet-0123456789abcdef0' does not exist",
    ],
    [
      { Placement: { AvailabilityZone: 'us-east-1z' } },
      'InvalidParameterValue',
      'Invalid availability zone: [us-east-1z]',
    ],
    [
      { InstanceType: 't3.micro', Placement: { AvailabilityZone: 'us-east-1e' } },
      'Unsupported',
      /not supported in your requested Availability Zone \(us-east-1e\)/,
    ],
    [{ MinCount: 2, MaxCount: 1 }, 'InvalidParameterCombination', /maxCount/],
    [{ MinCount: 0 }, 'InvalidParameterValue', /minCount/],
    [{ UserData: 'not base64!' }, 'InvalidParameterValue', 'Invalid BASE64 encoding of user data.'],
    [
      { UserData: Buffer.alloc(16_385).toString('base64') },
      'InvalidParameterValue',
      'User data is limited to 16384 bytes',
    ],
    [
      { BlockDeviceMappings: [{ DeviceName: '/dev/sda1', Ebs: { VolumeSize: 4 } }] },
      'InvalidBlockDeviceMapping',
      /Volume of size 4GB is smaller than snapshot 'snap-\w+', expect size >= 8GB/,
    ],
    [
      { TagSpecifications: [{ ResourceType: 'vpc', Tags: [{ Key: 'a', Value: 'b' }] }] },
      'InvalidParameterValue',
      "'vpc' is not a valid taggable resource type for this operation.",
    ],
    [
      { TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'aws:a', Value: 'b' }] }] },
      'InvalidParameterValue',
      /reserved for internal use/,
    ],
    [
      { NetworkInterfaces: [{ DeviceIndex: 0 }, { DeviceIndex: 1 }, { DeviceIndex: 2 }] },
      'AttachmentLimitExceeded',
      'Interface count 3 exceeds the limit for t2.micro',
    ],
    [
      { NetworkInterfaces: [{ DeviceIndex: 0 }, { DeviceIndex: 0 }] },
      'InvalidParameterValue',
      'Each network interface requires a unique device index.',
    ],
    [
      { NetworkInterfaces: [{ DeviceIndex: 0, SecondaryPrivateIpAddressCount: 2 }] },
      'PrivateIpAddressLimitExceeded',
      /3 addresses for t2.micro/,
    ],
    [
      { IamInstanceProfile: { Name: 'nobody' } },
      'InvalidParameterValue',
      'Value (nobody) for parameter iamInstanceProfile.name is invalid. Invalid IAM Instance Profile name',
    ],
    [
      { NetworkInterfaces: [{ DeviceIndex: 0 }], SecurityGroups: ['default'] },
      'InvalidParameterCombination',
      /instance-level security groups/,
    ],
  ] as [Partial<RunInstancesCommandInput>, string, string | RegExp][])(
    'refuses %j',
    async (input, code, message) => {
      const before = await ec2().send(new DescribeInstancesCommand({}))
      const error = await refusal(launch(input))
      expect(error).toMatchObject({ code, status: 400 })
      expect(error.message).toMatch(message)
      const after = await ec2().send(new DescribeInstancesCommand({}))
      expect(after.Reservations).toHaveLength(before.Reservations!.length)
    },
  )

  test('launches as many as there is room for, but not fewer than the least', async () => {
    const subnet = await subnetIn('us-east-1f')
    const room = subnet.AvailableIpAddressCount!
    const SubnetId = subnet.SubnetId
    expect(await refusal(launch({ SubnetId, MinCount: room + 1, MaxCount: room + 1 }))).toEqual({
      code: 'InsufficientFreeAddressesInSubnet',
      message: `There are not enough free addresses in subnet '${SubnetId}' to satisfy the requested number of instances.`,
      status: 400,
    })
    const { Instances } = await launch({ SubnetId, MinCount: 1, MaxCount: room + 1 })
    expect(Instances).toHaveLength(room)
    expect((await subnetIn('us-east-1f')).AvailableIpAddressCount).toBe(0)
    await ec2().send(
      new TerminateInstancesCommand({ InstanceIds: Instances!.map((one) => one.InstanceId!) }),
    )
    expect((await subnetIn('us-east-1f')).AvailableIpAddressCount).toBe(room)
  })
})
