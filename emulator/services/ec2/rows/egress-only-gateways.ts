import type { EgressOnlyInternetGateway } from '@aws-sdk/client-ec2'
import { deleteRows } from '../describe/change.ts'
import { insertRow } from '../describe/insert.ts'
import { resource } from '../describe/resources.ts'
import type { Scope } from '../describe/resources.ts'
import { tagsOf } from './tags.ts'

export interface EgressOnlyGatewayRow {
  readonly seq: number
  readonly egress_only_internet_gateway_id: string
  readonly vpc_id: string
}

const noSuch = (ids: string) => `The eigw ID '${ids}' does not exist`

export const egressOnlyGateways = resource<EgressOnlyGatewayRow>({
  type: 'egress-only-internet-gateway',
  table: 'ec2_egress_only_gateways',
  id: 'egress_only_internet_gateway_id',
  prefix: 'eigw',
  notFound: { code: 'InvalidGatewayID.NotFound', one: noSuch, several: noSuch },
  malformed: 'InvalidEgressOnlyInternetGatewayId.Malformed',
  limits: { least: 5, most: 255 },
  filters: {},
})

export function toEgressOnlyGateways(
  rows: readonly EgressOnlyGatewayRow[],
  scope: Scope,
): EgressOnlyInternetGateway[] {
  const ids = rows.map((row) => row.egress_only_internet_gateway_id)
  const tags = tagsOf(scope, ids)
  return rows.map((row) => ({
    EgressOnlyInternetGatewayId: row.egress_only_internet_gateway_id,
    Attachments: [{ State: 'attached', VpcId: row.vpc_id }],
    Tags: tags.get(row.egress_only_internet_gateway_id) ?? [],
  }))
}

export const insertEgressOnlyGateway = (scope: Scope, id: string, vpcId: string): void =>
  insertRow(scope, 'ec2_egress_only_gateways', {
    egress_only_internet_gateway_id: id,
    vpc_id: vpcId,
  })

export const deleteEgressOnlyGateway = (scope: Scope, id: string): void => {
  deleteRows(scope, 'ec2_egress_only_gateways', 'egress_only_internet_gateway_id', id)
}
