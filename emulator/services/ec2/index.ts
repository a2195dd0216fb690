import { defineService } from '../../operation.ts'
import { enterRegion } from './default-network.ts'
import { capacityTimers } from './capacity/reservations.ts'
import { dryRunOperation } from './errors.ts'
import { fleetTimers } from './fleets/life.ts'
import { imageTimers } from './images/make-image.ts'
import { instanceTimers } from './instances/lifecycle.ts'
import { networkTimers } from './network/timers.ts'
import * as addressAttributes from './operations/address-attributes.ts'
import * as addresses from './operations/addresses.ts'
import * as capacityReservations from './operations/capacity-reservations.ts'
import * as defaultVpcs from './operations/default-vpcs.ts'
import * as describeSnapshots from './operations/describe-snapshots.ts'
import * as dhcpOptions from './operations/dhcp-options.ts'
import * as egressOnlyGateways from './operations/egress-only-gateways.ts'
import * as ebsEncryption from './operations/ebs-encryption.ts'
import * as fleets from './operations/fleets.ts'
import * as flowLogs from './operations/flow-logs.ts'
import * as imageAttributes from './operations/image-attributes.ts'
import * as images from './operations/images.ts'
import * as instanceAttributes from './operations/instance-attributes.ts'
import * as instanceCredits from './operations/instance-credits.ts'
import * as instanceMonitoring from './operations/instance-monitoring.ts'
import * as instanceMetadataOptions from './operations/instance-metadata-options.ts'
import * as instanceStates from './operations/instance-states.ts'
import * as instanceTypes from './operations/instance-types.ts'
import * as instances from './operations/instances.ts'
import * as internetGateways from './operations/internet-gateways.ts'
import * as ipv6Addresses from './operations/ipv6-addresses.ts'
import * as keyPairs from './operations/key-pairs.ts'
import * as launchTemplateVersions from './operations/launch-template-versions.ts'
import * as launchTemplates from './operations/launch-templates.ts'
import * as natGatewayAddresses from './operations/nat-gateway-addresses.ts'
import * as natGateways from './operations/nat-gateways.ts'
import * as networkAclEntries from './operations/network-acl-entries.ts'
import * as networkAcls from './operations/network-acls.ts'
import * as networkInterfaceAttachments from './operations/network-interface-attachments.ts'
import * as networkInterfaceAttributes from './operations/network-interface-attributes.ts'
import * as networkInterfaces from './operations/network-interfaces.ts'
import * as ownImages from './operations/own-images.ts'
import * as prefixListVersions from './operations/prefix-list-versions.ts'
import * as prefixLists from './operations/prefix-lists.ts'
import * as privateAddresses from './operations/private-addresses.ts'
import * as placementGroups from './operations/placement-groups.ts'
import * as profileAssociations from './operations/profile-associations.ts'
import * as regions from './operations/regions.ts'
import * as routeTableAssociations from './operations/route-table-associations.ts'
import * as routeTables from './operations/route-tables.ts'
import * as routes from './operations/routes.ts'
import * as runInstances from './operations/run-instances.ts'
import * as securityGroupRules from './operations/security-group-rules.ts'
import * as securityGroups from './operations/security-groups.ts'
import * as spotDatafeed from './operations/spot-datafeed.ts'
import * as spotFleets from './operations/spot-fleets.ts'
import * as spotPlacementScores from './operations/spot-placement-scores.ts'
import * as spotPrices from './operations/spot-prices.ts'
import * as spotRequests from './operations/spot-requests.ts'
import * as subnetAttributes from './operations/subnet-attributes.ts'
import * as snapshotAttributes from './operations/snapshot-attributes.ts'
import * as snapshots from './operations/snapshots.ts'
import * as subnets from './operations/subnets.ts'
import * as tags from './operations/tags.ts'
import * as volumeAttachments from './operations/volume-attachments.ts'
import * as volumeModifications from './operations/volume-modifications.ts'
import * as volumeStatus from './operations/volume-status.ts'
import * as volumes from './operations/volumes.ts'
import * as vpcAttributes from './operations/vpc-attributes.ts'
import * as vpcCidrBlocks from './operations/vpc-cidr-blocks.ts'
import * as vpcEndpointServices from './operations/vpc-endpoint-services.ts'
import * as vpcEndpoints from './operations/vpc-endpoints.ts'
import * as vpcPeering from './operations/vpc-peering.ts'
import * as vpcs from './operations/vpcs.ts'
import { instanceActions } from './spot/instance-actions.ts'
import { spotRequestTimers } from './spot/evaluate.ts'
import { interruptionTimers } from './spot/interruptions.ts'
import * as networkInsights from './reachability/insights.ts'
import * as recorded from './recorded/index.ts'
import * as recycleBin from './operations/recycle-bin.ts'
import * as snapshotTiers from './operations/snapshot-tiers.ts'
import * as snapshotLocks from './operations/snapshot-locks.ts'
import * as snapshotSettings from './operations/snapshot-settings.ts'
import * as instanceOptions from './operations/instance-options.ts'
import * as instanceMetadataDefaults from './operations/instance-metadata-defaults.ts'
import * as instanceEventWindows from './operations/instance-event-windows.ts'
import * as instanceInsight from './operations/instance-insight.ts'
import * as reservedInstances from './operations/reserved-instances.ts'
import * as dedicatedHosts from './operations/dedicated-hosts.ts'
import * as imageSettings from './operations/image-settings.ts'
import * as imageTasks from './operations/image-tasks.ts'
import { volumeTimers } from './volumes/lifecycle.ts'
import { binTimers } from './volumes/recycle-bin.ts'

