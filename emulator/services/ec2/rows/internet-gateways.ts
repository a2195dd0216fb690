import type { InternetGateway } from '@aws-sdk/client-ec2'
import { deleteRows, updateRows } from '../describe/change.ts'
import { insertRow } from '../describe/insert.ts'
import { idDoesNotExist, resource } from '../describe/resources.ts'
import type { Scope } from '../describe/resources.ts'
import { tagsOf } from './tags.ts'

export interface InternetGatewayRow {
  readonly seq: number
  readonly account: string
  readonly internet_gateway_id: string
  readonly vpc_id: string | null
}

export const internetGateways = resource<InternetGatewayRow>({
  type: 'internet-gateway',
  table: 'ec2_internet_gateways',
  id: 'internet_gateway_id',
  prefix: 'igw',
  notFound: idDoesNotExist('InvalidInternetGatewayID.NotFound', 'internetGateway'),
  malformed: 'InvalidInternetGatewayId.Malformed',
  filters: {
    'attachment.state': `iif(t.vpc_id is null, null, 'available')`,
    'attachment.vpc-id': 't.vpc_id',
    'internet-gateway-id': 't.internet_gateway_id',
    'owner-id': 't.account',
  },
})

export function toInternetGateways(
  rows: readonly InternetGatewayRow[],
  scope: Scope,
): InternetGateway[] {
  const tags = tagsOf(
    scope,
    rows.map((row) => row.internet_gateway_id),
  )
  return rows.map((row) => ({
    InternetGatewayId: row.internet_gateway_id,
    OwnerId: row.account,
    // EC2 says `available` here, which the enumeration of states does not have.
    Attachments: row.vpc_id === null ? [] : [{ VpcId: row.vpc_id, State: 'available' as never }],
    Tags: tags.get(row.internet_gateway_id) ?? [],
  }))
}

export const insertInternetGateway = (scope: Scope, id: string, vpcId: string | null): void =>
  insertRow(scope, 'ec2_internet_gateways', { internet_gateway_id: id, vpc_id: vpcId })

export const gatewayOfVpc = (
  { db, account, region }: Scope,
  vpcId: string,
): InternetGatewayRow | undefined =>
  db.get<InternetGatewayRow>(
    'select * from ec2_internet_gateways where account = ? and region = ? and vpc_id = ?',
    account,
    region,
    vpcId,
  )

/** Attaches a gateway to a VPC, or detaches it. */
export const setGatewaysVpc = (scope: Scope, id: string, vpcId: string | null): void =>
  updateRows(scope, 'ec2_internet_gateways', 'internet_gateway_id', id, { vpc_id: vpcId })

export const deleteInternetGateway = (scope: Scope, id: string): void => {
  deleteRows(scope, 'ec2_internet_gateways', 'internet_gateway_id', id)
}
