import type { VpcEndpoint } from '@aws-sdk/client-ec2'
import { deleteRows, updateRows } from '../describe/change.ts'
import { insertRow } from '../describe/insert.ts'
import { resource } from '../describe/resources.ts'
import type { Scope } from '../describe/resources.ts'
import { tagsOf } from './tags.ts'

export interface VpcEndpointRow {
  readonly seq: number
  readonly account: string
  readonly vpc_endpoint_id: string
  readonly vpc_id: string
  readonly service_name: string
  readonly vpc_endpoint_type: 'Gateway' | 'Interface'
  readonly state: string
  readonly created_at: number
  readonly doc: string
}

export const vpcEndpoints = resource<VpcEndpointRow>({
  type: 'vpc-endpoint',
  table: 'ec2_vpc_endpoints',
  id: 'vpc_endpoint_id',
  prefix: 'vpce',
  notFound: {
    code: 'InvalidVpcEndpointId.NotFound',
    one: (id) => `The Vpc Endpoint Id '${id}' does not exist`,
    several: (ids) => `The Vpc Endpoint Ids '${ids}' do not exist`,
  },
  malformed: 'InvalidVpcEndpointId.Malformed',
  limits: { least: 5, most: 1000 },
  filters: {
    'service-name': 't.service_name',
    'vpc-endpoint-id': 't.vpc_endpoint_id',
    'vpc-endpoint-state': 't.state',
    'vpc-endpoint-type': 't.vpc_endpoint_type',
    'vpc-id': 't.vpc_id',
  },
})

export const endpointDocument = (row: VpcEndpointRow): VpcEndpoint =>
  JSON.parse(row.doc) as VpcEndpoint

export function toVpcEndpoints(rows: readonly VpcEndpointRow[], scope: Scope): VpcEndpoint[] {
  const tags = tagsOf(
    scope,
    rows.map((row) => row.vpc_endpoint_id),
  )
  return rows.map((row) => ({
    ...endpointDocument(row),
    VpcEndpointId: row.vpc_endpoint_id,
    VpcId: row.vpc_id,
    OwnerId: row.account,
    ServiceName: row.service_name,
    VpcEndpointType: row.vpc_endpoint_type,
    State: row.state as NonNullable<VpcEndpoint['State']>,
    CreationTimestamp: new Date(row.created_at),
    RequesterManaged: false,
    Tags: tags.get(row.vpc_endpoint_id) ?? [],
  }))
}

export const insertVpcEndpoint = (
  scope: Scope,
  endpoint: Omit<VpcEndpointRow, 'seq' | 'account' | 'doc'> & { readonly document: VpcEndpoint },
): void => {
  const { document, ...row } = endpoint
  insertRow(scope, 'ec2_vpc_endpoints', { ...row, doc: JSON.stringify(document) })
}

export const setEndpointDocument = (scope: Scope, id: string, document: VpcEndpoint): void =>
  updateRows(scope, 'ec2_vpc_endpoints', 'vpc_endpoint_id', id, { doc: JSON.stringify(document) })

export const deleteVpcEndpoint = (scope: Scope, id: string): void => {
  deleteRows(scope, 'ec2_vpc_endpoints', 'vpc_endpoint_id', id)
}
