import type {
  CustomerGateway,
  ModifyVpnTunnelOptionsSpecification,
  TunnelOption,
  VpnConnection,
  VpnTunnelOptionsSpecification,
} from '@aws-sdk/client-ec2'
import type { Call } from '../../../operation.ts'
import { ipv4ToNumber, numberToIpv4 } from '../addresses.ts'
import { invalidValue } from '../errors.ts'

// The two tunnels of a VPN connection. https://docs.aws.amazon.com/vpn/latest/s2svpn/VPNTunnels.html

/** The tunnels of a new connection: what is asked for, and what AWS chooses where nothing is. */
export function newTunnels(
  asked: readonly VpnTunnelOptionsSpecification[],
  version: 'ipv4' | 'ipv6',
  call: Pick<Call, 'ids'>,
): TunnelOption[] {
  if (asked.length > 2) throw invalidValue(asked.length, 'TunnelOptions')
  return [0, 1].map((at) => {
    const options = asked[at] ?? {}
    const inside =
      options.TunnelInsideCidr ??
      `169.254.${16 + (call.ids.bytes(1)[0]! % 200)}.${4 * (call.ids.bytes(1)[0]! % 64)}/30`
    return {
      OutsideIpAddress: `${at === 0 ? '35.160' : '52.40'}.${call.ids.bytes(1)[0]}.${1 + (call.ids.bytes(1)[0]! % 254)}`,
      ...(version === 'ipv4'
        ? { TunnelInsideCidr: inside }
        : {
            TunnelInsideIpv6Cidr:
              options.TunnelInsideIpv6Cidr ??
              `fd${call.ids.bytes(1).toString('hex')}:${call.ids.bytes(2).toString('hex')}::/126`,
          }),
      PreSharedKey: options.PreSharedKey ?? call.ids.bytes(16).toString('hex'),
      ...chosen(options),
    }
  })
}

/** The rest of what was asked for, under the names that the answer has for it. */
function chosen({
  DPDTimeoutSeconds,
  DPDTimeoutAction,
  IKEVersions,
  TunnelInsideCidr: _block,
  TunnelInsideIpv6Cidr: _block6,
  PreSharedKey: _key,
  LogOptions,
  ...rest
}: VpnTunnelOptionsSpecification): TunnelOption {
  return {
    ...rest,
    ...(DPDTimeoutSeconds === undefined ? {} : { DpdTimeoutSeconds: DPDTimeoutSeconds }),
    ...(DPDTimeoutAction === undefined ? {} : { DpdTimeoutAction: DPDTimeoutAction }),
    ...(IKEVersions === undefined ? {} : { IkeVersions: IKEVersions }),
    LogOptions: {
      CloudWatchLogOptions: { LogEnabled: false, ...LogOptions?.CloudWatchLogOptions },
    },
  }
}

export function changedTunnel(
  tunnel: TunnelOption,
  changes: ModifyVpnTunnelOptionsSpecification,
): TunnelOption {
  const { LogOptions, ...more } = chosen(changes)
  return {
    ...tunnel,
    ...more,
    ...(changes.LogOptions ? { LogOptions } : {}),
    ...(changes.TunnelInsideCidr ? { TunnelInsideCidr: changes.TunnelInsideCidr } : {}),
    ...(changes.PreSharedKey ? { PreSharedKey: changes.PreSharedKey } : {}),
  }
}

/** The document that the customer configures their device by, in AWS's XML. */
export function configuration(item: VpnConnection, gateway: CustomerGateway): string {
  const tunnels = (item.Options?.TunnelOptions ?? []).map((tunnel) => {
    const inside = tunnel.TunnelInsideCidr
    const first = inside ? ipv4ToNumber(inside.split('/')[0]!) : undefined
    const address = (at: number) => (first === undefined ? '' : numberToIpv4(first + at))
    const mask = '<network_mask>255.255.255.252</network_mask><network_cidr>30</network_cidr>'
    const side = (name: string, outside: string, at: number, asn: string) =>
      `<${name}><tunnel_outside_address><ip_address>${outside}</ip_address></tunnel_outside_address>` +
      `<tunnel_inside_address><ip_address>${address(at)}</ip_address>${mask}</tunnel_inside_address>` +
      `${item.Options?.StaticRoutesOnly ? '' : `<bgp><asn>${asn}</asn><hold_time>30</hold_time></bgp>`}</${name}>`
    return (
      `<ipsec_tunnel>` +
      side('customer_gateway', gateway.IpAddress ?? '', 2, gateway.BgpAsn ?? '65000') +
      side('vpn_gateway', tunnel.OutsideIpAddress!, 1, '64512') +
      `<ike><authentication_protocol>sha1</authentication_protocol><encryption_protocol>aes-128-cbc</encryption_protocol>` +
      `<lifetime>28800</lifetime><perfect_forward_secrecy>group2</perfect_forward_secrecy><mode>main</mode>` +
      `<pre_shared_key>${tunnel.PreSharedKey}</pre_shared_key></ike>` +
      `<ipsec><protocol>esp</protocol><authentication_protocol>hmac-sha1-96</authentication_protocol>` +
      `<encryption_protocol>aes-128-cbc</encryption_protocol><lifetime>3600</lifetime>` +
      `<perfect_forward_secrecy>group2</perfect_forward_secrecy><mode>tunnel</mode></ipsec></ipsec_tunnel>`
    )
  })
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n<vpn_connection id="${item.VpnConnectionId}">` +
    `<customer_gateway_id>${item.CustomerGatewayId}</customer_gateway_id>` +
    `<vpn_gateway_id>${item.VpnGatewayId ?? ''}</vpn_gateway_id>` +
    `<vpn_connection_type>ipsec.1</vpn_connection_type>${tunnels.join('')}</vpn_connection>`
  )
}
