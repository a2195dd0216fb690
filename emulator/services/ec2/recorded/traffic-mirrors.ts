import type {
  CreateTrafficMirrorSessionRequest,
  CreateTrafficMirrorSessionResult,
  CreateTrafficMirrorTargetRequest,
  CreateTrafficMirrorTargetResult,
  DeleteTrafficMirrorSessionRequest,
  DeleteTrafficMirrorSessionResult,
  DeleteTrafficMirrorTargetRequest,
  DeleteTrafficMirrorTargetResult,
  DescribeTrafficMirrorSessionsRequest,
  DescribeTrafficMirrorSessionsResult,
  DescribeTrafficMirrorTargetsRequest,
  DescribeTrafficMirrorTargetsResult,
  ModifyTrafficMirrorSessionRequest,
  ModifyTrafficMirrorSessionResult,
  TrafficMirrorSession,
  TrafficMirrorTarget,
} from '@aws-sdk/client-ec2'
import { AwsError } from '../../../errors.ts'
import { idDoesNotExist } from '../describe/resources.ts'
import { dependencyViolation, invalidValue, missingParameter } from '../errors.ts'
import { byMembers, family } from './family.ts'
import { creates, deletes, describes, modifies } from './operations.ts'

// Sessions mirror the traffic of interfaces to targets; their filters stand in `traffic-mirror-filters.ts`.
// https://docs.aws.amazon.com/vpc/latest/mirroring/what-is-traffic-mirroring.html

