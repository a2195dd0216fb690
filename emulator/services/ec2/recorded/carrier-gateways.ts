import type {
  CarrierGateway,
  CreateCarrierGatewayRequest,
  CreateCarrierGatewayResult,
  DeleteCarrierGatewayRequest,
  DeleteCarrierGatewayResult,
  DescribeCarrierGatewaysRequest,
  DescribeCarrierGatewaysResult,
} from '@aws-sdk/client-ec2'
import { AwsError } from '../../../errors.ts'
import { idDoesNotExist } from '../describe/resources.ts'
import { setRoutesState } from '../rows/routes.ts'
import { byMembers, family } from './family.ts'
import { creates, deletes, describes } from './operations.ts'
import { usualLife } from './states.ts'

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CarrierGateway.html */
export const carrierGateways = family<CarrierGateway>({
  type: 'carrier-gateway',
  prefix: 'cagw',
  id: 'CarrierGatewayId',
  notFound: idDoesNotExist('InvalidCarrierGatewayID.NotFound', 'CarrierGateway'),
  life: usualLife,
  filters: {
    ...byMembers('OwnerId', 'VpcId'),
    'carrier-gateway-id': 't.id',
    state: 't.state',
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeCarrierGateways.html */
export const DescribeCarrierGateways = describes<
  DescribeCarrierGatewaysRequest,
  DescribeCarrierGatewaysResult
>(carrierGateways, 'CarrierGateways', 'CarrierGatewayIds')

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateCarrierGateway.html */
export const CreateCarrierGateway = creates<
  CreateCarrierGatewayRequest,
  CreateCarrierGatewayResult,
  CarrierGateway
>(carrierGateways, {
  uses: { VpcId: 'vpc' },
  make({ VpcId }, call) {
    if (carrierGateways.having('VpcId', VpcId!, call).length > 0) {
      throw new AwsError(
        'CarrierGatewayLimitExceeded',
        `The VPC '${VpcId}' already has a carrier gateway.`,
      )
    }
    return { VpcId: VpcId!, OwnerId: call.account }
  },
  answer: 'CarrierGateway',
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteCarrierGateway.html */
export const DeleteCarrierGateway = deletes<
  DeleteCarrierGatewayRequest,
  DeleteCarrierGatewayResult,
  CarrierGateway
>(carrierGateways, 'CarrierGatewayId', {
  before: ({ CarrierGatewayId: id }, _input, call) => setRoutesState(call, id!, 'blackhole'),
  answer: 'CarrierGateway',
})
