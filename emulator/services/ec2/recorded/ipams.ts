import type {
  CreateIpamRequest,
  CreateIpamResult,
  CreateIpamScopeRequest,
  CreateIpamScopeResult,
  DeleteIpamRequest,
  DeleteIpamResult,
  DeleteIpamScopeRequest,
  DeleteIpamScopeResult,
  DescribeIpamScopesRequest,
  DescribeIpamScopesResult,
  DescribeIpamsRequest,
  DescribeIpamsResult,
  Ipam,
  IpamScope,
  ModifyIpamRequest,
  ModifyIpamResult,
  ModifyIpamScopeRequest,
  ModifyIpamScopeResult,
} from '@aws-sdk/client-ec2'
import { AwsError } from '../../../errors.ts'
import type { Call } from '../../../operation.ts'
import { arnOf } from '../arns.ts'
import { idDoesNotExist } from '../describe/resources.ts'
import { dependencyViolation } from '../errors.ts'
import { byMembers, family } from './family.ts'
import { attachDiscovery, detachDiscoveries } from './ipam-discoveries.ts'
import { pools, removePool } from './ipam-pools.ts'
import { creates, deletes, describes, modifies } from './operations.ts'
import { progressLife } from './states.ts'

// IP address managers and their scopes; pools stand in `ipam-pools.ts`.
// https://docs.aws.amazon.com/vpc/latest/ipam/what-it-is-ipam.html

export const ipams = family<Ipam>({
  type: 'ipam',
  prefix: 'ipam',
  id: 'IpamId',
  notFound: idDoesNotExist('InvalidIpamId.NotFound', 'IPAM'),
  life: progressLife,
  filters: {
    ...byMembers('Description', 'IpamArn', 'IpamRegion', 'OwnerId', 'Tier'),
    'ipam-id': 't.id',
    state: 't.state',
  },
})