export default defineService(
  'ec2',
  {
    ...addressAttributes,
    ...addresses,
    ...capacityReservations,
    ...imageTasks,
    ...imageSettings,
    ...dedicatedHosts,
    ...reservedInstances,
    ...instanceInsight,
    ...instanceEventWindows,
    ...instanceMetadataDefaults,
    ...instanceOptions,
    ...snapshotSettings,
    ...snapshotLocks,
    ...snapshotTiers,
    ...recycleBin,
    ...defaultVpcs,
    ...describeSnapshots,
    ...dhcpOptions,
    ...egressOnlyGateways,
    ...ebsEncryption,
    ...fleets,
    ...flowLogs,
    ...imageAttributes,
    ...images,
    ...instanceAttributes,
    ...instanceMetadataOptions,
    ...instanceCredits,
    ...instanceMonitoring,
    ...instanceStates,
    ...instanceTypes,
    ...instances,
    ...internetGateways,
    ...launchTemplateVersions,
    ...launchTemplates,
    ...ipv6Addresses,
    ...keyPairs,
    ...natGatewayAddresses,
    ...natGateways,
    ...networkAclEntries,
    ...networkAcls,
    ...networkInterfaceAttachments,
    ...networkInterfaceAttributes,
    ...networkInterfaces,
    ...ownImages,
    ...prefixListVersions,
    ...prefixLists,
    ...privateAddresses,
    ...placementGroups,
    ...profileAssociations,
    ...regions,
    ...routeTableAssociations,
    ...routeTables,
    ...routes,
    ...runInstances,
    ...securityGroupRules,
    ...securityGroups,
    ...spotDatafeed,
    ...spotFleets,
    ...spotPlacementScores,
    ...spotPrices,
    ...spotRequests,
    ...subnetAttributes,
    ...snapshotAttributes,
    ...snapshots,
    ...subnets,
    ...tags,
    ...volumeAttachments,
    ...volumeModifications,
    ...volumeStatus,
    ...volumes,
    ...vpcAttributes,
    ...vpcCidrBlocks,
    ...vpcEndpointServices,
    ...vpcEndpoints,
    ...vpcPeering,
    ...vpcs,
    ...networkInsights,
    ...recorded,
  },
  {
    timers: {
      ...binTimers,
      ...capacityTimers,
      ...fleetTimers,
      ...imageTimers,
      ...imageSettings.imageSettingTimers,
      ...instanceTimers,
      ...snapshotTiers.snapshotTierTimers,
      ...interruptionTimers,
      ...networkTimers,
      ...spotRequestTimers,
      ...volumeTimers,
    },
    offers: { instanceActions },
    enter: enterRegion,
    // Every EC2 operation can be asked whether it would be allowed, without doing it.
    admit(input: { readonly DryRun?: boolean | undefined }) {
      if (input.DryRun) throw dryRunOperation()
    },
  },
)