const targets = family<TrafficMirrorTarget>({
  type: 'traffic-mirror-target',
  prefix: 'tmt',
  id: 'TrafficMirrorTargetId',
  notFound: idDoesNotExist('InvalidTrafficMirrorTargetId.NotFound', 'traffic mirror target'),
  filters: {
    ...byMembers('Description', 'NetworkInterfaceId', 'NetworkLoadBalancerArn', 'OwnerId'),
    'traffic-mirror-target-id': 't.id',
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeTrafficMirrorTargets.html */
export const DescribeTrafficMirrorTargets = describes<
  DescribeTrafficMirrorTargetsRequest,
  DescribeTrafficMirrorTargetsResult
>(targets, 'TrafficMirrorTargets', 'TrafficMirrorTargetIds')

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTrafficMirrorTarget.html */
export const CreateTrafficMirrorTarget = creates<
  CreateTrafficMirrorTargetRequest,
  CreateTrafficMirrorTargetResult,
  TrafficMirrorTarget
>(targets, {
  uses: {
    NetworkInterfaceId: 'network-interface?',
    GatewayLoadBalancerEndpointId: 'vpc-endpoint?',
  },
  make(input, call) {
    const { NetworkInterfaceId, NetworkLoadBalancerArn, GatewayLoadBalancerEndpointId } = input
    const one = NetworkInterfaceId ?? NetworkLoadBalancerArn ?? GatewayLoadBalancerEndpointId
    if (!one) throw missingParameter('NetworkInterfaceId')
    return {
      ...(NetworkInterfaceId ? { NetworkInterfaceId } : {}),
      ...(NetworkLoadBalancerArn ? { NetworkLoadBalancerArn } : {}),
      ...(GatewayLoadBalancerEndpointId ? { GatewayLoadBalancerEndpointId } : {}),
      Type: NetworkInterfaceId
        ? 'network-interface'
        : NetworkLoadBalancerArn
          ? 'network-load-balancer'
          : 'gateway-load-balancer-endpoint',
      ...(input.Description ? { Description: input.Description } : {}),
      OwnerId: call.account,
    }
  },
  answer: 'TrafficMirrorTarget',
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteTrafficMirrorTarget.html */
export const DeleteTrafficMirrorTarget = deletes<
  DeleteTrafficMirrorTargetRequest,
  DeleteTrafficMirrorTargetResult,
  TrafficMirrorTarget
>(targets, 'TrafficMirrorTargetId', {
  before({ TrafficMirrorTargetId: id }, _input, call) {
    if (sessions.having('TrafficMirrorTargetId', id!, call).length > 0) {
      throw dependencyViolation(id!)
    }
  },
  answer: ({ TrafficMirrorTargetId }) => ({ TrafficMirrorTargetId }),
})

export const sessions = family<TrafficMirrorSession>({
  type: 'traffic-mirror-session',
  prefix: 'tms',
  id: 'TrafficMirrorSessionId',
  notFound: idDoesNotExist('InvalidTrafficMirrorSessionId.NotFound', 'traffic mirror session'),
  filters: {
    ...byMembers(
      'Description',
      'NetworkInterfaceId',
      'OwnerId',
      'PacketLength',
      'SessionNumber',
      'TrafficMirrorFilterId',
      'TrafficMirrorTargetId',
      'VirtualNetworkId',
    ),
    'traffic-mirror-session-id': 't.id',
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeTrafficMirrorSessions.html */
export const DescribeTrafficMirrorSessions = describes<
  DescribeTrafficMirrorSessionsRequest,
  DescribeTrafficMirrorSessionsResult
>(sessions, 'TrafficMirrorSessions', 'TrafficMirrorSessionIds')

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTrafficMirrorSession.html */
export const CreateTrafficMirrorSession = creates<
  CreateTrafficMirrorSessionRequest,
  CreateTrafficMirrorSessionResult,
  TrafficMirrorSession
>(sessions, {
  uses: {
    NetworkInterfaceId: 'network-interface',
    TrafficMirrorTargetId: 'traffic-mirror-target',
    TrafficMirrorFilterId: 'traffic-mirror-filter',
  },
  needs: ['SessionNumber'],
  make(input, call) {
    const { SessionNumber: number, NetworkInterfaceId } = input
    checkNumber(number!)
    if (
      sessions
        .having('NetworkInterfaceId', NetworkInterfaceId!, call)
        .some((one) => one.SessionNumber === number)
    ) {
      throw new AwsError(
        'TrafficMirrorSessionAlreadyExists',
        `A session with the number ${number} already exists for ${NetworkInterfaceId}.`,
      )
    }
    return {
      NetworkInterfaceId: NetworkInterfaceId!,
      TrafficMirrorTargetId: input.TrafficMirrorTargetId!,
      TrafficMirrorFilterId: input.TrafficMirrorFilterId!,
      SessionNumber: number!,
      VirtualNetworkId: input.VirtualNetworkId ?? call.ids.bytes(3).readUIntBE(0, 3),
      ...(input.PacketLength ? { PacketLength: input.PacketLength } : {}),
      ...(input.Description ? { Description: input.Description } : {}),
      OwnerId: call.account,
    }
  },
  answer: 'TrafficMirrorSession',
})

function checkNumber(number: number): void {
  if (number >= 1 && number <= 32_766) return
  throw invalidValue(number, 'SessionNumber', 'Session numbers are from 1 to 32766.')
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyTrafficMirrorSession.html */
export const ModifyTrafficMirrorSession = modifies<
  ModifyTrafficMirrorSessionRequest,
  ModifyTrafficMirrorSessionResult,
  TrafficMirrorSession
>(sessions, 'TrafficMirrorSessionId', {
  uses: {
    TrafficMirrorTargetId: 'traffic-mirror-target?',
    TrafficMirrorFilterId: 'traffic-mirror-filter?',
  },
  change(_item, { DryRun: _dry, TrafficMirrorSessionId: _id, RemoveFields = [], ...rest }) {
    if (rest.SessionNumber !== undefined) checkNumber(rest.SessionNumber)
    const removed = {
      'packet-length': 'PacketLength',
      description: 'Description',
      'virtual-network-id': 'VirtualNetworkId',
    } as const
    const gone = RemoveFields.map((field) => [removed[field], undefined])
    const given = Object.entries(rest).filter(([, value]) => value !== undefined)
    return Object.fromEntries([...given, ...gone]) as Partial<TrafficMirrorSession>
  },
  answer: 'TrafficMirrorSession',
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteTrafficMirrorSession.html */
export const DeleteTrafficMirrorSession = deletes<
  DeleteTrafficMirrorSessionRequest,
  DeleteTrafficMirrorSessionResult,
  TrafficMirrorSession
>(sessions, 'TrafficMirrorSessionId', {
  answer: ({ TrafficMirrorSessionId }) => ({ TrafficMirrorSessionId }),
})
