import type { InstanceBlockDeviceMapping } from '@aws-sdk/client-ec2'
import { jsonDocument, moment } from './documents.ts'
import type { InstanceFacts } from './facts.ts'
import { networkInterfaces } from './network-interfaces.ts'
import type { Delivery, RoleCredentials } from './role-credentials.ts'
import { directory, type Directory } from './tree.ts'

/**
 * `meta-data/` of an instance.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-metadata.html#instancedata-data-categories
 *
 * @param delivery by which version of the service it is asked for
 */
export function metaData(
  facts: InstanceFacts,
  credentials: RoleCredentials,
  delivery: Delivery,
): Directory {
  const { instance } = facts
  const interfaces = instance.NetworkInterfaces ?? []
  const primary = interfaces.find(({ Attachment }) => Attachment?.DeviceIndex === 0)
  const groups = (instance.SecurityGroups ?? []).map(({ GroupName }) => GroupName)
  const showsTags = instance.MetadataOptions?.InstanceMetadataTags === 'enabled'
  return directory({
    'ami-id': instance.ImageId,
    'ami-launch-index': String(instance.AmiLaunchIndex),
    'ami-manifest-path': '(unknown)',
    'block-device-mapping': blockDevices(facts),
    events: events(facts),
    hibernation: directory({ configured: String(instance.HibernationOptions?.Configured) }),
    hostname: instance.PrivateDnsName,
    iam: instance.IamInstanceProfile && iam(facts, credentials, delivery),
    'identity-credentials': directory({
      ec2: directory({
        info: jsonDocument({
          Code: 'Success',
          LastUpdated: moment(instance.LaunchTime!.getTime()),
          AccountId: facts.account,
        }),
      }),
    }),
    'instance-action': 'none',
    'instance-id': instance.InstanceId,
    'instance-life-cycle': instance.InstanceLifecycle ?? 'on-demand',
    'instance-type': instance.InstanceType,
    ipv6: primary?.Ipv6Addresses?.[0]?.Ipv6Address,
    'kernel-id': instance.KernelId,
    'local-hostname': instance.PrivateDnsName,
    'local-ipv4': instance.PrivateIpAddress,
    mac: primary?.MacAddress,
    metrics: directory({ vhostmd: '<?xml version="1.0" encoding="UTF-8"?>' }),
    network: directory({ interfaces: directory({ macs: networkInterfaces(facts) }) }),
    placement: placement(facts),
    'product-codes': instance.ProductCodes?.length
      ? instance.ProductCodes.map(({ ProductCodeId }) => ProductCodeId).join('\n')
      : undefined,
    profile: `default-${instance.VirtualizationType}`,
    'public-hostname': instance.PublicDnsName || undefined,
    'public-ipv4': instance.PublicIpAddress,
    'public-keys': publicKeys(facts),
    'ramdisk-id': instance.RamdiskId,
    'reservation-id': facts.reservationId,
    'security-groups': groups.join('\n'),
    services: directory({
      domain: facts.partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com',
      partition: facts.partition,
    }),
    spot: spot(facts),
    system: facts.hypervisor,
    tags: showsTags
      ? directory({
          instance: directory(
            Object.fromEntries((instance.Tags ?? []).map(({ Key, Value }) => [Key!, Value!])),
          ),
        })
      : undefined,
  })
}

/** The root under both its names, the other volumes in the order of their devices, without `/dev/`. */
function blockDevices({ instance }: InstanceFacts): Directory {
  const root = instance.RootDeviceName
  const others = (instance.BlockDeviceMappings ?? [])
    .flatMap(({ DeviceName }: InstanceBlockDeviceMapping) => DeviceName ?? [])
    .filter((name) => name !== root)
    .toSorted()
  return directory({
    ami: root,
    ...Object.fromEntries(
      others.map((name, index) => [`ebs${index + 1}`, name.replace(/^\/dev\//, '')]),
    ),
    root,
  })
}

const events = ({ rebalanceRecommendedAt }: InstanceFacts): Directory =>
  directory({
    maintenance: directory({ history: '[]', scheduled: '[]' }),
    ...(rebalanceRecommendedAt !== undefined && {
      recommendations: directory({
        rebalance: JSON.stringify({ noticeTime: moment(rebalanceRecommendedAt) }),
      }),
    }),
  })

function iam(facts: InstanceFacts, credentials: RoleCredentials, delivery: Delivery): Directory {
  const role = credentials.role(facts)
  return directory({
    info: () => credentials.info(facts),
    ...(role && {
      'security-credentials': directory({
        [role.name]: () => credentials.credentials(facts, role, delivery),
      }),
    }),
  })
}

function placement({ instance, region }: InstanceFacts): Directory {
  const { AvailabilityZone, AvailabilityZoneId, GroupName, HostId, PartitionNumber } =
    instance.Placement!
  return directory({
    'availability-zone': AvailabilityZone,
    'availability-zone-id': AvailabilityZoneId,
    'group-name': GroupName || undefined,
    'host-id': HostId,
    'partition-number': PartitionNumber === undefined ? undefined : String(PartitionNumber),
    region,
  })
}

function publicKeys({ instance, publicKey }: InstanceFacts): Directory | undefined {
  if (publicKey === undefined) return undefined
  // EC2 puts the pair's name where OpenSSH has a comment, whatever was imported.
  const [type, key] = publicKey.split(' ')
  const files = directory({ 'openssh-key': `${type} ${key} ${instance.KeyName}` })
  return directory({ '0': files }, `0=${instance.KeyName}`)
}

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-instance-termination-notices.html */
function spot({ interruption }: InstanceFacts): Directory | undefined {
  if (!interruption) return undefined
  const time = moment(interruption.at)
  return directory({
    'instance-action': JSON.stringify({ action: interruption.action, time }),
    // The older file is for terminations alone.
    'termination-time': interruption.action === 'terminate' ? time : undefined,
  })
}
