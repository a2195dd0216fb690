import {
  CreateKeyPairCommand,
  CreateSecurityGroupCommand,
  CreateVpcCommand,
  CreateSubnetCommand,
  DescribeInstancesCommand,
  type Instance,
} from '@aws-sdk/client-ec2'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../support/emulator.ts'
import { ask, askEndpoint, instancesOf, makeRole, session } from './support.ts'

const script = '#!/bin/bash\necho "caf\u{e9}"\n'
const userData = Buffer.concat([Buffer.from(script), Buffer.from([0, 255, 254])])

let emulator: TestEmulator
let instances: ReturnType<typeof instancesOf>
/** One with everything, and one with nothing that needn't be. */
let full: { instance: Instance; url: string }
let bare: { instance: Instance; url: string }

async function described(InstanceId: string) {
  const { Reservations } = await instances.ec2.send(
    new DescribeInstancesCommand({ InstanceIds: [InstanceId] }),
  )
  const { url } = (await askEndpoint(emulator, InstanceId)).body
  return { instance: Reservations![0]!.Instances![0]!, url }
}

beforeAll(async () => {
  emulator = await startTestEmulator()
  instances = instancesOf(emulator)
  const { ec2, launch } = instances
  await makeRole(emulator, 'worker')
  await ec2.send(new CreateKeyPairCommand({ KeyName: 'mine', KeyType: 'ed25519' }))
  const group = await ec2.send(
    new CreateSecurityGroupCommand({ GroupName: 'web', Description: 'for the web' }),
  )
  full = await described(
    await launch({
      KeyName: 'mine',
      IamInstanceProfile: { Name: 'worker' },
      UserData: userData.toString('base64'),
      SecurityGroupIds: [group.GroupId!],
      Monitoring: { Enabled: true },
      MetadataOptions: { InstanceMetadataTags: 'enabled' },
      TagSpecifications: [
        {
          ResourceType: 'instance',
          Tags: [
            { Key: 'Name', Value: 'one' },
            { Key: 'team:cost-centre', Value: 'x=y' },
          ],
        },
      ],
      BlockDeviceMappings: [
        { DeviceName: '/dev/sdg', Ebs: { VolumeSize: 2 } },
        { DeviceName: '/dev/sdf', Ebs: { VolumeSize: 1 } },
      ],
    }),
  )
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }))
  const VpcId = Vpc!.VpcId!
  const subnet = { VpcId, CidrBlock: '10.0.1.0/24' }
  const { Subnet } = await ec2.send(new CreateSubnetCommand(subnet))
  bare = await described(await launch({ SubnetId: Subnet!.SubnetId! }))
})
afterAll(() => emulator.close())

const of = async ({ url }: { url: string }, path: string) => (await ask(url, path)).text
const meta = (one: { url: string }, path: string) => of(one, `/latest/meta-data/${path}`)

test('listings name what there is, directories with a slash', async () => {
  expect((await meta(full, '')).split('\n')).toEqual([
    'ami-id',
    'ami-launch-index',
    'ami-manifest-path',
    'block-device-mapping/',
    'events/',
    'hibernation/',
    'hostname',
    'iam/',
    'identity-credentials/',
    'instance-action',
    'instance-id',
    'instance-life-cycle',
    'instance-type',
    'local-hostname',
    'local-ipv4',
    'mac',
    'metrics/',
    'network/',
    'placement/',
    'profile',
    'public-hostname',
    'public-ipv4',
    'public-keys/',
    'reservation-id',
    'security-groups',
    'services/',
    'system',
    'tags/',
  ])
  const names = (await meta(bare, '')).split('\n')
  for (const absent of ['iam/', 'public-ipv4', 'public-hostname', 'public-keys/', 'tags/']) {
    expect(names).not.toContain(absent)
    expect((await ask(bare.url, `/latest/meta-data/${absent}`)).status).toBe(404)
  }
})

