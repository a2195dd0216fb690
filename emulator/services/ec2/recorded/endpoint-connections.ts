import type {
  AcceptVpcEndpointConnectionsRequest,
  AcceptVpcEndpointConnectionsResult,
  ConnectionNotification,
  CreateVpcEndpointConnectionNotificationRequest,
  CreateVpcEndpointConnectionNotificationResult,
  DeleteVpcEndpointConnectionNotificationsRequest,
  DeleteVpcEndpointConnectionNotificationsResult,
  DescribeVpcEndpointConnectionNotificationsRequest,
  DescribeVpcEndpointConnectionNotificationsResult,
  DescribeVpcEndpointConnectionsRequest,
  DescribeVpcEndpointConnectionsResult,
  ModifyVpcEndpointConnectionNotificationRequest,
  ModifyVpcEndpointConnectionNotificationResult,
  RejectVpcEndpointConnectionsRequest,
  RejectVpcEndpointConnectionsResult,
  UnsuccessfulItem,
  VpcEndpointConnection,
} from '@aws-sdk/client-ec2'
import { operation } from '../../../operation.ts'
import type { Call } from '../../../operation.ts'
import { pageOfFacts } from '../describe/facts.ts'
import type { FactSource } from '../describe/facts.ts'
import { missingParameter } from '../errors.ts'
import { anyResource } from '../permissions.ts'
import { byMembers, family } from './family.ts'
import { endpointServices } from './endpoint-services.ts'
import { acts, onUsed, requireMembers } from './operations.ts'

// Who is connected to an endpoint service, and who is told of it.
// https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html

interface EndpointRow {
  readonly account: string
  readonly vpc_endpoint_id: string
  readonly service_name: string
  readonly state: string
  readonly created_at: number
}

/** Endpoints of the service, of whatever account: they are one region's. */
const endpointsOf = (serviceName: string, { db, region }: Call): EndpointRow[] =>
  db.all<EndpointRow>(
    `select account, vpc_endpoint_id, service_name, state, created_at from ec2_vpc_endpoints
     where region = ? and service_name = ? order by seq`,
    region,
    serviceName,
  )

