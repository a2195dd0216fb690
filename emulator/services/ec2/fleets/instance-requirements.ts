import type { InstanceRequirementsRequest, InstanceTypeInfo } from '@aws-sdk/client-ec2'
import { matches } from '../describe/filters.ts'
import { instanceTypes } from '../facts/instance-types.ts'

/**
 * The names of the types that meet requirements, the smallest first.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceRequirementsRequest.html
 */
export const matchingTypes = (requirements: Partial<InstanceRequirementsRequest>): string[] =>
  [...instanceTypes().values()]
    .filter((type) => meets(type, requirements))
    .toSorted((a, b) => a.VCpuInfo!.DefaultVCpus! - b.VCpuInfo!.DefaultVCpus!)
    .map((type) => type.InstanceType!)

interface Range {
  readonly Min?: number | undefined
  readonly Max?: number | undefined
}

const inRange = (value: number, range: Range | undefined): boolean =>
  range === undefined || (value >= (range.Min ?? 0) && value <= (range.Max ?? Infinity))

/** `included` lets a kind of machine in, `required` lets nothing else in, and it is left out by default. */
const lets = (has: boolean, wish: string | undefined, usual: 'included' | 'excluded'): boolean => {
  const said = wish ?? usual
  return said === 'included' || has === (said === 'required')
}

function meets(type: InstanceTypeInfo, wanted: Partial<InstanceRequirementsRequest>): boolean {
  const vcpus = type.VCpuInfo!.DefaultVCpus!
  const memory = type.MemoryInfo!.SizeInMiB!
  const name: string = type.InstanceType!
  const storage = type.InstanceStorageInfo
  return (
    inRange(vcpus, wanted.VCpuCount) &&
    inRange(memory, wanted.MemoryMiB) &&
    inRange(memory / 1024 / vcpus, wanted.MemoryGiBPerVCpu) &&
    inRange(type.NetworkInfo!.MaximumNetworkInterfaces!, wanted.NetworkInterfaceCount) &&
    inRange(storage?.TotalSizeInGB ?? 0, wanted.TotalLocalStorageGB) &&
    inRange(
      type.EbsInfo?.EbsOptimizedInfo?.BaselineBandwidthInMbps ?? 0,
      wanted.BaselineEbsBandwidthMbps,
    ) &&
    lets(type.BareMetal === true, wanted.BareMetal, 'excluded') &&
    lets(type.BurstablePerformanceSupported === true, wanted.BurstablePerformance, 'excluded') &&
    lets(type.InstanceStorageSupported === true, wanted.LocalStorage, 'included') &&
    (!wanted.LocalStorageTypes?.length ||
      storage?.Disks?.some(({ Type }) => wanted.LocalStorageTypes!.includes(Type!)) !== false) &&
    (wanted.RequireHibernateSupport !== true || type.HibernationSupported === true) &&
    (!wanted.CpuManufacturers?.length ||
      wanted.CpuManufacturers.some((maker) => madeBy(type, maker))) &&
    (!wanted.InstanceGenerations?.length ||
      wanted.InstanceGenerations.includes(type.CurrentGeneration ? 'current' : 'previous')) &&
    (!wanted.AllowedInstanceTypes?.length || wanted.AllowedInstanceTypes.some(glob(name))) &&
    !wanted.ExcludedInstanceTypes?.some(glob(name)) &&
    acceleratorsMeet(type, wanted)
  )
}

const madeBy = (type: InstanceTypeInfo, maker: string) =>
  (type.ProcessorInfo?.Manufacturer ?? '')
    .toLowerCase()
    .includes(maker === 'amazon-web-services' ? 'aws' : maker)

/** `m5.*`: only the star means anything. */
const glob = (name: string) => (pattern: string) => {
  const globs = pattern.includes('*') ? [pattern.replaceAll(/[?[]/g, '')] : []
  return matches({ name: '', exact: [pattern], globs }, name)
}

function acceleratorsMeet(
  type: InstanceTypeInfo,
  wanted: Partial<InstanceRequirementsRequest>,
): boolean {
  const gpus = type.GpuInfo?.Gpus ?? []
  const others = [
    ...(type.InferenceAcceleratorInfo?.Accelerators ?? []),
    ...(type.NeuronInfo?.NeuronDevices ?? []),
  ]
  const count = [...gpus, ...others].reduce((sum, one) => sum + (one.Count ?? 0), 0)
  const named = [...gpus, ...others].map(({ Name }) => (Name ?? '').toLowerCase())
  const makers = gpus.map(({ Manufacturer }) => (Manufacturer ?? '').toLowerCase())
  return (
    inRange(count, wanted.AcceleratorCount) &&
    inRange(type.GpuInfo?.TotalGpuMemoryInMiB ?? 0, wanted.AcceleratorTotalMemoryMiB) &&
    (!wanted.AcceleratorTypes?.length ||
      (wanted.AcceleratorTypes.includes('gpu') && gpus.length > 0) ||
      (wanted.AcceleratorTypes.includes('inference') && others.length > 0)) &&
    (!wanted.AcceleratorManufacturers?.length ||
      makers.some((maker) => (wanted.AcceleratorManufacturers as string[]).includes(maker))) &&
    (!wanted.AcceleratorNames?.length ||
      named.some((name) => (wanted.AcceleratorNames as string[]).includes(name)))
  )
}
