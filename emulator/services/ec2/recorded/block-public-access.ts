import type {
  CreateVpcBlockPublicAccessExclusionRequest,
  CreateVpcBlockPublicAccessExclusionResult,
  DeleteVpcBlockPublicAccessExclusionRequest,
  DeleteVpcBlockPublicAccessExclusionResult,
  DescribeVpcBlockPublicAccessExclusionsRequest,
  DescribeVpcBlockPublicAccessExclusionsResult,
  DescribeVpcBlockPublicAccessOptionsRequest,
  DescribeVpcBlockPublicAccessOptionsResult,
  ModifyVpcBlockPublicAccessExclusionRequest,
  ModifyVpcBlockPublicAccessExclusionResult,
  ModifyVpcBlockPublicAccessOptionsRequest,
  ModifyVpcBlockPublicAccessOptionsResult,
  VpcBlockPublicAccessExclusion,
  VpcBlockPublicAccessOptions,
} from '@aws-sdk/client-ec2'
import { arnOf } from '../arns.ts'
import type { Scope } from '../describe/resources.ts'
import { invalidParameterCombination, invalidValue, missingParameter } from '../errors.ts'
import { byMembers, family } from './family.ts'
import { acts, creates, deletes, describes, modifies, requireMembers } from './operations.ts'
import { keepSetting, settingOf } from './settings.ts'
import { progressLife } from './states.ts'

// Whether internet gateways may be used at all, in an account and region.
// https://docs.aws.amazon.com/vpc/latest/userguide/security-vpc-bpa.html

const setting = 'vpc-block-public-access'

const optionsOf = (scope: Scope): VpcBlockPublicAccessOptions => ({
  AwsAccountId: scope.account,
  AwsRegion: scope.region,
  ...settingOf<VpcBlockPublicAccessOptions>(scope, setting, {
    State: 'default-state',
    InternetGatewayBlockMode: 'off',
  }),
  ManagedBy: 'account',
  ExclusionsAllowed: 'allowed',
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcBlockPublicAccessOptions.html */
export const DescribeVpcBlockPublicAccessOptions = acts<
  DescribeVpcBlockPublicAccessOptionsRequest,
  DescribeVpcBlockPublicAccessOptionsResult
>({}, (_input, call) => ({ VpcBlockPublicAccessOptions: optionsOf(call) }))

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcBlockPublicAccessOptions.html */
export const ModifyVpcBlockPublicAccessOptions = acts<
  ModifyVpcBlockPublicAccessOptionsRequest,
  ModifyVpcBlockPublicAccessOptionsResult
>({}, (input, call) => {
  const { InternetGatewayBlockMode: mode } = input
  requireMembers(input, 'InternetGatewayBlockMode')
  if (!['off', 'block-bidirectional', 'block-ingress'].includes(mode!)) {
    throw invalidValue(mode!, 'InternetGatewayBlockMode')
  }
  const LastUpdateTimestamp = new Date(call.now)
  keepSetting(call, setting, {
    State: 'update-complete',
    InternetGatewayBlockMode: mode,
    LastUpdateTimestamp,
  })
  return { VpcBlockPublicAccessOptions: { ...optionsOf(call), State: 'update-in-progress' } }
})

const exclusions = family<VpcBlockPublicAccessExclusion>({
  type: 'vpc-block-public-access-exclusion',
  prefix: 'vpcbpa-exclude',
  id: 'ExclusionId',
  notFound: {
    code: 'InvalidVpcBlockPublicAccessExclusionId.NotFound',
    one: (id) => `The VPC BPA exclusion ID '${id}' does not exist`,
    several: (ids) => `The VPC BPA exclusion IDs '${ids}' do not exist`,
  },
  life: progressLife,
  created: 'CreationTimestamp',
  filters: { ...byMembers('InternetGatewayExclusionMode', 'ResourceArn'), state: 't.state' },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcBlockPublicAccessExclusions.html */
export const DescribeVpcBlockPublicAccessExclusions = describes<
  DescribeVpcBlockPublicAccessExclusionsRequest,
  DescribeVpcBlockPublicAccessExclusionsResult
>(exclusions, 'VpcBlockPublicAccessExclusions', 'ExclusionIds')

const modes: ReadonlySet<string> = new Set(['allow-bidirectional', 'allow-egress'])

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcBlockPublicAccessExclusion.html */
export const CreateVpcBlockPublicAccessExclusion = creates<
  CreateVpcBlockPublicAccessExclusionRequest,
  CreateVpcBlockPublicAccessExclusionResult,
  VpcBlockPublicAccessExclusion
>(exclusions, {
  uses: { VpcId: 'vpc?', SubnetId: 'subnet?' },
  needs: ['InternetGatewayExclusionMode'],
  make({ VpcId, SubnetId, InternetGatewayExclusionMode: mode }, call) {
    if (VpcId && SubnetId) {
      throw invalidParameterCombination('Only one of VpcId and SubnetId may be specified.')
    }
    if (!VpcId && !SubnetId) throw missingParameter('VpcId')
    if (!modes.has(mode!)) throw invalidValue(mode!, 'InternetGatewayExclusionMode')
    return {
      InternetGatewayExclusionMode: mode!,
      ResourceArn: VpcId ? arnOf(call, 'vpc', VpcId) : arnOf(call, 'subnet', SubnetId!),
      LastUpdateTimestamp: new Date(call.now),
    }
  },
  answer: 'VpcBlockPublicAccessExclusion',
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcBlockPublicAccessExclusion.html */
export const ModifyVpcBlockPublicAccessExclusion = modifies<
  ModifyVpcBlockPublicAccessExclusionRequest,
  ModifyVpcBlockPublicAccessExclusionResult,
  VpcBlockPublicAccessExclusion
>(exclusions, 'ExclusionId', {
  state: 'update-in-progress',
  change(_item, { InternetGatewayExclusionMode: mode }, call) {
    if (!mode) throw missingParameter('InternetGatewayExclusionMode')
    if (!modes.has(mode)) throw invalidValue(mode, 'InternetGatewayExclusionMode')
    return { InternetGatewayExclusionMode: mode, LastUpdateTimestamp: new Date(call.now) }
  },
  answer: 'VpcBlockPublicAccessExclusion',
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpcBlockPublicAccessExclusion.html */
export const DeleteVpcBlockPublicAccessExclusion = deletes<
  DeleteVpcBlockPublicAccessExclusionRequest,
  DeleteVpcBlockPublicAccessExclusionResult,
  VpcBlockPublicAccessExclusion
>(exclusions, 'ExclusionId', { answer: 'VpcBlockPublicAccessExclusion' })

/** `off`, `block-bidirectional` or `block-ingress`. */
export const blockModeOf = (scope: Scope): string => optionsOf(scope).InternetGatewayBlockMode!