const source: FactSource<VpcEndpointConnection> = {
  filters: {
    'ip-address-type': (one) => one.IpAddressType,
    'service-id': (one) => one.ServiceId,
    'vpc-endpoint-id': (one) => one.VpcEndpointId,
    'vpc-endpoint-owner': (one) => one.VpcEndpointOwner,
    'vpc-endpoint-region': (one) => one.VpcEndpointRegion,
    'vpc-endpoint-state': (one) => one.VpcEndpointState,
  },
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcEndpointConnections.html */
export const DescribeVpcEndpointConnections = operation<
  DescribeVpcEndpointConnectionsRequest,
  DescribeVpcEndpointConnectionsResult
>({
  coverage: 'recorded',
  authorize: anyResource,
  run(input, call) {
    const all = endpointServices.all(call).flatMap((service) =>
      endpointsOf(service.ServiceName!, call).map((row): VpcEndpointConnection => ({
        ServiceId: service.ServiceId,
        VpcEndpointId: row.vpc_endpoint_id,
        VpcEndpointOwner: row.account,
        VpcEndpointState: row.state as NonNullable<VpcEndpointConnection['VpcEndpointState']>,
        CreationTimestamp: new Date(row.created_at),
        ...(service.NetworkLoadBalancerArns
          ? { NetworkLoadBalancerArns: service.NetworkLoadBalancerArns }
          : {}),
        IpAddressType: 'ipv4',
        VpcEndpointConnectionId: row.vpc_endpoint_id.replace('vpce-', 'vpce-con-'),
        VpcEndpointRegion: call.region,
      })),
    )
    const { items, nextToken } = pageOfFacts(source, all, input, call)
    return { VpcEndpointConnections: items, NextToken: nextToken }
  },
})

interface ConnectionsRequest {
  readonly ServiceId?: string | undefined
  readonly VpcEndpointIds?: readonly string[] | undefined
}

function decide(
  { ServiceId, VpcEndpointIds = [] }: ConnectionsRequest,
  state: 'available' | 'rejected',
  call: Call,
): { Unsuccessful: UnsuccessfulItem[] } {
  if (VpcEndpointIds.length === 0) throw missingParameter('VpcEndpointIds')
  const { ServiceName } = endpointServices.require(ServiceId!, call)
  const rows = endpointsOf(ServiceName!, call)
  const Unsuccessful = VpcEndpointIds.flatMap((id) => {
    const row = rows.find((one) => one.vpc_endpoint_id === id)
    if (!row) {
      const Message = `The Vpc Endpoint Id '${id}' does not exist`
      return [{ ResourceId: id, Error: { Code: 'InvalidVpcEndpoint.NotFound', Message } }]
    }
    call.db.run(
      'update ec2_vpc_endpoints set state = ? where account = ? and region = ? and vpc_endpoint_id = ?',
      state,
      row.account,
      call.region,
      id,
    )
    return []
  })
  return { Unsuccessful }
}

const onService = { ServiceId: 'vpc-endpoint-service' } as const

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AcceptVpcEndpointConnections.html */
export const AcceptVpcEndpointConnections = acts<
  AcceptVpcEndpointConnectionsRequest,
  AcceptVpcEndpointConnectionsResult
>(onService, (input, call) => decide(input, 'available', call))

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RejectVpcEndpointConnections.html */
export const RejectVpcEndpointConnections = acts<
  RejectVpcEndpointConnectionsRequest,
  RejectVpcEndpointConnectionsResult
>(onService, (input, call) => decide(input, 'rejected', call))

const noSuch = (ids: string) => `The VPC endpoint connection notification '${ids}' does not exist`

const notifications = family<ConnectionNotification>({
  type: 'vpc-endpoint-connection-notification',
  prefix: 'vpce-nfn',
  id: 'ConnectionNotificationId',
  tags: false,
  notFound: { code: 'InvalidConnectionNotification', one: noSuch, several: noSuch },
  filters: {
    ...byMembers(
      'ConnectionNotificationArn',
      'ConnectionNotificationState',
      'ConnectionNotificationType',
      'ServiceId',
      'VpcEndpointId',
    ),
    'connection-notification-id': 't.id',
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcEndpointConnectionNotifications.html */
export const DescribeVpcEndpointConnectionNotifications = operation<
  DescribeVpcEndpointConnectionNotificationsRequest,
  DescribeVpcEndpointConnectionNotificationsResult
>({
  coverage: 'recorded',
  authorize: anyResource,
  run(input, call) {
    const id = input.ConnectionNotificationId
    const { items, nextToken } = notifications.page(input, id ? [id] : [], call)
    return { ConnectionNotificationSet: items, NextToken: nextToken }
  },
})

const aboutEither = { ServiceId: 'vpc-endpoint-service?', VpcEndpointId: 'vpc-endpoint?' } as const

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpcEndpointConnectionNotification.html */
export const CreateVpcEndpointConnectionNotification = acts<
  CreateVpcEndpointConnectionNotificationRequest,
  CreateVpcEndpointConnectionNotificationResult
>(aboutEither, (input, call) => {
  requireMembers(input, 'ConnectionNotificationArn', 'ConnectionEvents')
  const { ServiceId, VpcEndpointId } = input
  if (!ServiceId && !VpcEndpointId) throw missingParameter('ServiceId')
  const made = notifications.insert(
    {
      ...(ServiceId ? { ServiceId } : {}),
      ...(VpcEndpointId ? { VpcEndpointId } : {}),
      ConnectionNotificationType: 'Topic',
      ConnectionNotificationArn: input.ConnectionNotificationArn!,
      ConnectionEvents: [...input.ConnectionEvents!],
      ConnectionNotificationState: 'Enabled',
    },
    [],
    call,
  )
  return { ConnectionNotification: made }
})

/** What a notification is about is what the permission is on. */
const aboutOf = (id: string, call: Call) => {
  const { ServiceId, VpcEndpointId } = notifications.find(id, call) ?? {}
  return { ServiceId, VpcEndpointId }
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVpcEndpointConnectionNotification.html */
export const ModifyVpcEndpointConnectionNotification = operation<
  ModifyVpcEndpointConnectionNotificationRequest,
  ModifyVpcEndpointConnectionNotificationResult
>({
  coverage: 'recorded',
  authorize: ({ ConnectionNotificationId: id = '' }, call) => {
    const found = onUsed(aboutEither, aboutOf(id, call), call)
    return found.length > 0 ? found : anyResource()
  },
  run(input, call) {
    requireMembers(input, 'ConnectionNotificationId')
    const id = input.ConnectionNotificationId!
    const item = notifications.require(id, call)
    const ConnectionNotificationArn =
      input.ConnectionNotificationArn ?? item.ConnectionNotificationArn
    const ConnectionEvents = [...(input.ConnectionEvents ?? item.ConnectionEvents ?? [])]
    notifications.change(id, { ConnectionNotificationArn, ConnectionEvents }, call)
    return { ReturnValue: true }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteVpcEndpointConnectionNotifications.html */
export const DeleteVpcEndpointConnectionNotifications = operation<
  DeleteVpcEndpointConnectionNotificationsRequest,
  DeleteVpcEndpointConnectionNotificationsResult
>({
  coverage: 'recorded',
  authorize: ({ ConnectionNotificationIds: ids = [] }, call) => {
    const found = ids.flatMap((id) => onUsed(aboutEither, aboutOf(id, call), call))
    return found.length > 0 ? found : anyResource()
  },
  run({ ConnectionNotificationIds: ids = [] }, call) {
    if (ids.length === 0) throw missingParameter('ConnectionNotificationIds')
    return {
      Unsuccessful: ids.flatMap((id) => {
        if (notifications.find(id, call)) {
          notifications.remove(id, call)
          return []
        }
        return [
          { ResourceId: id, Error: { Code: 'InvalidConnectionNotification', Message: noSuch(id) } },
        ]
      }),
    }
  },
})
