import type {
  CreateIpamPoolRequest,
  CreateIpamPoolResult,
  DeleteIpamPoolRequest,
  DeleteIpamPoolResult,
  DescribeIpamPoolsRequest,
  DescribeIpamPoolsResult,
  IpamPool,
  IpamPoolAllocation,
  IpamPoolCidr,
  ModifyIpamPoolRequest,
  ModifyIpamPoolResult,
} from '@aws-sdk/client-ec2'
import type { Call } from '../../../operation.ts'
import { arnOf } from '../arns.ts'
import { idDoesNotExist } from '../describe/resources.ts'
import { dependencyViolation, invalidParameterCombination, invalidValue } from '../errors.ts'
import { byMembers, family } from './family.ts'
import { scopes } from './ipams.ts'
import { creates, deletes, describes, modifies } from './operations.ts'
import { progressLife } from './states.ts'

// Pools of IPAM; what is in them stands in `ipam-pool-blocks.ts`.

/** A pool with the blocks that it was given, and what was given out of it. */
export interface Pool extends IpamPool {
  readonly Cidrs?: readonly IpamPoolCidr[]
  readonly Allocations?: readonly IpamPoolAllocation[]
}

export const pools = family<Pool>({
  type: 'ipam-pool',
  prefix: 'ipam-pool',
  id: 'IpamPoolId',
  notFound: idDoesNotExist('InvalidIpamPoolId.NotFound', 'IPAM pool'),
  life: progressLife,
  filters: {
    ...byMembers(
      'AddressFamily',
      'AutoImport',
      'AwsService',
      'Description',
      'IpamArn',
      'IpamPoolArn',
      'IpamRegion',
      'IpamScopeArn',
      'IpamScopeType',
      'Locale',
      'OwnerId',
      'PoolDepth',
      'PubliclyAdvertisable',
      'SourceIpamPoolId',
    ),
    'ipam-pool-id': 't.id',
    state: 't.state',
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeIpamPools.html */
export const DescribeIpamPools = describes<DescribeIpamPoolsRequest, DescribeIpamPoolsResult>(
  pools,
  'IpamPools',
  'IpamPoolIds',
)

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateIpamPool.html */
export const CreateIpamPool = creates<CreateIpamPoolRequest, CreateIpamPoolResult, Pool>(pools, {
  uses: { IpamScopeId: 'ipam-scope' },
  needs: ['AddressFamily'],
  make(input, call) {
    const { AddressFamily, SourceIpamPoolId, AutoImport = false } = input
    const scope = scopes.require(input.IpamScopeId!, call)
    const parent = SourceIpamPoolId ? pools.require(SourceIpamPoolId, call) : undefined
    if (AddressFamily !== 'ipv4' && AddressFamily !== 'ipv6') {
      throw invalidValue(AddressFamily!, 'AddressFamily')
    }
    if (parent && parent.IpamScopeArn !== scope.IpamScopeArn) {
      throw invalidParameterCombination('A pool and its source pool must be in the same scope.')
    }
    const same = [
      'AllocationDefaultNetmaskLength',
      'AllocationMaxNetmaskLength',
      'AllocationMinNetmaskLength',
      'AllocationResourceTags',
      'AwsService',
      'Description',
      'PublicIpSource',
      'PubliclyAdvertisable',
      'SourceResource',
    ] as const
    const given = same.filter((member) => input[member] !== undefined)
    return {
      OwnerId: call.account,
      ...(SourceIpamPoolId ? { SourceIpamPoolId } : {}),
      IpamScopeArn: scope.IpamScopeArn,
      IpamScopeType: scope.IpamScopeType,
      IpamArn: scope.IpamArn,
      IpamRegion: call.region,
      Locale: input.Locale ?? 'None',
      PoolDepth: (parent?.PoolDepth ?? 0) + 1,
      AutoImport,
      AddressFamily,
      ...(Object.fromEntries(given.map((member) => [member, input[member]])) as Partial<Pool>),
      Cidrs: [],
      Allocations: [],
    }
  },
  made({ IpamPoolId: id }, _input, call) {
    pools.change(id!, { IpamPoolArn: arnOf(call, 'ipam-pool', id!) }, call)
  },
  answer: 'IpamPool',
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyIpamPool.html */
export const ModifyIpamPool = modifies<ModifyIpamPoolRequest, ModifyIpamPoolResult, Pool>(
  pools,
  'IpamPoolId',
  {
    state: 'modify-in-progress',
    change({ AllocationResourceTags = [] }, input) {
      const same = [
        'AllocationDefaultNetmaskLength',
        'AllocationMaxNetmaskLength',
        'AllocationMinNetmaskLength',
        'AutoImport',
        'Description',
      ] as const
      const given = same.filter((member) => input[member] !== undefined)
      const gone = new Set((input.RemoveAllocationResourceTags ?? []).map(({ Key }) => Key))
      return {
        ...(Object.fromEntries(given.map((member) => [member, input[member]])) as Partial<Pool>),
        ...(input.ClearAllocationDefaultNetmaskLength
          ? { AllocationDefaultNetmaskLength: undefined }
          : {}),
        AllocationResourceTags: [
          ...AllocationResourceTags.filter(({ Key }) => !gone.has(Key)),
          ...(input.AddAllocationResourceTags ?? []),
        ],
      }
    },
    answer: 'IpamPool',
  },
)

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteIpamPool.html */
export const DeleteIpamPool = deletes<DeleteIpamPoolRequest, DeleteIpamPoolResult, Pool>(
  pools,
  'IpamPoolId',
  {
    before({ IpamPoolId: id, Cidrs = [], Allocations = [] }, { Cascade }, call) {
      const children = pools.having('SourceIpamPoolId', id!, call)
      const isUsed = children.length > 0 || Cidrs.length > 0 || Allocations.length > 0
      if (isUsed && !Cascade) throw dependencyViolation(id!)
      for (const child of children) removePool(child, call)
    },
    answer: 'IpamPool',
  },
)

/** Removes a pool with the pools that have their blocks of it. */
export function removePool({ IpamPoolId: id }: Pool, call: Call): void {
  if (!pools.find(id!, call)) return
  for (const child of pools.having('SourceIpamPoolId', id!, call)) removePool(child, call)
  pools.remove(id!, call)
}