test.each(['/latest/meta-data', '/latest/meta-data/iam', '/latest/dynamic/instance-identity'])(
  '%s is the same with a slash at its end',
  async (path) => {
    const [without, withSlash] = [await ask(full.url, path), await ask(full.url, `${path}/`)]
    expect([without.status, withSlash.status]).toEqual([200, 200])
    expect(without.text).toBe(withSlash.text)
    expect(without.text).not.toMatch(/\n$/)
  },
)

test('the versions are listed, and each of them answers', async () => {
  const versions = (await of(full, '/')).split('\n')
  expect(versions).toEqual(expect.arrayContaining(['1.0', '2021-07-15', 'latest']))
  for (const version of versions) {
    expect(await of(full, `/${version}/meta-data/instance-id`)).toBe(full.instance.InstanceId)
  }
  expect((await ask(full.url, '/2021-07-16/meta-data/instance-id')).status).toBe(404)
  expect(await of(full, '/latest')).toBe('dynamic\nmeta-data\nuser-data')
  expect(await of(bare, '/latest/')).toBe('dynamic\nmeta-data')
})

test('what DescribeInstances says of an instance is what the instance reads of itself', async () => {
  const { instance } = full
  const read = async (...paths: string[]) => Promise.all(paths.map((path) => meta(full, path)))
  expect(
    await read('ami-id', 'ami-launch-index', 'instance-type', 'local-ipv4', 'local-hostname'),
  ).toEqual([instance.ImageId, '0', 't3.micro', instance.PrivateIpAddress, instance.PrivateDnsName])
  expect(await read('public-ipv4', 'public-hostname', 'security-groups', 'system')).toEqual([
    instance.PublicIpAddress,
    instance.PublicDnsName,
    'web',
    'nitro',
  ])
  expect(
    await read('placement/availability-zone', 'placement/availability-zone-id', 'placement/region'),
  ).toEqual([
    instance.Placement!.AvailabilityZone,
    instance.Placement!.AvailabilityZoneId,
    'us-east-1',
  ])
  expect(await read('hostname', 'instance-life-cycle', 'instance-action', 'profile')).toEqual([
    instance.PrivateDnsName,
    'on-demand',
    'none',
    'default-hvm',
  ])
  expect(await read('services/domain', 'services/partition')).toEqual(['amazonaws.com', 'aws'])
})

test('block devices: the root by its name, the others in order and without /dev/', async () => {
  const path = 'block-device-mapping/'
  expect(await meta(full, path)).toBe('ami\nebs1\nebs2\nroot')
  const names = await Promise.all(
    ['ami', 'ebs1', 'ebs2', 'root'].map((name) => meta(full, path + name)),
  )
  const root = full.instance.RootDeviceName
  expect(names).toEqual([root, 'sdf', 'sdg', root])
})

describe('network/interfaces/macs', () => {
  test('has every interface under its address', async () => {
    const one = full.instance.NetworkInterfaces![0]!
    const path = 'network/interfaces/macs/'
    expect(await meta(full, path)).toBe(`${one.MacAddress}/`)
    expect(await meta(full, 'mac')).toBe(one.MacAddress)
    const read = async (name: string) => meta(full, `${path}${one.MacAddress}/${name}`)
    expect(await read('interface-id')).toBe(one.NetworkInterfaceId)
    expect(await read('device-number')).toBe('0')
    expect(await read('owner-id')).toBe('123456789012')
    expect(await read('security-group-ids')).toBe(one.Groups![0]!.GroupId)
    expect(await read('subnet-id')).toBe(one.SubnetId)
    expect(await read('vpc-ipv4-cidr-block')).toBe('172.31.0.0/16')
    expect(await read('subnet-ipv4-cidr-block')).toMatch(/^172\.31\.\d+\.0\/20$/)
    expect(await read(`ipv4-associations/${full.instance.PublicIpAddress}`)).toBe(
      one.PrivateIpAddress,
    )
  })

  test('says nothing of a public address that there is not', async () => {
    const { MacAddress } = bare.instance.NetworkInterfaces![0]!
    const path = `network/interfaces/macs/${MacAddress}/`
    const names = (await meta(bare, path)).split('\n')
    expect(names).not.toContain('public-ipv4s')
    expect(names).not.toContain('ipv4-associations/')
    expect(await meta(bare, `${path}vpc-ipv4-cidr-blocks`)).toBe('10.0.0.0/16')
  })
})

