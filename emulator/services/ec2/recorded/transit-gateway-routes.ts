import type {
  CreateTransitGatewayRouteRequest,
  CreateTransitGatewayRouteResult,
  DeleteTransitGatewayRouteRequest,
  DeleteTransitGatewayRouteResult,
  Filter,
  ReplaceTransitGatewayRouteRequest,
  ReplaceTransitGatewayRouteResult,
  SearchTransitGatewayRoutesRequest,
  SearchTransitGatewayRoutesResult,
  TransitGatewayRoute,
} from '@aws-sdk/client-ec2'
import { AwsError } from '../../../errors.ts'
import type { Call } from '../../../operation.ts'
import { canonicalIpv4Block, canonicalIpv6Block } from '../addresses.ts'
import { pageOfFacts } from '../describe/facts.ts'
import type { FactSource } from '../describe/facts.ts'
import type { Scope } from '../describe/resources.ts'
import { invalidParameterValue, missingParameter } from '../errors.ts'
import { contains, prefixOf } from '../network/blocks.ts'
import { blockTexts, vpcs } from '../rows/vpcs.ts'
import { acts } from './operations.ts'
import { attachments } from './transit-gateway-attachments.ts'
import type { Attachment } from './transit-gateway-attachments.ts'
import { transitGatewayTables } from './transit-gateway-tables.ts'
import type { Table } from './transit-gateway-tables.ts'
import { vpnConnections } from './vpn-connections.ts'

// Routes of transit gateways: static ones, and those that attachments tell.
// https://docs.aws.amazon.com/vpc/latest/tgw/tgw-route-tables.html

const inTable = { TransitGatewayRouteTableId: 'transit-gateway-route-table' } as const
const toAttachment = { ...inTable, TransitGatewayAttachmentId: 'transit-gateway-attachment?' }

const routeAttachment = (item: Attachment) => ({
  ResourceId: item.ResourceId,
  TransitGatewayAttachmentId: item.TransitGatewayAttachmentId,
  ResourceType: item.ResourceType,
})

/** A table's routes, a static one before those that are told for the same block. */
export function routesIn(table: Table, scope: Scope): TransitGatewayRoute[] {
  const own = (table.Routes ?? []).map((route) => alive(route, scope))
  const told = (table.Propagations ?? []).flatMap((id) => {
    const item = attachments.find(id, scope)
    return item ? blocksBehind(item, scope).map((block) => propagated(block, item)) : []
  })
  const isOwn = ({ DestinationCidrBlock }: TransitGatewayRoute) =>
    own.some((one) => one.DestinationCidrBlock === DestinationCidrBlock)
  return [...own, ...told.filter((one) => !isOwn(one))]
}

/** A route to an attachment that is gone leads nowhere. */
function alive(route: TransitGatewayRoute, scope: Scope): TransitGatewayRoute {
  const id = route.TransitGatewayAttachments?.[0]?.TransitGatewayAttachmentId
  return id && !attachments.find(id, scope) ? { ...route, State: 'blackhole' } : route
}

const propagated = (block: string, item: Attachment): TransitGatewayRoute => ({
  DestinationCidrBlock: block,
  TransitGatewayAttachments: [routeAttachment(item)],
  Type: 'propagated',
  State: 'active',
})

function blocksBehind({ ResourceType, ResourceId }: Attachment, scope: Scope): string[] {
  if (ResourceType === 'vpc') {
    const vpc = vpcs.find(ResourceId!, scope)
    return vpc ? blockTexts(vpc) : []
  }
  if (ResourceType !== 'vpn') return []
  return (vpnConnections.find(ResourceId!, scope)?.Routes ?? []).map(
    (route) => route.DestinationCidrBlock!,
  )
}

function blockOf(text: string | undefined): string {
  if (!text) throw missingParameter('DestinationCidrBlock')
  const block = canonicalIpv4Block(text) ?? canonicalIpv6Block(text)
  if (block) return block
  throw invalidParameterValue(`Invalid value '${text}' for DestinationCidrBlock.`)
}

function routeOf(
  block: string,
  { TransitGatewayAttachmentId: id, Blackhole }: CreateTransitGatewayRouteRequest,
  call: Call,
): TransitGatewayRoute {
  if (Boolean(id) === Boolean(Blackhole)) {
    throw new AwsError(
      id ? 'InvalidParameterCombination' : 'MissingParameter',
      'Exactly one of TransitGatewayAttachmentId and Blackhole must be specified.',
    )
  }
  return {
    DestinationCidrBlock: block,
    ...(id ? { TransitGatewayAttachments: [routeAttachment(attachments.require(id, call))] } : {}),
    Type: 'static',
    State: Blackhole ? 'blackhole' : 'active',
  }
}

const without = (table: Table, block: string) =>
  (table.Routes ?? []).filter((one) => one.DestinationCidrBlock !== block)

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateTransitGatewayRoute.html */
export const CreateTransitGatewayRoute = acts<
  CreateTransitGatewayRouteRequest,
  CreateTransitGatewayRouteResult
