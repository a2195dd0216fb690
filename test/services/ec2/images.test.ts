import {
  DescribeImagesCommand,
  DescribeInstanceTypeOfferingsCommand,
  DescribeInstanceTypesCommand,
  paginateDescribeInstanceTypes,
  type Image,
} from '@aws-sdk/client-ec2'
import { describe, expect, test } from 'vitest'
import { courseImage, refusal, useEc2 } from './support.ts'

const { ec2 } = useEc2()

const named = async (pattern: string, region = 'us-east-1', ...Owners: string[]) => {
  const { Images } = await ec2(region).send(
    new DescribeImagesCommand({ Owners, Filters: [{ Name: 'name', Values: [pattern] }] }),
  )
  return Images!
}

const newest = (images: readonly Image[]) =>
  images.toSorted((a, b) => b.CreationDate!.localeCompare(a.CreationDate!))[0]

describe('DescribeImages', () => {
  test.each([
    ['ubuntu/images/hvm-ssd/ubuntu-focal-20.04-amd64-server-*', '099720109477'],
    ['ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-amd64-server-????????', '099720109477'],
    ['ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-arm64-server-*', '099720109477'],
    ['ubuntu/images/hvm-ssd*/ubuntu-noble-24.04-amd64-server-*', '099720109477'],
    ['al2023-ami-2023.*-x86_64', 'amazon'],
    ['amzn2-ami-hvm-*-x86_64-gp2', 'amazon'],
    ['debian-12-amd64-*', '136693071363'],
    ['Windows_Server-2022-English-Full-Base-*', 'amazon'],
    ['Deep Learning AMI (Ubuntu*)*', 'amazon'],
    ['Deep Learning OSS Nvidia Driver AMI *', 'amazon'],
  ])('finds several dates of %s in every region', async (pattern, owner) => {
    const here = await named(pattern, 'us-east-1', owner)
    const there = await named(pattern, 'eu-west-1', owner)
    expect(here.length).toBeGreaterThan(1)
    expect(new Set(here.map(({ CreationDate }) => CreationDate)).size).toBe(here.length)
    expect(there.map(({ Name }) => Name)).toEqual(here.map(({ Name }) => Name))
    const ids = new Set([...here, ...there].map(({ ImageId }) => ImageId))
    expect(ids.size).toBe(here.length + there.length)
  })

  test('an image says what AWS says of it', async () => {
    const images = await named('ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-amd64-server-*')
    const image = newest(images)
    expect(image).toMatchObject({
      OwnerId: '099720109477',
      Architecture: 'x86_64',
      State: 'available',
      Public: true,
      ImageType: 'machine',
      Hypervisor: 'xen',
      VirtualizationType: 'hvm',
      RootDeviceName: '/dev/sda1',
      RootDeviceType: 'ebs',
      PlatformDetails: 'Linux/UNIX',
      UsageOperation: 'RunInstances',
      EnaSupport: true,
      BlockDeviceMappings: [
        { DeviceName: '/dev/sda1', Ebs: { VolumeSize: 8, DeleteOnTermination: true } },
      ],
    })
    expect(image!.ImageId).toMatch(/^ami-0[0-9a-f]{16}$/)
    expect(await named(image!.Name!)).toEqual([image])
  })

  test('windows images say so', async () => {
    const [image] = await named('Windows_Server-2022-English-Full-Base-*')
    expect(image).toMatchObject({
      Platform: 'windows',
      PlatformDetails: 'Windows',
      UsageOperation: 'RunInstances:0002',
    })
  })

  test('owners are numbers, aliases, or oneself', async () => {
    const count = async (...Owners: string[]) =>
      (await ec2().send(new DescribeImagesCommand({ Owners }))).Images!.length
    expect(await count('self')).toBe(0)
    expect(await count('099720109477')).toBeGreaterThan(10)
    expect(await count('099720109477', 'amazon')).toBe(
      (await count('099720109477')) + (await count('amazon')),
    )
    const { Images } = await ec2().send(new DescribeImagesCommand({ Owners: ['amazon'] }))
    expect(new Set(Images!.map(({ ImageOwnerAlias }) => ImageOwnerAlias))).toEqual(
      new Set(['amazon']),
    )
  })

  test('nothing is shared with the account, all is public', async () => {
    const count = async (...ExecutableUsers: string[]) =>
      (await ec2().send(new DescribeImagesCommand({ ExecutableUsers }))).Images!.length
    expect(await count('self')).toBe(0)
    expect(await count('all')).toBeGreaterThan(50)
  })

  test("the course's image is in us-east-1 only", async () => {
    const describeIt = (region: string) =>
      ec2(region).send(new DescribeImagesCommand({ ImageIds: [courseImage] }))
    expect((await describeIt('us-east-1')).Images).toHaveLength(1)
    expect(await refusal(describeIt('us-west-2'))).toEqual({
      code: 'InvalidAMIID.NotFound',
      message: `The image id '[${courseImage}]' does not exist`,
      status: 400,
    })
  })

  test('a malformed id is told', async () => {
    const call = ec2().send(new DescribeImagesCommand({ ImageIds: ['ubuntu'] }))
    expect(await refusal(call)).toMatchObject({
      code: 'InvalidAMIID.Malformed',
      message: 'Invalid id: "ubuntu" (expecting "ami-...")',
    })
  })
})