export const scopes = family<IpamScope>({
  type: 'ipam-scope',
  prefix: 'ipam-scope',
  id: 'IpamScopeId',
  notFound: idDoesNotExist('InvalidIpamScopeId.NotFound', 'IPAM scope'),
  life: progressLife,
  filters: {
    ...byMembers(
      'Description',
      'IpamArn',
      'IpamRegion',
      'IpamScopeArn',
      'IpamScopeType',
      'IsDefault',
      'OwnerId',
    ),
    'ipam-scope-id': 't.id',
    state: 't.state',
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeIpams.html */
export const DescribeIpams = describes<DescribeIpamsRequest, DescribeIpamsResult>(
  ipams,
  'Ipams',
  'IpamIds',
)

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateIpam.html */
export const CreateIpam = creates<CreateIpamRequest, CreateIpamResult, Ipam>(ipams, {
  make: ({ Description, OperatingRegions = [], Tier, EnablePrivateGua, MeteredAccount }, call) => ({
    OwnerId: call.account,
    IpamRegion: call.region,
    ...(Description ? { Description } : {}),
    // The region that the IPAM is made in is always one of those that it looks at.
    OperatingRegions: [
      ...new Set([call.region, ...OperatingRegions.map(({ RegionName }) => RegionName!)]),
    ].map((RegionName) => ({ RegionName })),
    Tier: Tier ?? 'advanced',
    EnablePrivateGua: EnablePrivateGua ?? false,
    MeteredAccount: MeteredAccount ?? 'ipam-owner',
    ScopeCount: 2,
  }),
  made(item, _input, call) {
    const id = item.IpamId!
    const IpamArn = arnOf(call, 'ipam', id)
    ipams.change(id, { IpamArn }, call)
    ipams.change(
      id,
      {
        PublicDefaultScopeId: makeScope(id, 'public', true, {}, call),
        PrivateDefaultScopeId: makeScope(id, 'private', true, {}, call),
        ...attachDiscovery(id, item.OperatingRegions!, call),
      },
      call,
    )
  },
  answer: 'Ipam',
})

/** @returns the scope's id */
function makeScope(
  ipamId: string,
  kind: 'public' | 'private',
  IsDefault: boolean,
  more: Partial<IpamScope>,
  call: Call,
): string {
  const made = scopes.insert(scopeOf(ipamId, kind, IsDefault, more, call), [], call)
  const id = made.IpamScopeId!
  scopes.change(id, { IpamScopeArn: arnOf(call, 'ipam-scope', id) }, call)
  return id
}

const scopeOf = (
  ipamId: string,
  IpamScopeType: 'public' | 'private',
  IsDefault: boolean,
  more: Partial<IpamScope>,
  call: Call,
): Partial<IpamScope> => ({
  OwnerId: call.account,
  IpamArn: arnOf(call, 'ipam', ipamId),
  IpamRegion: call.region,
  IpamScopeType,
  IsDefault,
  PoolCount: 0,
  ...more,
})

const scopesOf = (ipamId: string, call: Call) =>
  scopes.having('IpamArn', arnOf(call, 'ipam', ipamId), call)

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyIpam.html */
export const ModifyIpam = modifies<ModifyIpamRequest, ModifyIpamResult, Ipam>(ipams, 'IpamId', {
  state: 'modify-in-progress',
  change({ OperatingRegions = [] }, input) {
    const gone = new Set((input.RemoveOperatingRegions ?? []).map((one) => one.RegionName))
    const names = [...OperatingRegions, ...(input.AddOperatingRegions ?? [])].map(
      (one) => one.RegionName!,
    )
    return {
      ...(input.Description === undefined ? {} : { Description: input.Description }),
      OperatingRegions: [...new Set(names)]
        .filter((name) => !gone.has(name))
        .map((RegionName) => ({ RegionName })),
      ...(input.Tier ? { Tier: input.Tier } : {}),
      ...(input.EnablePrivateGua === undefined ? {} : { EnablePrivateGua: input.EnablePrivateGua }),
      ...(input.MeteredAccount ? { MeteredAccount: input.MeteredAccount } : {}),
    }
  },
  answer: 'Ipam',
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteIpam.html */
export const DeleteIpam = deletes<DeleteIpamRequest, DeleteIpamResult, Ipam>(ipams, 'IpamId', {
  before({ IpamId: id, IpamArn }, { Cascade }, call) {
    const inside = scopesOf(id!, call)
    const poolsInside = pools.having('IpamArn', IpamArn!, call)
    if (!Cascade && (poolsInside.length > 0 || inside.some(({ IsDefault }) => !IsDefault))) {
      throw dependencyViolation(id!)
    }
    for (const pool of poolsInside) removePool(pool, call)
    for (const scope of inside) scopes.remove(scope.IpamScopeId!, call)
    detachDiscoveries(id!, call)
  },
  answer: 'Ipam',
})

/** Scopes count the pools in them. */
const counted = (scope: IpamScope, call: Call): IpamScope => ({
  ...scope,
  PoolCount: pools.having('IpamScopeArn', scope.IpamScopeArn!, call).length,
})

const describeScopes = describes<DescribeIpamScopesRequest, DescribeIpamScopesResult>(
  scopes,
  'IpamScopes',
  'IpamScopeIds',
)

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeIpamScopes.html */
export const DescribeIpamScopes: typeof describeScopes = {
  ...describeScopes,
  run(input, call) {
    const { IpamScopes = [], NextToken } = describeScopes.run(input, call, undefined)
    return { IpamScopes: IpamScopes.map((one) => counted(one, call)), NextToken }
  },
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateIpamScope.html */
export const CreateIpamScope = creates<CreateIpamScopeRequest, CreateIpamScopeResult, IpamScope>(
  scopes,
  {
    uses: { IpamId: 'ipam' },
    make({ IpamId, Description }, call) {
      const ScopeCount = scopesOf(IpamId!, call).length + 1
      ipams.change(IpamId!, { ScopeCount }, call)
      const more = Description ? { Description } : {}
      return scopeOf(IpamId!, 'private', false, more, call)
    },
    made({ IpamScopeId: id }, _input, call) {
      scopes.change(id!, { IpamScopeArn: arnOf(call, 'ipam-scope', id!) }, call)
    },
    answer: 'IpamScope',
  },
)

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyIpamScope.html */
export const ModifyIpamScope = modifies<ModifyIpamScopeRequest, ModifyIpamScopeResult, IpamScope>(
  scopes,
  'IpamScopeId',
  {
    state: 'modify-in-progress',
    change: (_item, { Description }) => (Description === undefined ? {} : { Description }),
    answer: 'IpamScope',
  },
)

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteIpamScope.html */
export const DeleteIpamScope = deletes<DeleteIpamScopeRequest, DeleteIpamScopeResult, IpamScope>(
  scopes,
  'IpamScopeId',
  {
    before(scope, _input, call) {
      if (scope.IsDefault) {
        throw new AwsError(
          'InvalidParameterValue',
          'The default scopes of an IPAM cannot be deleted.',
        )
      }
      if (counted(scope, call).PoolCount! > 0) throw dependencyViolation(scope.IpamScopeId!)
      const ipam = ipams.all(call).find((one) => one.IpamArn === scope.IpamArn)
      if (ipam) ipams.change(ipam.IpamId!, { ScopeCount: ipam.ScopeCount! - 1 }, call)
    },
    answer: 'IpamScope',
  },
)