>(toAttachment, (input, call) => {
  const block = blockOf(input.DestinationCidrBlock)
  const table = transitGatewayTables.require(input.TransitGatewayRouteTableId!, call)
  const others = without(table, block)
  if (others.length < (table.Routes ?? []).length) {
    throw new AwsError(
      'RouteAlreadyExists',
      `Route ${block} already exists in Transit Gateway Route Table ${table.TransitGatewayRouteTableId}.`,
    )
  }
  return { Route: keep(table, others, routeOf(block, input, call), call) }
})

function keep(
  table: Table,
  others: readonly TransitGatewayRoute[],
  route: TransitGatewayRoute,
  call: Call,
): TransitGatewayRoute {
  const Routes = [...others, route]
  transitGatewayTables.change(table.TransitGatewayRouteTableId!, { Routes }, call)
  return route
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReplaceTransitGatewayRoute.html */
export const ReplaceTransitGatewayRoute = acts<
  ReplaceTransitGatewayRouteRequest,
  ReplaceTransitGatewayRouteResult
>(toAttachment, (input, call) => {
  const block = blockOf(input.DestinationCidrBlock)
  const table = transitGatewayTables.require(input.TransitGatewayRouteTableId!, call)
  if (!routesIn(table, call).some((one) => one.DestinationCidrBlock === block)) {
    throw missing(block, table)
  }
  return { Route: keep(table, without(table, block), routeOf(block, input, call), call) }
})

const missing = (block: string, { TransitGatewayRouteTableId: id }: Table) =>
  new AwsError(
    'InvalidRoute.NotFound',
    `Route ${block} does not exist in Transit Gateway Route Table ${id}.`,
  )

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteTransitGatewayRoute.html */
export const DeleteTransitGatewayRoute = acts<
  DeleteTransitGatewayRouteRequest,
  DeleteTransitGatewayRouteResult
>(inTable, (input, call) => {
  const block = blockOf(input.DestinationCidrBlock)
  const table = transitGatewayTables.require(input.TransitGatewayRouteTableId!, call)
  const route = table.Routes?.find((one) => one.DestinationCidrBlock === block)
  if (!route) throw missing(block, table)
  const id = table.TransitGatewayRouteTableId!
  transitGatewayTables.change(id, { Routes: without(table, block) }, call)
  return { Route: { ...route, State: 'deleted' } }
})

const source: FactSource<TransitGatewayRoute> = {
  limits: { least: 5, most: 1000, unasked: 1000 },
  filters: {
    'attachment.transit-gateway-attachment-id': (one) =>
      one.TransitGatewayAttachments?.map((item) => item.TransitGatewayAttachmentId),
    'attachment.resource-id': (one) =>
      one.TransitGatewayAttachments?.map(({ ResourceId }) => ResourceId),
    'attachment.resource-type': (one) =>
      one.TransitGatewayAttachments?.map(({ ResourceType }) => ResourceType),
    'prefix-list-id': (one) => one.PrefixListId,
    state: (one) => one.State,
    type: (one) => one.Type,
    // These look for blocks, each in its own way, below.
    'route-search.exact-match': () => undefined,
    'route-search.longest-prefix-match': () => undefined,
    'route-search.subnet-of-match': () => undefined,
    'route-search.supernet-of-match': () => undefined,
  },
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_SearchTransitGatewayRoutes.html */
export const SearchTransitGatewayRoutes = acts<
  SearchTransitGatewayRoutesRequest,
  SearchTransitGatewayRoutesResult
>(inTable, ({ Filters = [], ...input }, call) => {
  if (Filters.length === 0) throw missingParameter('Filters')
  const table = transitGatewayTables.require(input.TransitGatewayRouteTableId!, call)
  const isSearch = ({ Name }: Filter) =>
    Name?.startsWith('route-search.') === true && Object.hasOwn(source.filters, Name)
  let routes = routesIn(table, call).toSorted((one, other) =>
    one.DestinationCidrBlock!.localeCompare(other.DestinationCidrBlock!),
  )
  for (const { Name, Values = [] } of Filters.filter(isSearch)) {
    routes = search(routes, Name!.slice('route-search.'.length), Values)
  }
  const rest = { ...input, Filters: Filters.filter((one) => !isSearch(one)) }
  const { items, nextToken } = pageOfFacts(source, routes, rest, call)
  return { Routes: items, AdditionalRoutesAvailable: nextToken !== undefined, NextToken: nextToken }
})

function search(
  routes: readonly TransitGatewayRoute[],
  how: string,
  values: readonly string[],
): TransitGatewayRoute[] {
  const blocks = values.map((text) => blockOf(text.includes('/') ? text : `${text}/32`))
  const fits = ({ DestinationCidrBlock: own }: TransitGatewayRoute) =>
    blocks.some((block) => {
      if (how === 'exact-match') return own === block
      return how === 'subnet-of-match' ? contains(block, own!) : contains(own!, block)
    })
  const found = routes.filter(fits)
  if (how !== 'longest-prefix-match') return found
  const longest = Math.max(...found.map((one) => prefixOf(one.DestinationCidrBlock!)))
  return found.filter((one) => prefixOf(one.DestinationCidrBlock!) === longest)
}
