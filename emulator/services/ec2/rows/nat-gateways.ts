import type { NatGateway } from '@aws-sdk/client-ec2'
import { updateRows } from '../describe/change.ts'
import { insertRow } from '../describe/insert.ts'
import { resource } from '../describe/resources.ts'
import type { Scope } from '../describe/resources.ts'
import { tagsOf } from './tags.ts'

export interface NatGatewayRow {
  readonly seq: number
  readonly nat_gateway_id: string
  readonly vpc_id: string
  readonly subnet_id: string
  readonly state: NonNullable<NatGateway['State']>
  readonly connectivity_type: NonNullable<NatGateway['ConnectivityType']>
  readonly created_at: number
  readonly deleted_at: number | null
  readonly doc: string
}

const noSuch = (ids: string) => `The Nat Gateway ${ids} was not found`

export const natGateways = resource<NatGatewayRow>({
  type: 'natgateway',
  table: 'ec2_nat_gateways',
  id: 'nat_gateway_id',
  prefix: 'nat',
  notFound: { code: 'NatGatewayNotFound', one: noSuch, several: noSuch },
  malformed: 'NatGatewayMalformed',
  limits: { least: 5, most: 1000 },
  filters: {
    'nat-gateway-id': 't.nat_gateway_id',
    state: 't.state',
    'subnet-id': 't.subnet_id',
    'vpc-id': 't.vpc_id',
  },
})

export function toNatGateways(rows: readonly NatGatewayRow[], scope: Scope): NatGateway[] {
  const tags = tagsOf(
    scope,
    rows.map((row) => row.nat_gateway_id),
  )
  return rows.map((row) => ({
    ...(JSON.parse(row.doc) as NatGateway),
    NatGatewayId: row.nat_gateway_id,
    VpcId: row.vpc_id,
    SubnetId: row.subnet_id,
    State: row.state,
    ConnectivityType: row.connectivity_type,
    CreateTime: new Date(row.created_at),
    ...(row.deleted_at === null ? {} : { DeleteTime: new Date(row.deleted_at) }),
    Tags: tags.get(row.nat_gateway_id) ?? [],
  }))
}

export const insertNatGateway = (
  scope: Scope,
  gateway: Omit<NatGatewayRow, 'seq' | 'deleted_at' | 'doc'> & { readonly document: NatGateway },
): void => {
  const { document, ...row } = gateway
  insertRow(scope, 'ec2_nat_gateways', { ...row, doc: JSON.stringify(document) })
}

export const updateNatGateway = (
  scope: Scope,
  id: string,
  changes: Partial<Pick<NatGatewayRow, 'state' | 'deleted_at' | 'doc'>>,
): void => updateRows(scope, 'ec2_nat_gateways', 'nat_gateway_id', id, changes)

export const natGatewayDocument = (row: NatGatewayRow): NatGateway =>
  JSON.parse(row.doc) as NatGateway

export const deleteNatGatewayRow = ({ db, account, region }: Scope, id: string): void => {
  db.run(
    'delete from ec2_nat_gateways where account = ? and region = ? and nat_gateway_id = ?',
    account,
    region,
    id,
  )
}
