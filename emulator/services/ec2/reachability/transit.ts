import type { Scope } from '../describe/resources.ts'
import { attachments } from '../recorded/transit-gateway-attachments.ts'
import type { Attachment as RecordedAttachment } from '../recorded/transit-gateway-attachments.ts'
import { routesIn } from '../recorded/transit-gateway-routes.ts'
import { transitGatewayTables } from '../recorded/transit-gateway-tables.ts'
import { attachmentsOfVpc } from '../recorded/transit-gateway-vpcs.ts'
import { transitGateways } from '../recorded/transit-gateways.ts'
import type { Attachment, GatewayRoute } from './network.ts'

// Transit gateways, as the tracing asks for them.

const enabled = (
  options: { readonly SecurityGroupReferencingSupport?: string | undefined } | undefined,
): boolean => options?.SecurityGroupReferencingSupport === 'enable'

function toAttachment(item: RecordedAttachment, scope: Scope): Attachment | undefined {
  if (item.State !== 'available' && item.State !== 'modifying') return undefined
  const gateway = transitGateways.find(item.TransitGatewayId!, scope)
  return {
    id: item.TransitGatewayAttachmentId!,
    gatewayId: item.TransitGatewayId!,
    vpcId: item.VpcId,
    subnetIds: item.SubnetIds ?? [],
    tableId: item.Association?.TransitGatewayRouteTableId,
    keepsGroups: enabled(gateway?.Options) && enabled(item.Options),
  }
}

export function transitAttachment(id: string, scope: Scope): Attachment | undefined {
  const item = attachments.find(id, scope)
  return item && toAttachment(item, scope)
}

export function transitAttachmentOf(
  gatewayId: string,
  vpcId: string,
  scope: Scope,
): Attachment | undefined {
  const item = attachmentsOfVpc(vpcId, scope).find((one) => one.TransitGatewayId === gatewayId)
  return item && toAttachment(item, scope)
}

export function gatewayRoutesOf(tableId: string, scope: Scope): GatewayRoute[] {
  const table = transitGatewayTables.find(tableId, scope)
  if (!table) return []
  return routesIn(table, scope).map((route) => ({
    destination: route.DestinationCidrBlock!,
    attachmentId: route.TransitGatewayAttachments?.[0]?.TransitGatewayAttachmentId,
    state: route.State!,
    type: route.Type!,
  }))
}
