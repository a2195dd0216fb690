import type {
  AllocateIpamPoolCidrRequest,
  AllocateIpamPoolCidrResult,
  DeprovisionIpamPoolCidrRequest,
  DeprovisionIpamPoolCidrResult,
  GetIpamPoolAllocationsRequest,
  GetIpamPoolAllocationsResult,
  GetIpamPoolCidrsRequest,
  GetIpamPoolCidrsResult,
  IpamPoolAllocation,
  IpamPoolCidr,
  ProvisionIpamPoolCidrRequest,
  ProvisionIpamPoolCidrResult,
  ReleaseIpamPoolAllocationRequest,
  ReleaseIpamPoolAllocationResult,
} from '@aws-sdk/client-ec2'
import { AwsError } from '../../../errors.ts'
import type { Call } from '../../../operation.ts'
import {
  canonicalIpv4Block,
  canonicalIpv6Block,
  numberToIpv4,
  numberToIpv6,
  parseIpv4Block,
  parseIpv6Block,
} from '../addresses.ts'
import { pageOfFacts } from '../describe/facts.ts'
import type { FactSource } from '../describe/facts.ts'
import { dependencyViolation, invalidValue, missingParameter } from '../errors.ts'
import { contains, overlaps, prefixOf } from '../network/blocks.ts'
import { findByToken, keepToken } from '../rows/client-tokens.ts'
import { pools } from './ipam-pools.ts'
import type { Pool } from './ipam-pools.ts'
import { acts } from './operations.ts'

// The blocks of IPAM's pools, and what is given out of them.
// https://docs.aws.amazon.com/vpc/latest/ipam/prov-cidr-ipam.html

const inPool = { IpamPoolId: 'ipam-pool' } as const

/** The text of a block of the pool's family. */
function blockOf(text: string, pool: Pool): string {
  const block = pool.AddressFamily === 'ipv6' ? canonicalIpv6Block(text) : canonicalIpv4Block(text)
  if (!block) throw invalidValue(text, 'Cidr', 'This is not a valid CIDR block.')
  return block
}

/** The first block of a length in the blocks given that touches none of the others. */
function freeBlock(
  within: readonly string[],
  taken: readonly string[],
  length: number,
): string | undefined {
  for (const outer of within) {
    if (prefixOf(outer) > length) continue
    const isIpv6 = outer.includes(':')
    const bits = isIpv6 ? 128 : 32
    const step = 1n << BigInt(bits - length)
    const first = isIpv6 ? parseIpv6Block(outer)!.first : BigInt(parseIpv4Block(outer)!.first)
    const end = first + (1n << BigInt(bits - prefixOf(outer)))
    for (let at = first; at < end;) {
      const address = isIpv6 ? numberToIpv6(at) : numberToIpv4(Number(at))
      const block = `${address}/${length}`
      const hit = taken.find((one) => overlaps(one, block))
      if (!hit) return block
      // Past the block that is in the way, at the next place where one of the length can begin.
      const size = 1n << BigInt(bits - prefixOf(hit))
      const start = isIpv6 ? parseIpv6Block(hit)!.first : BigInt(parseIpv4Block(hit)!.first)
      const after = start + size
      const next = first + ((after - first + step - 1n) / step) * step
      at = next > at ? next : at + step
    }
  }
  return undefined
}

const blocksIn = (pool: Pool) => (pool.Cidrs ?? []).map((one) => one.Cidr!)
const takenIn = (pool: Pool) => (pool.Allocations ?? []).map((one) => one.Cidr!)

const noSpace = () =>
  new AwsError(
    'InsufficientCidrBlocks',
    'The request does not have enough space in the pool to be fulfilled.',
  )

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ProvisionIpamPoolCidr.html */
export const ProvisionIpamPoolCidr = acts<
  ProvisionIpamPoolCidrRequest,
  ProvisionIpamPoolCidrResult
>(inPool, (input, call) => {
  const { IpamPoolId, ClientToken } = input
  const pool = pools.require(IpamPoolId!, call)
  const before = findByToken<string>(ClientToken, input, call)
  const there = pool.Cidrs?.find((one) => one.IpamPoolCidrId === before)
  if (there) return { IpamPoolCidr: there }
  const parent = pool.SourceIpamPoolId ? pools.require(pool.SourceIpamPoolId, call) : undefined
  const block = provisioned(input, pool, parent)
  const cidr: IpamPoolCidr = {
    Cidr: block,
    State: 'provisioned',
    IpamPoolCidrId: call.ids.ec2('ipam-pool-cidr'),
    ...(input.NetmaskLength ? { NetmaskLength: input.NetmaskLength } : {}),
  }
  pools.change(IpamPoolId!, { Cidrs: [...(pool.Cidrs ?? []), cidr] }, call)
  if (parent) {
    const from = { ResourceId: IpamPoolId!, ResourceType: 'ipam-pool' as const }
    allot(parent, block, from, call)
  }
  keepToken(ClientToken, input, cidr.IpamPoolCidrId!, call)
  return { IpamPoolCidr: { ...cidr, State: 'pending-provision' } }
})

