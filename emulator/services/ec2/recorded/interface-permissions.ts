import type {
  CreateNetworkInterfacePermissionRequest,
  CreateNetworkInterfacePermissionResult,
  DeleteNetworkInterfacePermissionRequest,
  DeleteNetworkInterfacePermissionResult,
  DescribeNetworkInterfacePermissionsRequest,
  DescribeNetworkInterfacePermissionsResult,
  NetworkInterfacePermission,
} from '@aws-sdk/client-ec2'
import { AwsError } from '../../../errors.ts'
import { json } from '../describe/sql.ts'
import { missingParameter } from '../errors.ts'
import { family } from './family.ts'
import { acts, describes, requireMembers } from './operations.ts'

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NetworkInterfacePermission.html */
const permissions = family<NetworkInterfacePermission>({
  type: 'network-interface-permission',
  prefix: 'eni-perm',
  id: 'NetworkInterfacePermissionId',
  tags: false,
  notFound: {
    code: 'InvalidPermissionID.NotFound',
    one: (id) => `The network interface permission ID '${id}' does not exist`,
    several: (ids) => `The network interface permission IDs '${ids}' do not exist`,
  },
  // Upper case, unlike the API's model: so Terraform's provider waits for it.
  life: { first: 'PENDING', next: { PENDING: 'GRANTED' } },
  shownState: (state) => ({ PermissionState: { State: state as 'granted' } }),
  limits: { least: 5, most: 255 },
  filters: {
    'network-interface-permission.aws-account-id': json('AwsAccountId'),
    'network-interface-permission.aws-service': json('AwsService'),
    'network-interface-permission.network-interface-id': json('NetworkInterfaceId'),
    'network-interface-permission.network-interface-permission-id': 't.id',
    'network-interface-permission.permission': json('Permission'),
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkInterfacePermissions.html */
export const DescribeNetworkInterfacePermissions = describes<
  DescribeNetworkInterfacePermissionsRequest,
  DescribeNetworkInterfacePermissionsResult
>(permissions, 'NetworkInterfacePermissions', 'NetworkInterfacePermissionIds')

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNetworkInterfacePermission.html */
export const CreateNetworkInterfacePermission = acts<
  CreateNetworkInterfacePermissionRequest,
  CreateNetworkInterfacePermissionResult
>({ NetworkInterfaceId: 'network-interface' }, (input, call) => {
  const { NetworkInterfaceId, AwsAccountId, AwsService, Permission } = input
  requireMembers(input, 'Permission')
  if (!AwsAccountId && !AwsService) throw missingParameter('AwsAccountId')
  const there = permissions
    .having('NetworkInterfaceId', NetworkInterfaceId!, call)
    .some((one) => one.AwsAccountId === AwsAccountId && one.Permission === Permission)
  if (there) {
    throw new AwsError(
      'NetworkInterfacePermission.Duplicate',
      'The network interface permission already exists',
    )
  }
  const made = permissions.insert(
    {
      NetworkInterfaceId: NetworkInterfaceId!,
      ...(AwsAccountId ? { AwsAccountId } : {}),
      ...(AwsService ? { AwsService } : {}),
      Permission: Permission!,
    },
    [],
    call,
  )
  return { InterfacePermission: made }
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteNetworkInterfacePermission.html */
export const DeleteNetworkInterfacePermission = acts<
  DeleteNetworkInterfacePermissionRequest,
  DeleteNetworkInterfacePermissionResult
>({}, (input, call) => {
  requireMembers(input, 'NetworkInterfacePermissionId')
  permissions.require(input.NetworkInterfacePermissionId!, call)
  permissions.remove(input.NetworkInterfacePermissionId!, call)
  return { Return: true }
})
