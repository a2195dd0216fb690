import {
  AuthorizeSecurityGroupIngressCommand,
  CreateKeyPairCommand,
  CreateSecurityGroupCommand,
  DescribeImagesCommand,
  EC2Client,
  RunInstancesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  waitUntilInstanceRunning,
  waitUntilInstanceStopped,
} from '@aws-sdk/client-ec2'
import type { IpPermission } from '@aws-sdk/client-ec2'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { findLab } from '../../checker/catalogue.ts'
import { grade } from '../../checker/grade.ts'
import type { TestEmulator } from '../support/emulator.ts'
import { startTestEmulator } from '../support/emulator.ts'

// What the wrong answers leave out: the rarer ways to go astray, by the SDK, which is quicker than the CLI.

let emulator: TestEmulator
let ec2: EC2Client
beforeAll(async () => {
  emulator = await startTestEmulator()
  ec2 = emulator.client(EC2Client)
})
beforeEach(() => emulator.reset())
afterAll(() => emulator.close())

/** The report of one condition, `task/condition`. */
async function look(path: string) {
  const [task, id] = path.split('/')
  const lab = findLab('first-instance')!
  const report = await grade(lab, { endpoint: emulator.url, since: { sequence: 0 }, task: task! })
  return report.tasks[0]!.conditions.find((condition) => condition.id === id)!
}

async function makeGroup(...rules: IpPermission[]): Promise<void> {
  const { GroupId } = await ec2.send(
    new CreateSecurityGroupCommand({ GroupName: 'first-ssh', Description: 'test' }),
  )
  for (const rule of rules) {
    await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [rule] }))
  }
}

async function launch(client = ec2): Promise<string> {
  const { Images } = await client.send(new DescribeImagesCommand({ Owners: ['amazon'] }))
  const { Instances } = await client.send(
    new RunInstancesCommand({
      ImageId: Images!.find(({ Architecture }) => Architecture === 'x86_64')!.ImageId,
      InstanceType: 't2.micro',
      MinCount: 1,
      MaxCount: 1,
    }),
  )
  return Instances![0]!.InstanceId!
}

const ssh = { IpProtocol: 'tcp', FromPort: 22, ToPort: 22 }
const oneAddress = [{ CidrIp: '203.0.113.7/32' }]

describe('the security group', () => {
  it.each([
    ['no rule', [], 'admits nobody to TCP port 22'],
    [
      'another port',
      [{ ...ssh, FromPort: 80, ToPort: 80, IpRanges: oneAddress }],
      'admits nobody to TCP port 22',
    ],
    ['UDP', [{ ...ssh, IpProtocol: 'udp', IpRanges: oneAddress }], 'admits nobody to TCP port 22'],
    [
      'everybody by IPv6',
      [{ ...ssh, Ipv6Ranges: [{ CidrIpv6: '::/0' }] }],
      'from ::/0: that is the whole internet',
    ],
    [
      'all traffic',
      [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
      'from 0.0.0.0/0: that is the whole internet',
    ],
    [
      'a range of ports',
      [{ ...ssh, FromPort: 20, ToPort: 30, IpRanges: [{ CidrIp: '10.0.0.0/8' }] }],
      'a network of 16777216 addresses',
    ],
    [
      'two addresses',
      [
        { ...ssh, IpRanges: oneAddress },
        { ...ssh, IpRanges: [{ CidrIp: '203.0.113.8/32' }] },
      ],
      'from 2 addresses, 203.0.113.7/32 and 203.0.113.8/32',
    ],
  ])('with %s is told apart', async (_, rules, message) => {
    await makeGroup(...rules)
    expect((await look('security-group/one-address')).message).toContain(message)
  })

  it('names the call that opened it', async () => {
    await makeGroup({ ...ssh, IpRanges: [{ CidrIp: '0.0.0.0/0' }] })
    const { call } = await look('security-group/one-address')
    expect(call).toMatchObject({ service: 'ec2', operation: 'AuthorizeSecurityGroupIngress' })
  })

  it('may admit other ports besides, and one address by IPv6', async () => {
    await makeGroup(
      { ...ssh, Ipv6Ranges: [{ CidrIpv6: '2001:db8::7/128' }] },
      { ...ssh, FromPort: 443, ToPort: 443, IpRanges: [{ CidrIp: '0.0.0.0/0' }] },
    )
    expect((await look('security-group/one-address')).state).toBe('passed')
  })

  it('by another name is named', async () => {
    await ec2.send(new CreateSecurityGroupCommand({ GroupName: 'web-sg', Description: 'test' }))
    expect((await look('security-group/admits-ssh')).message).toBe(
      'You have no security group called first-ssh, but web-sg. Expected one called first-ssh.',
    )
  })
})

it('a key pair by another name is named', async () => {
  await ec2.send(new CreateKeyPairCommand({ KeyName: 'mine' }))
  expect((await look('key-pair/exists')).message).toBe(
    'Your key pairs are called mine. Expected one called first-key.',
  )
})

describe('the instance', () => {
  it('in another region is found out', async () => {
    await launch(emulator.client(EC2Client, { region: 'eu-west-1' }))
    const { message, call } = await look('launch/type')
    expect(message).toBe(
      'You launched an instance in eu-west-1. Expected one in us-east-1, where this lab looks.',
    )
    expect(call).toMatchObject({ operation: 'RunInstances' })
  })

  it('whose launch was refused: the refusal is repeated', async () => {
    const refused = ec2.send(
      new RunInstancesCommand({ ImageId: 'ami-0123456789abcdef0', MinCount: 1, MaxCount: 1 }),
    )
    await expect(refused).rejects.toThrow('ami-0123456789abcdef0')
    expect((await look('launch/named')).message).toContain(
      'your last launch was refused with InvalidAMIID.NotFound: ',
    )
  })

  it('from another image: the image is named', async () => {
    await launch()
    expect((await look('launch/image')).message).toMatch(
      / was made from another image, \S+\. Expected the newest, ubuntu/,
    )
  })

  it('stopped, started and stopped once more does not run', async () => {
    const InstanceIds = [await launch()]
    const waiting = { client: ec2, maxWaitTime: 20, minDelay: 1, maxDelay: 1 }
    await waitUntilInstanceRunning(waiting, { InstanceIds })
    await ec2.send(new StopInstancesCommand({ InstanceIds }))
    await waitUntilInstanceStopped(waiting, { InstanceIds })
    expect((await look('restart/stopped')).state).toBe('passed')
    await ec2.send(new StartInstancesCommand({ InstanceIds }))
    await waitUntilInstanceRunning(waiting, { InstanceIds })
    expect((await look('restart/started-again')).state).toBe('passed')
    await ec2.send(new StopInstancesCommand({ InstanceIds }))
    await waitUntilInstanceStopped(waiting, { InstanceIds })
    const { message, call } = await look('restart/started-again')
    expect(message).toContain('again, and then stopped it once more: it is stopped.')
    expect(call).toMatchObject({ operation: 'StopInstances' })
  })
})
