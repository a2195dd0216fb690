import type {
  CreateCustomerGatewayRequest,
  CreateCustomerGatewayResult,
  CustomerGateway,
  DeleteCustomerGatewayRequest,
  DescribeCustomerGatewaysRequest,
  DescribeCustomerGatewaysResult,
} from '@aws-sdk/client-ec2'
import { AwsError } from '../../../errors.ts'
import { isIpv4 } from '../addresses.ts'
import { idDoesNotExist } from '../describe/resources.ts'
import { invalidParameterValue, invalidValue, missingParameter } from '../errors.ts'
import { byMembers, family } from './family.ts'
import { creates, deletes, describes } from './operations.ts'
import { vpnConnections } from './vpn-connections.ts'

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CustomerGateway.html */
export const customerGateways = family<CustomerGateway>({
  type: 'customer-gateway',
  prefix: 'cgw',
  id: 'CustomerGatewayId',
  notFound: idDoesNotExist('InvalidCustomerGatewayID.NotFound', 'customerGateway'),
  malformed: 'InvalidCustomerGatewayId.Malformed',
  life: { first: 'available', last: 'deleted', gone: ['deleted'] },
  filters: {
    ...byMembers('BgpAsn', 'DeviceName', 'IpAddress', 'Type'),
    'customer-gateway-id': 't.id',
    state: 't.state',
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeCustomerGateways.html */
export const DescribeCustomerGateways = describes<
  DescribeCustomerGatewaysRequest,
  DescribeCustomerGatewaysResult
>(customerGateways, 'CustomerGateways', 'CustomerGatewayIds')

/** Two with the same address and number are one. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateCustomerGateway.html */
export const CreateCustomerGateway = creates<
  CreateCustomerGatewayRequest,
  CreateCustomerGatewayResult,
  CustomerGateway
>(customerGateways, {
  needs: ['Type'],
  make({ Type, IpAddress, PublicIp, BgpAsn, BgpAsnExtended, CertificateArn, DeviceName }) {
    const address = IpAddress ?? PublicIp
    if (Type !== 'ipsec.1') throw invalidValue(Type!, 'type')
    if (!address && !CertificateArn) throw missingParameter('ipAddress')
    if (address && !isIpv4(address) && !address.includes(':')) {
      throw invalidParameterValue(`Value (${address}) for parameter ipAddress is invalid.`)
    }
    if (BgpAsn !== undefined && BgpAsnExtended !== undefined) {
      throw new AwsError(
        'InvalidParameterCombination',
        'The parameters BgpAsn and BgpAsnExtended cannot be specified together.',
      )
    }
    const number = BgpAsnExtended ?? BgpAsn ?? 65_000
    return {
      Type,
      // What is above 2,147,483,647 stands in a member of its own.
      ...(number > 2 ** 31 - 1 ? { BgpAsnExtended: String(number) } : { BgpAsn: String(number) }),
      ...(address ? { IpAddress: address } : {}),
      ...(CertificateArn ? { CertificateArn } : {}),
      ...(DeviceName ? { DeviceName } : {}),
    }
  },
  answer: 'CustomerGateway',
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteCustomerGateway.html */
export const DeleteCustomerGateway = deletes<DeleteCustomerGatewayRequest, {}, CustomerGateway>(
  customerGateways,
  'CustomerGatewayId',
  {
    before({ CustomerGatewayId: id }, _input, call) {
      if (vpnConnections.having('CustomerGatewayId', id!, call).length > 0) {
        throw new AwsError('IncorrectState', 'The customer gateway is in use.')
      }
    },
    answer: () => ({}),
  },
)