describe('DescribeInstanceTypes', () => {
  const info = async (...InstanceTypes: string[]) =>
    (await ec2().send(new DescribeInstanceTypesCommand({ InstanceTypes: InstanceTypes as never })))
      .InstanceTypes!

  test('tells cores, memory, network and disks', async () => {
    expect(await info('m5d.4xlarge')).toMatchObject([
      {
        InstanceType: 'm5d.4xlarge',
        VCpuInfo: { DefaultVCpus: 16, DefaultCores: 8, DefaultThreadsPerCore: 2 },
        MemoryInfo: { SizeInMiB: 65_536 },
        ProcessorInfo: { SupportedArchitectures: ['x86_64'], SustainedClockSpeedInGhz: 3.1 },
        Hypervisor: 'nitro',
        InstanceStorageSupported: true,
        InstanceStorageInfo: {
          TotalSizeInGB: 600,
          Disks: [{ Count: 2, SizeInGB: 300, Type: 'ssd' }],
        },
        NetworkInfo: { MaximumNetworkInterfaces: 8, Ipv4AddressesPerInterface: 30 },
        EbsInfo: { EbsOptimizedInfo: { BaselineIops: 18_750, BaselineBandwidthInMbps: 4750 } },
        BurstablePerformanceSupported: false,
        BareMetal: false,
      },
    ])
  })

  test('tells GPUs and AWS accelerators', async () => {
    const [p4d, inf2, trn1, t2] = await info(
      'p4d.24xlarge',
      'inf2.24xlarge',
      'trn1.2xlarge',
      't2.micro',
    )
    expect(p4d!.GpuInfo).toEqual({
      Gpus: [{ Name: 'A100', Manufacturer: 'NVIDIA', Count: 8, MemoryInfo: { SizeInMiB: 40_960 } }],
      TotalGpuMemoryInMiB: 327_680,
    })
    expect(inf2).toMatchObject({
      InferenceAcceleratorInfo: { Accelerators: [{ Name: 'Inferentia2', Count: 6 }] },
      NeuronInfo: { NeuronDevices: [{ Count: 6, CoreInfo: { Count: 2, Version: 2 } }] },
    })
    expect(trn1!.NeuronInfo?.NeuronDevices).toHaveLength(1)
    expect(trn1!.InferenceAcceleratorInfo).toBeUndefined()
    expect(t2).toMatchObject({ FreeTierEligible: false, BurstablePerformanceSupported: true })
    expect(t2!.GpuInfo).toBeUndefined()
  })

  test('pages are of a hundred at most, and all types come', async () => {
    const sizes: number[] = []
    for await (const page of paginateDescribeInstanceTypes({ client: ec2() }, {})) {
      sizes.push(page.InstanceTypes!.length)
    }
    expect(sizes).toEqual([100, 100, 100, 100, 61])
  })

  test('filters by any of its attributes', async () => {
    const { InstanceTypes } = await ec2().send(
      new DescribeInstanceTypesCommand({
        Filters: [
          { Name: 'instance-type', Values: ['g5.*'] },
          { Name: 'vcpu-info.default-vcpus', Values: ['4', '8'] },
          { Name: 'supported-usage-class', Values: ['spot'] },
        ],
      }),
    )
    expect(InstanceTypes!.map(({ InstanceType }) => InstanceType)).toEqual([
      'g5.xlarge',
      'g5.2xlarge',
    ])
  })

  test('a type that does not exist is named', async () => {
    expect(await refusal(info('t2.micro', 't99.micro'))).toEqual({
      code: 'InvalidInstanceType',
      message: 'The following supplied instance types do not exist: [t99.micro]',
      status: 400,
    })
  })
})

describe('DescribeInstanceTypeOfferings', () => {
  const zones = async (type: string) => {
    const { InstanceTypeOfferings } = await ec2().send(
      new DescribeInstanceTypeOfferingsCommand({
        LocationType: 'availability-zone',
        Filters: [{ Name: 'instance-type', Values: [type] }],
      }),
    )
    return InstanceTypeOfferings!.map(({ Location }) => Location!.at(-1)).join('')
  }

  test('the old zone of us-east-1 does not have the new types', async () => {
    expect(await zones('t3.micro')).toBe('abcdf')
    expect(await zones('t2.micro')).toBe('abcdef')
  })
})
