import type {
  ClientVpnEndpoint,
  ConnectionLogOptions,
  CreateClientVpnEndpointRequest,
  CreateClientVpnEndpointResult,
  DeleteClientVpnEndpointRequest,
  DeleteClientVpnEndpointResult,
  DescribeClientVpnConnectionsRequest,
  DescribeClientVpnConnectionsResult,
  DescribeClientVpnEndpointsRequest,
  DescribeClientVpnEndpointsResult,
  ExportClientVpnClientCertificateRevocationListRequest,
  ExportClientVpnClientCertificateRevocationListResult,
  ImportClientVpnClientCertificateRevocationListRequest,
  ImportClientVpnClientCertificateRevocationListResult,
  ModifyClientVpnEndpointRequest,
  ModifyClientVpnEndpointResult,
} from '@aws-sdk/client-ec2'
import { canonicalIpv4Block } from '../addresses.ts'
import { idDoesNotExist } from '../describe/resources.ts'
import { invalidParameterValue, invalidValue } from '../errors.ts'
import { prefixOf } from '../network/blocks.ts'
import { findGroupByName } from '../rows/security-groups.ts'
import { incorrectState } from './errors.ts'
import { byMembers, family } from './family.ts'
import { acts, creates, deletes, describes, modifies, requireMembers } from './operations.ts'

