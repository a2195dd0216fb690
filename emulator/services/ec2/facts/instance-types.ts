import type {
  ArchitectureType,
  InstanceTypeInfo,
  InstanceTypeHypervisor,
  _InstanceType,
} from '@aws-sdk/client-ec2'
import { acceleratorsOf } from './accelerators.ts'
import type { Zone } from './regions.ts'
import { readTable } from './table.ts'

type Row = Record<string, string>

let known: ReadonlyMap<string, InstanceTypeInfo> | undefined

/** All instance types by name, from `fixtures/ec2/instance-types.tsv`. */
export function instanceTypes(): ReadonlyMap<string, InstanceTypeInfo> {
  known ??= new Map(readTable('ec2/instance-types.tsv').map((row) => [row['type']!, toInfo(row)]))
  return known
}

/** The old zone use1-az3 (us-east-1e for many) has hardly any Nitro machines. */
export const isOldZone = ({ id }: Pick<Zone, 'id'>): boolean => id === 'use1-az3'

/** Whether a zone offers a type: the usual reason for `Unsupported` is a type of today in an old zone. */
export function isOffered(info: InstanceTypeInfo, zone: Zone): boolean {
  return !isOldZone(zone) || info.Hypervisor === 'xen'
}

/** The families of 2006 to 2010, which boot Linux by paravirtualization only. */
export const isOfFirstYears = (family: string): boolean => /^(t1|m1|m2|c1)$/.test(family)

/** On Nitro machines disks are NVMe devices, and metal ones have Nitro cards too. */
const isNitro = (row: Row) => row['hypervisor'] === 'nitro' || row['type']!.includes('metal')

function toInfo(row: Row): InstanceTypeInfo {
  const [family = ''] = row['type']!.split('.')
  const nitro = isNitro(row)
  const metal = row['type']!.includes('metal')
  const architectures = row['arch']!.split('/') as ArchitectureType[]
  const burstable = row['burstable'] === 'yes'
  return {
    InstanceType: row['type'] as _InstanceType,
    CurrentGeneration: row['current_generation'] === 'yes',
    FreeTierEligible: row['free_tier'] === 'yes',
    SupportedUsageClasses: row['usage_classes']!.split('/') as ('on-demand' | 'spot')[],
    SupportedRootDeviceTypes: isOfFirstYears(family) ? ['ebs', 'instance-store'] : ['ebs'],
    SupportedVirtualizationTypes:
      isOfFirstYears(family) || /^[mc]3$/.test(family) ? ['hvm', 'paravirtual'] : ['hvm'],
    BareMetal: metal,
    ...(row['hypervisor'] ? { Hypervisor: row['hypervisor'] as InstanceTypeHypervisor } : {}),
    ProcessorInfo: {
      SupportedArchitectures: architectures,
      SustainedClockSpeedInGhz: Number(row['ghz']),
      Manufacturer: row['cpu']!,
    },
    VCpuInfo: {
      DefaultVCpus: Number(row['vcpus']),
      DefaultCores: Number(row['cores']),
      DefaultThreadsPerCore: Number(row['threads_per_core']),
      ...(nitro && !metal ? validCpuOptions(row) : {}),
    },
    MemoryInfo: { SizeInMiB: Number(row['memory_mib']) },
    ...instanceStorage(row),
    EbsInfo: ebsInfo(row),
    NetworkInfo: networkInfo(row, family),
    ...acceleratorsOf(row['gpus']!, row['accelerators']!),
    PlacementGroupInfo: {
      SupportedStrategies: burstable ? ['partition', 'spread'] : ['cluster', 'partition', 'spread'],
    },
    HibernationSupported: row['hibernation'] === 'yes',
    BurstablePerformanceSupported: burstable,
    DedicatedHostsSupported: !/^(t2|t3a|t4g)$/.test(family),
    AutoRecoverySupported: !metal && row['disks_gb'] === '',
    SupportedBootModes: architectures.includes('arm64')
      ? ['uefi']
      : nitro
        ? ['legacy-bios', 'uefi']
        : ['legacy-bios'],
    NitroEnclavesSupport:
      nitro && !metal && !burstable && Number(row['vcpus']) >= 4 ? 'supported' : 'unsupported',
    NitroTpmSupport: nitro && !metal ? 'supported' : 'unsupported',
    ...(nitro && !metal ? { NitroTpmInfo: { SupportedVersions: ['2.0'] } } : {}),
  }
}