test('public keys are numbered and named', async () => {
  expect(await meta(full, 'public-keys/')).toBe('0=mine')
  expect(await meta(full, 'public-keys/0/')).toBe('openssh-key')
  expect(await meta(full, 'public-keys/0/openssh-key')).toMatch(/^ssh-ed25519 \S+ mine$/)
})

test('tags are there when the instance was told to show them', async () => {
  expect(await meta(full, 'tags/instance')).toBe('Name\nteam:cost-centre')
  expect(await meta(full, 'tags/instance/team%3Acost-centre')).toBe('x=y')
  expect((await ask(full.url, '/latest/meta-data/tags/instance/constructor')).status).toBe(404)
})

test('user data comes byte for byte, and is not found where there is none', async () => {
  const response = await fetch(`${full.url}/latest/user-data`)
  expect(response.headers.get('content-type')).toBe('application/octet-stream')
  expect(Buffer.from(await response.arrayBuffer())).toEqual(userData)
  expect((await ask(bare.url, '/latest/user-data')).status).toBe(404)
})

test('nothing is interrupted, and nothing is planned', async () => {
  for (const path of [
    'spot/instance-action',
    'spot/termination-time',
    'autoscaling/target-lifecycle-state',
    'events/recommendations/rebalance',
  ]) {
    expect((await ask(full.url, `/latest/meta-data/${path}`)).status).toBe(404)
  }
  expect(await meta(full, 'events/maintenance/')).toBe('history\nscheduled')
  expect(await meta(full, 'events/maintenance/scheduled')).toBe('[]')
  expect(await of(full, '/latest/dynamic/fws/instance-monitoring')).toBe('enabled')
  expect(await of(bare, '/latest/dynamic/fws/instance-monitoring')).toBe('disabled')
})

test('answers bear the headers of the real service', async () => {
  const { headers } = await ask(full.url, '/latest/meta-data/instance-id')
  expect(headers.get('server')).toBe('EC2ws')
  expect(headers.get('content-type')).toBe('text/plain')
  expect(headers.get('accept-ranges')).toBe('none')
  expect(headers.get('content-length')).toBe('19')
  expect(headers.get('x-aws-ec2-metadata-token-ttl-seconds')).toBeNull()
  const withToken = await ask(full.url, '/latest/meta-data/instance-id', await session(full.url))
  expect(Number(withToken.headers.get('x-aws-ec2-metadata-token-ttl-seconds'))).toBeGreaterThan(
    21_590,
  )
})

test('what is not there is a page that says so', async () => {
  for (const path of [
    '/latest/meta-data/nothing',
    '/latest/meta-data/ami-id/deeper',
    '/%ff',
    '/latest/meta-data/__proto__',
  ]) {
    const { status, text, headers } = await ask(full.url, path)
    expect([path, status]).toEqual([path, 404])
    expect(headers.get('content-type')).toBe('text/html')
    expect(text).toContain('<title>404 - Not Found</title>')
    expect(text).toContain('XHTML 1.0 Transitional')
  }
})

test('only reading is allowed', async () => {
  for (const method of ['POST', 'DELETE', 'PUT']) {
    expect((await ask(full.url, '/latest/meta-data/ami-id', {}, method)).status).toBe(405)
  }
  const head = await ask(full.url, '/latest/meta-data/instance-id', {}, 'HEAD')
  expect([head.status, head.text, head.headers.get('content-length')]).toEqual([200, '', '19'])
})
