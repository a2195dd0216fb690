import type { VolumeType } from '@aws-sdk/client-ec2'
import { missingParameter } from '../errors.ts'
import {
  iopsNotSupported,
  iopsRatioTooHigh,
  multiAttachNotSupported,
  numberTooHigh,
  numberTooLow,
  throughputNotSupported,
  throughputRatioTooHigh,
  unknownVolumeType,
  volumeTooLarge,
  volumeTooSmall,
} from './errors.ts'

type Range = readonly [least: number, most: number]

interface TypeLimits {
  /** GiB. */
  readonly size: Range
  /** What can be provisioned; absent where the type has no such choice. */
  readonly iops?: Range
  /** The most IOPS for each GiB. */
  readonly iopsPerGib?: number
  /** MiB/s. */
  readonly throughput?: Range
  readonly multiAttach?: true
}

/** https://docs.aws.amazon.com/ebs/latest/userguide/ebs-volume-types.html */
const limits: Readonly<Record<VolumeType, TypeLimits>> = {
  gp2: { size: [1, 16_384] },
  gp3: {
    size: [1, 65_536],
    iops: [3000, 80_000],
    iopsPerGib: 500,
    throughput: [125, 2000],
  },
  io1: { size: [4, 16_384], iops: [100, 64_000], iopsPerGib: 50, multiAttach: true },
  io2: { size: [4, 65_536], iops: [100, 256_000], iopsPerGib: 1000, multiAttach: true },
  st1: { size: [125, 16_384] },
  sc1: { size: [125, 16_384] },
  standard: { size: [1, 1024] },
}

/** MiB/s for each provisioned IOPS of a gp3 volume. */
const throughputPerIops = 0.25

export interface WantedPerformance {
  readonly type: string
  /** GiB. */
  readonly size: number
  readonly iops: number | undefined
  /** MiB/s. */
  readonly throughput: number | undefined
  readonly multiAttach?: boolean
}

export interface Performance {
  readonly type: VolumeType
  readonly size: number
  readonly iops: number | null
  readonly throughput: number | null
}

/**
 * What a volume of a type and size gets, checked against the type's limits.
 *
 * @throws UnknownVolumeType, InvalidParameterValue, InvalidParameterCombination or MissingParameter
 */
export function performanceOf(wanted: WantedPerformance): Performance {
  const type = knownType(wanted.type)
  const { size, iops, throughput } = wanted
  const limit = limits[type]
  if (size < limit.size[0]) throw volumeTooSmall(type, size, limit.size[0])
  if (size > limit.size[1]) throw volumeTooLarge(type, size, limit.size[1])
  if (iops !== undefined && !limit.iops) throw iopsNotSupported(type)
  if (throughput !== undefined && !limit.throughput) throw throughputNotSupported()
  if (wanted.multiAttach && !limit.multiAttach) throw multiAttachNotSupported(type)
  if (!limit.iops)
    return { type, size, iops: type === 'gp2' ? gp2Iops(size) : null, throughput: null }
  if (iops === undefined && type !== 'gp3') throw missingParameter('iops')
  const provisioned = iops ?? limit.iops[0]
  requireWithin('iops', provisioned, limit.iops)
  const ratio = provisioned / size
  // Every gp3 volume has 3,000, however small.
  if (ratio > limit.iopsPerGib! && !(type === 'gp3' && provisioned === limit.iops[0])) {
    throw iopsRatioTooHigh(ratio, limit.iopsPerGib!)
  }
  if (!limit.throughput) return { type, size, iops: provisioned, throughput: null }
  const speed = throughput ?? limit.throughput[0]
  requireWithin('throughput', speed, limit.throughput)
  if (speed / provisioned > throughputPerIops) {
    throw throughputRatioTooHigh(speed / provisioned, throughputPerIops)
  }
  return { type, size, iops: provisioned, throughput: speed }
}

/** Whether the type's IOPS are the request's to choose. */
export const hasProvisionedIops = (type: string): boolean =>
  limits[knownType(type)].iops !== undefined

function knownType(type: string): VolumeType {
  if (!Object.hasOwn(limits, type)) throw unknownVolumeType(type)
  return type as VolumeType
}

function requireWithin(what: 'iops' | 'throughput', value: number, [least, most]: Range): void {
  if (value < least) throw numberTooLow(what, value, least)
  if (value > most) throw numberTooHigh(what, value, most)
}

/** 3 IOPS for each GiB, at least 100 and at most 16,000. */
const gp2Iops = (size: number): number => Math.min(16_000, Math.max(100, 3 * size))