function validCpuOptions(row: Row) {
  const cores = Number(row['cores'])
  return {
    ValidCores:
      cores === 1 ? [1] : Array.from({ length: Math.floor(cores / 2) }, (_, at) => 2 * (at + 1)),
    ValidThreadsPerCore: row['threads_per_core'] === '1' ? [1] : [1, 2],
  }
}

function instanceStorage(row: Row): Partial<InstanceTypeInfo> {
  const [, count, size, type] = /^(\d+)x(\d+) (ssd|hdd)$/.exec(row['disks_gb']!) ?? []
  if (!count) return { InstanceStorageSupported: false }
  const nvme = isNitro(row)
  return {
    InstanceStorageSupported: true,
    InstanceStorageInfo: {
      TotalSizeInGB: Number(count) * Number(size),
      Disks: [{ Count: Number(count), SizeInGB: Number(size), Type: type as 'ssd' | 'hdd' }],
      NvmeSupport: nvme ? 'required' : 'unsupported',
      EncryptionSupport: nvme ? 'required' : 'unsupported',
    },
  }
}

function ebsInfo(row: Row): InstanceTypeInfo['EbsInfo'] {
  const throughput = Number(row['ebs_baseline_mbps'])
  return {
    EbsOptimizedSupport: row['ebs_optimized'] as 'default' | 'supported' | 'unsupported',
    EncryptionSupport: 'supported',
    ...(row['ebs_baseline_iops']
      ? {
          EbsOptimizedInfo: {
            BaselineBandwidthInMbps: Math.round(throughput * 8),
            BaselineThroughputInMBps: throughput,
            BaselineIops: Number(row['ebs_baseline_iops']),
          },
        }
      : {}),
    NvmeSupport: isNitro(row) ? 'required' : 'unsupported',
  }
}

function networkInfo(row: Row, family: string): InstanceTypeInfo['NetworkInfo'] {
  const performance = row['network']!
  const addresses = Number(row['ipv4_per_eni'])
  const gigabits = /^(?:(\d+)x )?([\d.]+) Gigabit$/.exec(performance)
  const efa = gigabits !== null && Number(gigabits[1] ?? 1) * Number(gigabits[2]) >= 100
  const cards = Number(gigabits?.[1] ?? 1)
  return {
    NetworkPerformance: performance,
    MaximumNetworkInterfaces: Number(row['max_enis']),
    MaximumNetworkCards: cards,
    DefaultNetworkCardIndex: 0,
    NetworkCards: Array.from({ length: cards }, (_, at) => ({
      NetworkCardIndex: at,
      NetworkPerformance: performance.replace(/^\d+x /, ''),
      MaximumNetworkInterfaces: Math.floor(Number(row['max_enis']) / cards),
    })),
    Ipv4AddressesPerInterface: addresses,
    Ipv6AddressesPerInterface: addresses,
    Ipv6Supported: true,
    EnaSupport: isNitro(row)
      ? 'required'
      : /^(t2|m4|c4|d2)$/.test(family) && row['type'] !== 'm4.16xlarge'
        ? 'unsupported'
        : 'supported',
    EfaSupported: efa,
    ...(efa ? { EfaInfo: { MaximumEfaInterfaces: cards } } : {}),
    EncryptionInTransitSupported: isNitro(row) && /^[a-z]+([6-9]|[45]d?n)/.test(family),
    EnaSrdSupported: false,
  }
}
