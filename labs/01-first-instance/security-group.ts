import type { IpPermission, SecurityGroup } from '@aws-sdk/client-ec2'
import { DescribeSecurityGroupsCommand } from '@aws-sdk/client-ec2'
import type { Cloud } from '../../checker/cloud.ts'
import type { HistoryEvent } from '../../checker/history.ts'
import type { Verdict } from '../../checker/lab.ts'
import { failed, passed } from '../../checker/lab.ts'
import { findInstance } from './instance.ts'

export const groupName = 'first-ssh'

export async function checkAdmitsSsh(cloud: Cloud): Promise<Verdict> {
  const { group, others } = await findGroup(cloud)
  if (group === undefined) return noGroup(others)
  return sshSources(group).length > 0 ? passed() : admitsNobody(group)
}

export async function checkOneAddress(cloud: Cloud): Promise<Verdict> {
  const { group, others } = await findGroup(cloud)
  if (group === undefined) return noGroup(others)
  const sources = sshSources(group)
  if (sources.length === 0) return admitsNobody(group)
  const admitted = `Your security group ${groupName} admits port 22 from`
  const expected = 'Expected one address, such as 203.0.113.7/32.'
  const wide = sources.find((source) => !isOneAddress(source))
  if (wide !== undefined) {
    return failed(
      `${admitted} ${wide}: that is ${extent(wide)}. ${expected}`,
      ruleCall(cloud, group),
    )
  }
  if (sources.length > 1) {
    const all = sources.join(' and ')
    return failed(
      `${admitted} ${sources.length} addresses, ${all}. ${expected}`,
      ruleCall(cloud, group),
    )
  }
  return passed()
}

/** The student's group by its name: the one the instance is in, where another network has a second. */
async function findGroup(cloud: Cloud) {
  const { SecurityGroups = [] } = await cloud.ec2.send(new DescribeSecurityGroupsCommand({}))
  const named = SecurityGroups.filter((group) => group.GroupName === groupName)
  const instance = named.length > 1 ? await findInstance(cloud) : undefined
  const inUse = named.find(({ GroupId }) =>
    instance?.SecurityGroups?.some((group) => group.GroupId === GroupId),
  )
  const others = SecurityGroups.map((group) => group.GroupName).filter((name) => name !== 'default')
  return { group: inUse ?? named[0], others }
}

/** Everything that a group admits to TCP port 22: CIDR blocks, prefix lists and other groups. */
function sshSources({ IpPermissions = [] }: SecurityGroup): string[] {
  const rules = IpPermissions.filter(coversSsh)
  return [
    ...rules.flatMap(({ IpRanges = [] }) => IpRanges.map(({ CidrIp }) => CidrIp!)),
    ...rules.flatMap(({ Ipv6Ranges = [] }) => Ipv6Ranges.map(({ CidrIpv6 }) => CidrIpv6!)),
    ...rules.flatMap(({ PrefixListIds = [] }) => PrefixListIds.map((list) => list.PrefixListId!)),
    ...rules.flatMap(({ UserIdGroupPairs = [] }) => UserIdGroupPairs.map((pair) => pair.GroupId!)),
  ]
}

function coversSsh({ IpProtocol, FromPort = 0, ToPort = 65_535 }: IpPermission): boolean {
  return IpProtocol === '-1' || (IpProtocol === 'tcp' && FromPort <= 22 && 22 <= ToPort)
}

const isOneAddress = (source: string) =>
  source.includes(':') ? source.endsWith('/128') : source.endsWith('/32')

function extent(source: string): string {
  if (source === '0.0.0.0/0' || source === '::/0') return 'the whole internet'
  const [, bits] = source.split('/')
  if (bits === undefined) return 'whatever that group of addresses comes to hold'
  const size = 2n ** BigInt((source.includes(':') ? 128 : 32) - Number(bits))
  return `a network of ${size} addresses`
}

function noGroup(others: readonly (string | undefined)[]): Verdict {
  const found =
    others.length === 0
      ? 'You have made no security group yet.'
      : `You have no security group called ${groupName}, but ${others.join(', ')}.`
  return failed(`${found} Expected one called ${groupName}.`)
}

const admitsNobody = ({ GroupId }: SecurityGroup): Verdict =>
  failed(
    `Your security group ${groupName} (${GroupId}) admits nobody to TCP port 22. Expected a rule for one address, such as 203.0.113.7/32.`,
  )

/** The student's last call that added a rule to the group. */
function ruleCall({ events }: Cloud, { GroupId }: SecurityGroup): HistoryEvent | undefined {
  return events.last({
    service: 'ec2',
    operation: 'AuthorizeSecurityGroupIngress',
    where: ({ parameters }) =>
      parameters?.['GroupId'] === GroupId || parameters?.['GroupName'] === groupName,
  })
}
