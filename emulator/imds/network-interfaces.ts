import type { InstanceNetworkInterface, Subnet, Vpc } from '@aws-sdk/client-ec2'
import type { InstanceFacts } from './facts.ts'
import { directory, type Directory } from './tree.ts'

/** `network/interfaces/macs/`: every interface under its MAC address. */
export const networkInterfaces = ({ instance, subnets, vpcs }: InstanceFacts): Directory =>
  directory(
    Object.fromEntries(
      (instance.NetworkInterfaces ?? []).map((one) => [
        one.MacAddress!,
        networkInterface(one, subnets.get(one.SubnetId!), vpcs.get(one.VpcId!)),
      ]),
    ),
  )

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-metadata.html#instancedata-data-categories */
function networkInterface(
  one: InstanceNetworkInterface,
  subnet: Subnet | undefined,
  vpc: Vpc | undefined,
): Directory {
  const addresses = one.PrivateIpAddresses ?? []
  const associated = addresses.filter(({ Association }) => Association?.PublicIp !== undefined)
  const publicName = associated[0]?.Association?.PublicDnsName
  const cardIndex = one.Attachment?.NetworkCardIndex
  return directory({
    'device-number': String(one.Attachment!.DeviceIndex),
    'interface-id': one.NetworkInterfaceId,
    ...(associated.length > 0 && {
      'ipv4-associations': directory(
        Object.fromEntries(
          groupBy(associated, ({ Association }) => Association!.PublicIp!).map(([ip, own]) => [
            ip,
            lines(own.map(({ PrivateIpAddress }) => PrivateIpAddress)),
          ]),
        ),
      ),
    }),
    ipv6s: lines((one.Ipv6Addresses ?? []).map(({ Ipv6Address }) => Ipv6Address)),
    'local-hostname': one.PrivateDnsName,
    'local-ipv4s': lines(addresses.map(({ PrivateIpAddress }) => PrivateIpAddress)),
    mac: one.MacAddress,
    ...(cardIndex !== undefined && cardIndex > 0 && { 'network-card-index': String(cardIndex) }),
    'owner-id': one.OwnerId,
    'public-hostname': publicName === '' ? undefined : publicName,
    'public-ipv4s': lines(associated.map(({ Association }) => Association!.PublicIp)),
    'security-group-ids': lines((one.Groups ?? []).map(({ GroupId }) => GroupId)),
    'security-groups': lines((one.Groups ?? []).map(({ GroupName }) => GroupName)),
    'subnet-id': one.SubnetId,
    'subnet-ipv4-cidr-block': subnet?.CidrBlock,
    'subnet-ipv6-cidr-blocks': lines(
      (subnet?.Ipv6CidrBlockAssociationSet ?? []).map(({ Ipv6CidrBlock }) => Ipv6CidrBlock),
    ),
    'vpc-id': one.VpcId,
    'vpc-ipv4-cidr-block': vpc?.CidrBlock,
    'vpc-ipv4-cidr-blocks': lines(
      (vpc?.CidrBlockAssociationSet ?? [])
        .filter(({ CidrBlockState }) => CidrBlockState?.State === 'associated')
        .map(({ CidrBlock }) => CidrBlock),
    ),
    'vpc-ipv6-cidr-blocks': lines(
      (vpc?.Ipv6CidrBlockAssociationSet ?? []).map(({ Ipv6CidrBlock }) => Ipv6CidrBlock),
    ),
  })
}

/** One a line; undefined where there are none, since AWS has no such file then. */
const lines = (values: readonly (string | undefined)[]): string | undefined =>
  values.length === 0 ? undefined : values.join('\n')

function groupBy<Item>(items: readonly Item[], key: (item: Item) => string): [string, Item[]][] {
  const groups = new Map<string, Item[]>()
  for (const item of items) {
    const group = groups.get(key(item))
    if (group) group.push(item)
    else groups.set(key(item), [item])
  }
  return [...groups]
}