function provisioned(
  { Cidr, NetmaskLength }: ProvisionIpamPoolCidrRequest,
  pool: Pool,
  parent: Pool | undefined,
): string {
  if (!Cidr) {
    if (!NetmaskLength) throw missingParameter('Cidr')
    const free = parent ? freeBlock(blocksIn(parent), takenIn(parent), NetmaskLength) : undefined
    if (!free) throw noSpace()
    return free
  }
  const block = blockOf(Cidr, pool)
  const isFree = !blocksIn(pool).some((one) => overlaps(one, block))
  const isOfParent =
    !parent ||
    (blocksIn(parent).some((one) => contains(one, block)) &&
      !takenIn(parent).some((one) => overlaps(one, block)))
  if (isFree && isOfParent) return block
  throw new AwsError('InvalidParameterValue', `The CIDR ${block} is not available to the pool.`)
}

/** Gives a block out of a pool. */
function allot(
  pool: Pool,
  Cidr: string,
  more: Partial<IpamPoolAllocation>,
  call: Call,
): IpamPoolAllocation {
  const allocation: IpamPoolAllocation = {
    Cidr,
    IpamPoolAllocationId: call.ids.ec2('ipam-pool-alloc'),
    ResourceType: 'custom',
    ResourceOwner: call.account,
    ResourceRegion: call.region,
    ...more,
  }
  const Allocations = [...(pool.Allocations ?? []), allocation]
  pools.change(pool.IpamPoolId!, { Allocations }, call)
  return allocation
}

/**
 * Gives a VPC a block out of a pool: the one asked for, or the first of a length.
 *
 * @throws InsufficientCidrBlocks and what is wrong with the block
 */
export function allotTo(
  resource: { readonly type: 'vpc'; readonly id: string },
  poolId: string,
  wanted: { readonly block?: string | undefined; readonly length?: number | undefined },
  call: Call,
): string {
  const pool = pools.require(poolId, call)
  const block = chosen(pool, wanted.block, wanted.length)
  allot(pool, block, { ResourceType: resource.type, ResourceId: resource.id }, call)
  return block
}

/** Takes back what was given to a resource that is gone. */
export function takeBack(resourceId: string, call: Call): void {
  for (const pool of pools.all(call)) {
    const all = pool.Allocations ?? []
    const rest = all.filter((one) => one.ResourceId !== resourceId)
    if (rest.length < all.length) pools.change(pool.IpamPoolId!, { Allocations: rest }, call)
  }
}