/** An endpoint with the list of certificates that it refuses. */
interface Endpoint extends ClientVpnEndpoint {
  readonly RevocationList?: string
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ClientVpnEndpoint.html */
export const clientVpnEndpoints = family<Endpoint>({
  type: 'client-vpn-endpoint',
  prefix: 'cvpn-endpoint',
  id: 'ClientVpnEndpointId',
  notFound: idDoesNotExist('InvalidClientVpnEndpointId.NotFound', 'endpoint'),
  // Without a network it waits for one; its first association makes it available.
  life: {
    first: 'pending-associate',
    next: { deleting: 'deleted' },
    last: 'deleting',
    gone: ['deleted'],
  },
  shownState: (state) => ({ Status: { Code: state as 'available' } }),
  filters: { ...byMembers('TransportProtocol'), 'endpoint-id': 't.id' },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeClientVpnEndpoints.html */
export const DescribeClientVpnEndpoints = describes<
  DescribeClientVpnEndpointsRequest,
  DescribeClientVpnEndpointsResult
>(clientVpnEndpoints, 'ClientVpnEndpoints', 'ClientVpnEndpointIds')

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateClientVpnEndpoint.html */
export const CreateClientVpnEndpoint = creates<
  CreateClientVpnEndpointRequest,
  CreateClientVpnEndpointResult,
  Endpoint
>(clientVpnEndpoints, {
  uses: { VpcId: 'vpc?', SecurityGroupIds: 'security-group?' },
  needs: [
    'ClientCidrBlock',
    'ServerCertificateArn',
    'AuthenticationOptions',
    'ConnectionLogOptions',
  ],
  make(input, call) {
    const block = canonicalIpv4Block(input.ClientCidrBlock!)
    if (!block || prefixOf(block) < 12 || prefixOf(block) > 22) {
      throw invalidParameterValue(
        `Client CIDR block size must be at least /22 and not greater than /12: ${input.ClientCidrBlock}`,
      )
    }
    const port = input.VpnPort ?? 443
    if (port !== 443 && port !== 1194) throw invalidValue(port, 'VpnPort')
    const { VpcId, SecurityGroupIds } = input
    const groups =
      SecurityGroupIds ?? (VpcId ? [findGroupByName(call, VpcId, 'default')!.group_id] : [])
    return {
      ...(input.Description ? { Description: input.Description } : {}),
      // Client VPN writes its times as texts.
      CreationTime: new Date(call.now).toISOString().slice(0, 19),
      ClientCidrBlock: block,
      DnsServers: [...(input.DnsServers ?? [])],
      SplitTunnel: input.SplitTunnel ?? false,
      VpnProtocol: 'openvpn',
      TransportProtocol: input.TransportProtocol ?? 'udp',
      VpnPort: port,
      AssociatedTargetNetworks: [],
      ServerCertificateArn: input.ServerCertificateArn!,
      AuthenticationOptions: input.AuthenticationOptions!.map(authentication),
      ConnectionLogOptions: logOptions(input.ConnectionLogOptions!),
      SecurityGroupIds: [...groups],
      ...(VpcId ? { VpcId } : {}),
      ClientConnectOptions: { Enabled: false, ...input.ClientConnectOptions, Status: applied },
      SessionTimeoutHours: input.SessionTimeoutHours ?? 24,
      ClientLoginBannerOptions: { Enabled: false, ...input.ClientLoginBannerOptions },
      ClientRouteEnforcementOptions: { Enforced: false, ...input.ClientRouteEnforcementOptions },
      DisconnectOnSessionTimeout: input.DisconnectOnSessionTimeout ?? false,
      EndpointIpAddressType: input.EndpointIpAddressType ?? 'ipv4',
      TrafficIpAddressType: input.TrafficIpAddressType ?? 'ipv4',
    }
  },
  made(item, { SelfServicePortal }, call) {
    const id = item.ClientVpnEndpointId!
    const DnsName = `*.${id}.prod.clientvpn.${call.region}.amazonaws.com`
    clientVpnEndpoints.change(id, { DnsName, ...portal(id, SelfServicePortal) }, call)
  },
  answer: ({ ClientVpnEndpointId, Status, DnsName }) => ({ ClientVpnEndpointId, Status, DnsName }),
})

const applied = { Code: 'applied' as const }

const portal = (id: string, setting: string | undefined): Partial<Endpoint> =>
  setting === 'enabled'
    ? { SelfServicePortalUrl: `https://self-service.clientvpn.amazonaws.com/endpoints/${id}` }
    : setting === 'disabled'
      ? { SelfServicePortalUrl: undefined }
      : {}

function authentication({
  Type,
  ActiveDirectory,
  MutualAuthentication,
  FederatedAuthentication,
}: NonNullable<CreateClientVpnEndpointRequest['AuthenticationOptions']>[number]) {
  const federated = FederatedAuthentication
  return {
    Type,
    ...(ActiveDirectory ? { ActiveDirectory } : {}),
    ...(MutualAuthentication
      ? {
          MutualAuthentication: {
            ClientRootCertificateChain: MutualAuthentication.ClientRootCertificateChainArn,
          },
        }
      : {}),
    ...(federated
      ? {
          FederatedAuthentication: {
            SamlProviderArn: federated.SAMLProviderArn,
            SelfServiceSamlProviderArn: federated.SelfServiceSAMLProviderArn,
          },
        }
      : {}),
  }
}

const logOptions = ({ Enabled = false, ...rest }: ConnectionLogOptions) => ({
  Enabled,
  ...(Enabled ? rest : {}),
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyClientVpnEndpoint.html */
export const ModifyClientVpnEndpoint = modifies<
  ModifyClientVpnEndpointRequest,
  ModifyClientVpnEndpointResult,
  Endpoint
>(clientVpnEndpoints, 'ClientVpnEndpointId', {
  uses: { VpcId: 'vpc?', SecurityGroupIds: 'security-group?' },
  change(item, input) {
    const { DnsServers, ConnectionLogOptions, ClientConnectOptions } = input
    const same = [
      'ServerCertificateArn',
      'VpnPort',
      'Description',
      'SplitTunnel',
      'SecurityGroupIds',
      'VpcId',
      'SessionTimeoutHours',
      'ClientLoginBannerOptions',
      'ClientRouteEnforcementOptions',
      'DisconnectOnSessionTimeout',
    ] as const
    const given = same.filter((member) => input[member] !== undefined)
    return {
      ...(Object.fromEntries(given.map((member) => [member, input[member]])) as Partial<Endpoint>),
      ...(ConnectionLogOptions ? { ConnectionLogOptions: logOptions(ConnectionLogOptions) } : {}),
      ...(ClientConnectOptions
        ? { ClientConnectOptions: { Enabled: false, ...ClientConnectOptions, Status: applied } }
        : {}),
      ...(DnsServers
        ? {
            DnsServers:
              DnsServers.Enabled === false ? [] : [...(DnsServers.CustomDnsServers ?? [])],
          }
        : {}),
      ...portal(item.ClientVpnEndpointId!, input.SelfServicePortal),
    }
  },
  answer: () => ({ Return: true }),
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteClientVpnEndpoint.html */
export const DeleteClientVpnEndpoint = deletes<
  DeleteClientVpnEndpointRequest,
  DeleteClientVpnEndpointResult,
  Endpoint
>(clientVpnEndpoints, 'ClientVpnEndpointId', {
  before({ ClientVpnEndpointId: id, AssociatedTargetNetworks = [] }) {
    if (AssociatedTargetNetworks.length > 0) {
      throw incorrectState(`Client VPN endpoint ${id} has associated target networks.`)
    }
  },
  answer: 'Status',
})

const onEndpoint = { ClientVpnEndpointId: 'client-vpn-endpoint' } as const

/** Nobody ever connects. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeClientVpnConnections.html */
export const DescribeClientVpnConnections = acts<
  DescribeClientVpnConnectionsRequest,
  DescribeClientVpnConnectionsResult
>(onEndpoint, () => ({ Connections: [] }))

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ImportClientVpnClientCertificateRevocationList.html */
export const ImportClientVpnClientCertificateRevocationList = acts<
  ImportClientVpnClientCertificateRevocationListRequest,
  ImportClientVpnClientCertificateRevocationListResult
>(onEndpoint, (input, call) => {
  requireMembers(input, 'CertificateRevocationList')
  const RevocationList = input.CertificateRevocationList!
  clientVpnEndpoints.change(input.ClientVpnEndpointId!, { RevocationList }, call)
  return { Return: true }
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ExportClientVpnClientCertificateRevocationList.html */
export const ExportClientVpnClientCertificateRevocationList = acts<
  ExportClientVpnClientCertificateRevocationListRequest,
  ExportClientVpnClientCertificateRevocationListResult
>(onEndpoint, ({ ClientVpnEndpointId: id }, call) => {
  const { RevocationList } = clientVpnEndpoints.require(id!, call)
  return RevocationList
    ? { CertificateRevocationList: RevocationList, Status: { Code: 'active' } }
    : { Status: { Code: 'pending' } }
})
