import type {
  DescribeAggregateIdFormatRequest,
  DescribeAggregateIdFormatResult,
  DescribeIdFormatRequest,
  DescribeIdFormatResult,
  DescribeIdentityIdFormatRequest,
  DescribeIdentityIdFormatResult,
  DescribePrincipalIdFormatRequest,
  DescribePrincipalIdFormatResult,
  DisableSerialConsoleAccessRequest,
  DisableSerialConsoleAccessResult,
  EnableSerialConsoleAccessRequest,
  EnableSerialConsoleAccessResult,
  GetSerialConsoleAccessStatusRequest,
  GetSerialConsoleAccessStatusResult,
  IdFormat,
  ModifyAvailabilityZoneGroupRequest,
  ModifyAvailabilityZoneGroupResult,
  ModifyIdFormatRequest,
  ModifyIdentityIdFormatRequest,
} from '@aws-sdk/client-ec2'
import type { Call } from '../../../operation.ts'
import { invalidParameterValue, invalidValue, missingParameter } from '../errors.ts'
import { describedZones } from '../facts/regions.ts'
import { acts, requireMembers } from './operations.ts'
import { keepSetting, settingOf } from './settings.ts'

// Settings of an account in a region.

const serialConsole = 'serial-console-access'

function setSerialConsole(enabled: boolean, call: Call) {
  keepSetting(call, serialConsole, { enabled })
  return { SerialConsoleAccessEnabled: enabled }
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EnableSerialConsoleAccess.html */
export const EnableSerialConsoleAccess = acts<
  EnableSerialConsoleAccessRequest,
  EnableSerialConsoleAccessResult
>({}, (_input, call) => setSerialConsole(true, call))

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DisableSerialConsoleAccess.html */
export const DisableSerialConsoleAccess = acts<
  DisableSerialConsoleAccessRequest,
  DisableSerialConsoleAccessResult
>({}, (_input, call) => setSerialConsole(false, call))

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetSerialConsoleAccessStatus.html */
export const GetSerialConsoleAccessStatus = acts<
  GetSerialConsoleAccessStatusRequest,
  GetSerialConsoleAccessStatusResult
>({}, (_input, call) => ({
  SerialConsoleAccessEnabled: settingOf(call, serialConsole, { enabled: false }).enabled,
  ManagedBy: 'account',
}))

/** Local and wavelength zones are not made here: those of the region itself can't be left. */
export const ModifyAvailabilityZoneGroup = acts<
  ModifyAvailabilityZoneGroupRequest,
  ModifyAvailabilityZoneGroupResult
>({}, (input, call) => {
  requireMembers(input, 'GroupName', 'OptInStatus')
  const { GroupName, OptInStatus } = input
  const zone = describedZones(call.region).find((one) => one.GroupName === GroupName)
  if (!zone) throw invalidValue(GroupName!, 'GroupName')
  if (OptInStatus === 'not-opted-in') {
    throw invalidParameterValue(
      'You cannot opt out of a zone group. To be opted out, contact AWS Support.',
    )
  }
  if (OptInStatus !== 'opted-in') throw invalidValue(OptInStatus!, 'OptInStatus')
  return { Return: true }
})

/** The kinds that once could have short ids. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html */
const formats = [
  'bundle',
  'conversion-task',
  'customer-gateway',
  'dhcp-options',
  'elastic-ip-allocation',
  'elastic-ip-association',
  'export-task',
  'flow-log',
  'image',
  'import-task',
  'instance',
  'internet-gateway',
  'network-acl',
  'network-acl-association',
  'network-interface',
  'network-interface-attachment',
  'prefix-list',
  'reservation',
  'route-table',
  'route-table-association',
  'security-group',
  'snapshot',
  'subnet',
  'subnet-cidr-block-association',
  'volume',
  'vpc',
  'vpc-cidr-block-association',
  'vpc-endpoint',
  'vpc-peering-connection',
  'vpn-connection',
  'vpn-gateway',
]

/** All ids are long: that setting has had no effect since it could be changed. */
function idFormats(resource: string | undefined): IdFormat[] {
  const named = resource ? formats.filter((one) => one === resource) : formats
  if (named.length === 0) throw invalidValue(resource!, 'resource')
  return named.map((Resource) => ({ Resource, UseLongIds: true }))
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeIdFormat.html */
export const DescribeIdFormat = acts<DescribeIdFormatRequest, DescribeIdFormatResult>(
  {},
  ({ Resource }) => ({ Statuses: idFormats(Resource) }),
)

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeIdentityIdFormat.html */
export const DescribeIdentityIdFormat = acts<
  DescribeIdentityIdFormatRequest,
  DescribeIdentityIdFormatResult
>({}, ({ Resource, PrincipalArn }) => {
  if (!PrincipalArn) throw missingParameter('principalArn')
  return { Statuses: idFormats(Resource) }
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeAggregateIdFormat.html */
export const DescribeAggregateIdFormat = acts<
  DescribeAggregateIdFormatRequest,
  DescribeAggregateIdFormatResult
>({}, () => ({ UseLongIdsAggregated: true, Statuses: idFormats(undefined) }))

/** Nobody has set anything. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribePrincipalIdFormat.html */
export const DescribePrincipalIdFormat = acts<
  DescribePrincipalIdFormatRequest,
  DescribePrincipalIdFormatResult
>({}, ({ Resources = [] }) => {
  for (const one of Resources) idFormats(one)
  return { Principals: [] }
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyIdFormat.html */
export const ModifyIdFormat = acts<ModifyIdFormatRequest, {}>({}, (input) => {
  requireMembers(input, 'Resource', 'UseLongIds')
  idFormats(input.Resource)
  return {}
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyIdentityIdFormat.html */
export const ModifyIdentityIdFormat = acts<ModifyIdentityIdFormatRequest, {}>({}, (input) => {
  requireMembers(input, 'PrincipalArn', 'Resource', 'UseLongIds')
  idFormats(input.Resource)
  return {}
})
