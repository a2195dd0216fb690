import type {
  DescribeInstanceTypeOfferingsRequest,
  DescribeInstanceTypeOfferingsResult,
  DescribeInstanceTypesRequest,
  DescribeInstanceTypesResult,
  GetInstanceTypesFromInstanceRequirementsRequest,
  GetInstanceTypesFromInstanceRequirementsResult,
  InstanceTypeInfo,
  InstanceTypeInfoFromInstanceRequirements,
  InstanceTypeOffering,
  LocationType,
} from '@aws-sdk/client-ec2'
import { operation } from '../../../operation.ts'
import type { Call } from '../../../operation.ts'
import { pageOfFacts } from '../describe/facts.ts'
import type { FactSource } from '../describe/facts.ts'
import { instanceTypesDoNotExist, invalidValue, missingParameter } from '../errors.ts'
import { instanceTypes, isOffered } from '../facts/instance-types.ts'
import { matchingTypes } from '../fleets/instance-requirements.ts'
import { zonesOf } from '../facts/regions.ts'
import { anyResource } from '../permissions.ts'

const never = () => undefined

const typeSource: FactSource<InstanceTypeInfo> = {
  limits: { least: 5, most: 100, unasked: 100 },
  filters: {
    'auto-recovery-supported': (t) => t.AutoRecoverySupported,
    'bare-metal': (t) => t.BareMetal,
    'burstable-performance-supported': (t) => t.BurstablePerformanceSupported,
    'current-generation': (t) => t.CurrentGeneration,
    'dedicated-hosts-supported': (t) => t.DedicatedHostsSupported,
    'ebs-info.attachment-limit-type': (t) => t.EbsInfo?.AttachmentLimitType,
    'ebs-info.maximum-ebs-attachments': (t) => t.EbsInfo?.MaximumEbsAttachments,
    'ebs-info.ebs-optimized-info.baseline-bandwidth-in-mbps': (t) =>
      t.EbsInfo?.EbsOptimizedInfo?.BaselineBandwidthInMbps,
    'ebs-info.ebs-optimized-info.baseline-iops': (t) => t.EbsInfo?.EbsOptimizedInfo?.BaselineIops,
    'ebs-info.ebs-optimized-info.baseline-throughput-in-mbps': (t) =>
      t.EbsInfo?.EbsOptimizedInfo?.BaselineThroughputInMBps,
    'ebs-info.ebs-optimized-info.maximum-bandwidth-in-mbps': (t) =>
      t.EbsInfo?.EbsOptimizedInfo?.MaximumBandwidthInMbps,
    'ebs-info.ebs-optimized-info.maximum-iops': (t) => t.EbsInfo?.EbsOptimizedInfo?.MaximumIops,
    'ebs-info.ebs-optimized-info.maximum-throughput-in-mbps': (t) =>
      t.EbsInfo?.EbsOptimizedInfo?.MaximumThroughputInMBps,
    'ebs-info.ebs-optimized-support': (t) => t.EbsInfo?.EbsOptimizedSupport,
    'ebs-info.encryption-support': (t) => t.EbsInfo?.EncryptionSupport,
    'ebs-info.nvme-support': (t) => t.EbsInfo?.NvmeSupport,
    'free-tier-eligible': (t) => t.FreeTierEligible,
    'hibernation-supported': (t) => t.HibernationSupported,
    hypervisor: (t) => t.Hypervisor,
    'instance-storage-info.disk.count': (t) => t.InstanceStorageInfo?.Disks?.map((d) => d.Count),
    'instance-storage-info.disk.size-in-gb': (t) =>
      t.InstanceStorageInfo?.Disks?.map((d) => d.SizeInGB),
    'instance-storage-info.disk.type': (t) => t.InstanceStorageInfo?.Disks?.map((d) => d.Type),
    'instance-storage-info.encryption-support': (t) => t.InstanceStorageInfo?.EncryptionSupport,
    'instance-storage-info.nvme-support': (t) => t.InstanceStorageInfo?.NvmeSupport,
    'instance-storage-info.total-size-in-gb': (t) => t.InstanceStorageInfo?.TotalSizeInGB,
    'instance-storage-supported': (t) => t.InstanceStorageSupported,
    'instance-type': (t) => t.InstanceType,
    'memory-info.size-in-mib': (t) => t.MemoryInfo?.SizeInMiB,
    'network-info.bandwidth-weightings': (t) => t.NetworkInfo?.BandwidthWeightings,
    'network-info.efa-info.maximum-efa-interfaces': (t) =>
      t.NetworkInfo?.EfaInfo?.MaximumEfaInterfaces,
    'network-info.efa-supported': (t) => t.NetworkInfo?.EfaSupported,
    'network-info.ena-support': (t) => t.NetworkInfo?.EnaSupport,
    'network-info.encryption-in-transit-supported': (t) =>
      t.NetworkInfo?.EncryptionInTransitSupported,
    'network-info.flexible-ena-queues-support': (t) => t.NetworkInfo?.FlexibleEnaQueuesSupport,
    'network-info.ipv4-addresses-per-interface': (t) => t.NetworkInfo?.Ipv4AddressesPerInterface,
    'network-info.ipv6-addresses-per-interface': (t) => t.NetworkInfo?.Ipv6AddressesPerInterface,
    'network-info.ipv6-supported': (t) => t.NetworkInfo?.Ipv6Supported,
    'network-info.maximum-network-cards': (t) => t.NetworkInfo?.MaximumNetworkCards,
    'network-info.maximum-network-interfaces': (t) => t.NetworkInfo?.MaximumNetworkInterfaces,
    'network-info.network-performance': (t) => t.NetworkInfo?.NetworkPerformance,
    'nitro-enclaves-support': (t) => t.NitroEnclavesSupport,
    'nitro-tpm-info.supported-versions': (t) => t.NitroTpmInfo?.SupportedVersions,
    'nitro-tpm-support': (t) => t.NitroTpmSupport,
    'processor-info.supported-architecture': (t) => t.ProcessorInfo?.SupportedArchitectures,
    'processor-info.supported-features': (t) => t.ProcessorInfo?.SupportedFeatures,
    'processor-info.sustained-clock-speed-in-ghz': (t) => t.ProcessorInfo?.SustainedClockSpeedInGhz,
    'reboot-migration-support': never,
    'supported-boot-mode': (t) => t.SupportedBootModes,
    'supported-root-device-type': (t) => t.SupportedRootDeviceTypes,
    'supported-usage-class': (t) => t.SupportedUsageClasses,
    'supported-virtualization-type': (t) => t.SupportedVirtualizationTypes,
    'vcpu-info.default-cores': (t) => t.VCpuInfo?.DefaultCores,
    'vcpu-info.default-threads-per-core': (t) => t.VCpuInfo?.DefaultThreadsPerCore,
    'vcpu-info.default-vcpus': (t) => t.VCpuInfo?.DefaultVCpus,
    'vcpu-info.valid-cores': (t) => t.VCpuInfo?.ValidCores,
    'vcpu-info.valid-threads-per-core': (t) => t.VCpuInfo?.ValidThreadsPerCore,
  },
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceTypes.html */
export const DescribeInstanceTypes = operation<
  DescribeInstanceTypesRequest,
  DescribeInstanceTypesResult
>({
  authorize: anyResource,
  run({ InstanceTypes = [], ...input }, call) {
    const all = instanceTypes()
    const unknown = InstanceTypes.filter((name) => !all.has(name))
    if (unknown.length > 0) throw instanceTypesDoNotExist(unknown)
    const { items, nextToken } = pageOfFacts(
      typeSource,
      InstanceTypes.length > 0
        ? [...new Set(InstanceTypes)].map((name) => all.get(name)!)
        : [...all.values()],
      input,
      call,
      InstanceTypes,
    )
    return { InstanceTypes: items, NextToken: nextToken }
  },
})

const offeringSource: FactSource<InstanceTypeOffering> = {
  limits: { least: 5, most: 1000, unasked: 1000 },
  filters: {
    'instance-type': ({ InstanceType }) => InstanceType,
    location: ({ Location }) => Location,
  },
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceTypeOfferings.html */
export const DescribeInstanceTypeOfferings = operation<
  DescribeInstanceTypeOfferingsRequest,
  DescribeInstanceTypeOfferingsResult
>({
  authorize: anyResource,
  run({ LocationType = 'region', ...input }, call) {
    const { items, nextToken } = pageOfFacts(
      offeringSource,
      offerings(LocationType, call),
      input,
      call,
    )
    return { InstanceTypeOfferings: items, NextToken: nextToken }
  },
})

function offerings(type: LocationType, { region }: Call): InstanceTypeOffering[] {
  const infos = [...instanceTypes().values()]
  const offering = (info: InstanceTypeInfo, location: string): InstanceTypeOffering => ({
    InstanceType: info.InstanceType,
    LocationType: type,
    Location: location,
  })
  switch (type) {
    case 'region':
      return infos.map((info) => offering(info, region))
    case 'availability-zone':
    case 'availability-zone-id':
      return zonesOf(region).flatMap((zone) =>
        infos
          .filter((info) => isOffered(info, zone))
          .map((info) => offering(info, type === 'availability-zone' ? zone.name : zone.id)),
      )
    case 'outpost':
      return []
    default:
      throw invalidValue(type, 'locationType')
  }
}

const requirementSource: FactSource<InstanceTypeInfoFromInstanceRequirements> = {
  limits: { least: 1, most: 1000 },
  filters: {},
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetInstanceTypesFromInstanceRequirements.html */
export const GetInstanceTypesFromInstanceRequirements = operation<
  GetInstanceTypesFromInstanceRequirementsRequest,
  GetInstanceTypesFromInstanceRequirementsResult
>({
  authorize: anyResource,
  run(input, call) {
    const { ArchitectureTypes, VirtualizationTypes, InstanceRequirements } = input
    if (!ArchitectureTypes?.length) throw missingParameter('ArchitectureTypes')
    if (!VirtualizationTypes?.length) throw missingParameter('VirtualizationTypes')
    if (!InstanceRequirements) throw missingParameter('InstanceRequirements')
    const found = matchingTypes(InstanceRequirements)
      .filter((name) => {
        const type = instanceTypes().get(name)!
        return (
          type.ProcessorInfo!.SupportedArchitectures!.some((one) =>
            ArchitectureTypes.includes(one),
          ) && type.SupportedVirtualizationTypes!.some((one) => VirtualizationTypes.includes(one))
        )
      })
      .map((InstanceType) => ({ InstanceType }))
    const { items, nextToken } = pageOfFacts(requirementSource, found, input, call)
    return { InstanceTypes: items, NextToken: nextToken }
  },
})