function chosen(pool: Pool, asked: string | undefined, wantedLength: number | undefined): string {
  if (asked) {
    const block = blockOf(asked, pool)
    const isThere = blocksIn(pool).some((one) => contains(one, block))
    if (!isThere || takenIn(pool).some((one) => overlaps(one, block))) {
      throw new AwsError(
        'InvalidParameterValue',
        `The allocation of ${block} is not possible in ${pool.IpamPoolId}.`,
      )
    }
    return block
  }
  const length = wantedLength ?? pool.AllocationDefaultNetmaskLength
  if (!length) throw missingParameter('NetmaskLength')
  const { AllocationMinNetmaskLength: least, AllocationMaxNetmaskLength: most } = pool
  if ((least && length < least) || (most && length > most)) {
    throw invalidValue(length, 'NetmaskLength', `The pool allows ${least ?? 0} to ${most ?? 128}.`)
  }
  const free = freeBlock(blocksIn(pool), takenIn(pool), length)
  if (!free) throw noSpace()
  return free
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeprovisionIpamPoolCidr.html */
export const DeprovisionIpamPoolCidr = acts<
  DeprovisionIpamPoolCidrRequest,
  DeprovisionIpamPoolCidrResult
>(inPool, ({ IpamPoolId, Cidr }, call) => {
  if (!Cidr) throw missingParameter('Cidr')
  const pool = pools.require(IpamPoolId!, call)
  const cidr = pool.Cidrs?.find((one) => one.Cidr === Cidr)
  if (!cidr) {
    throw new AwsError('InvalidParameterValue', `The CIDR ${Cidr} is not provisioned to the pool.`)
  }
  if (takenIn(pool).some((one) => overlaps(one, Cidr))) throw dependencyViolation(IpamPoolId!)
  const Cidrs = pool.Cidrs!.filter((one) => one !== cidr)
  pools.change(IpamPoolId!, { Cidrs }, call)
  const parent = pool.SourceIpamPoolId ? pools.find(pool.SourceIpamPoolId, call) : undefined
  if (parent) {
    const Allocations = (parent.Allocations ?? []).filter(
      (one) => one.ResourceId !== IpamPoolId || one.Cidr !== Cidr,
    )
    pools.change(parent.IpamPoolId!, { Allocations }, call)
  }
  return { IpamPoolCidr: { ...cidr, State: 'pending-deprovision' } }
})

const byBlock: FactSource<IpamPoolCidr> = {
  filters: {
    cidr: (one) => one.Cidr,
    'ipam-pool-cidr-id': (one) => one.IpamPoolCidrId,
    state: (one) => one.State,
  },
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetIpamPoolCidrs.html */
export const GetIpamPoolCidrs = acts<GetIpamPoolCidrsRequest, GetIpamPoolCidrsResult>(
  inPool,
  (input, call) => {
    const { Cidrs = [] } = pools.require(input.IpamPoolId!, call)
    const { items, nextToken } = pageOfFacts(byBlock, Cidrs, input, call)
    return { IpamPoolCidrs: items, NextToken: nextToken }
  },
)

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AllocateIpamPoolCidr.html */
export const AllocateIpamPoolCidr = acts<AllocateIpamPoolCidrRequest, AllocateIpamPoolCidrResult>(
  inPool,
  (input, call) => {
    const { IpamPoolId, Cidr, NetmaskLength, Description, ClientToken, PreviewNextCidr } = input
    const pool = pools.require(IpamPoolId!, call)
    const before = findByToken<string>(ClientToken, input, call)
    const there = pool.Allocations?.find((one) => one.IpamPoolAllocationId === before)
    if (there) return { IpamPoolAllocation: there }
    const block = chosen(pool, Cidr, NetmaskLength)
    if (PreviewNextCidr) return { IpamPoolAllocation: { Cidr: block } }
    const made = allot(pool, block, Description ? { Description } : {}, call)
    keepToken(ClientToken, input, made.IpamPoolAllocationId!, call)
    return { IpamPoolAllocation: made }
  },
)

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReleaseIpamPoolAllocation.html */
export const ReleaseIpamPoolAllocation = acts<
  ReleaseIpamPoolAllocationRequest,
  ReleaseIpamPoolAllocationResult
>(inPool, ({ IpamPoolId, IpamPoolAllocationId: id }, call) => {
  const { Allocations = [] } = pools.require(IpamPoolId!, call)
  const rest = Allocations.filter((one) => one.IpamPoolAllocationId !== id)
  if (rest.length === Allocations.length) throw noAllocation(id ?? '')
  pools.change(IpamPoolId!, { Allocations: rest }, call)
  return { Success: true }
})

const noAllocation = (id: string) =>
  new AwsError(
    'InvalidIpamPoolAllocationId.NotFound',
    `The IPAM pool allocation ID '${id}' does not exist`,
  )

const byAllocation: FactSource<IpamPoolAllocation> = {
  limits: { least: 1000, most: 100_000 },
  filters: {
    cidr: (one) => one.Cidr,
    'ipam-pool-allocation-id': (one) => one.IpamPoolAllocationId,
    'resource-id': (one) => one.ResourceId,
    'resource-owner': (one) => one.ResourceOwner,
    'resource-region': (one) => one.ResourceRegion,
    'resource-type': (one) => one.ResourceType,
  },
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetIpamPoolAllocations.html */
export const GetIpamPoolAllocations = acts<
  GetIpamPoolAllocationsRequest,
  GetIpamPoolAllocationsResult
>(inPool, (input, call) => {
  const { IpamPoolId, IpamPoolAllocationId: id } = input
  const { Allocations = [] } = pools.require(IpamPoolId!, call)
  const picked = id ? Allocations.filter((one) => one.IpamPoolAllocationId === id) : Allocations
  if (id && picked.length === 0) throw noAllocation(id)
  const { items, nextToken } = pageOfFacts(byAllocation, picked, input, call)
  return { IpamPoolAllocations: items, NextToken: nextToken }
})
