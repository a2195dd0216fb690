import type { VpcPeeringConnection, VpcPeeringConnectionVpcInfo } from '@aws-sdk/client-ec2'
import { updateRows } from '../describe/change.ts'
import { insertRow } from '../describe/insert.ts'
import { idDoesNotExist, resource } from '../describe/resources.ts'
import type { Scope } from '../describe/resources.ts'
import { json, time } from '../describe/sql.ts'
import { tagsOf } from './tags.ts'

export interface PeeringRow {
  readonly seq: number
  readonly account: string
  readonly region: string
  readonly vpc_peering_connection_id: string
  readonly requester_account: string
  readonly requester_region: string
  readonly requester_vpc_id: string
  readonly accepter_account: string
  readonly accepter_region: string
  readonly accepter_vpc_id: string
  readonly status_code: string
  readonly status_message: string
  readonly expires_at: number
  readonly doc: string
}

/** What the two sides are, in AWS's shape. */
export interface PeeringDocument {
  readonly RequesterVpcInfo: VpcPeeringConnectionVpcInfo
  readonly AccepterVpcInfo: VpcPeeringConnectionVpcInfo
}

export const peeringConnections = resource<PeeringRow>({
  type: 'vpc-peering-connection',
  table: 'ec2_vpc_peering_connections',
  id: 'vpc_peering_connection_id',
  prefix: 'pcx',
  notFound: idDoesNotExist('InvalidVpcPeeringConnectionID.NotFound', 'vpcPeeringConnection'),
  malformed: 'InvalidVpcPeeringConnectionId.Malformed',
  limits: { least: 5, most: 1000 },
  filters: {
    'accepter-vpc-info.cidr-block': json('AccepterVpcInfo.CidrBlock'),
    'accepter-vpc-info.owner-id': 't.accepter_account',
    'accepter-vpc-info.vpc-id': 't.accepter_vpc_id',
    'expiration-time': time('t.expires_at'),
    'requester-vpc-info.cidr-block': json('RequesterVpcInfo.CidrBlock'),
    'requester-vpc-info.owner-id': 't.requester_account',
    'requester-vpc-info.vpc-id': 't.requester_vpc_id',
    'status-code': 't.status_code',
    'status-message': 't.status_message',
    'vpc-peering-connection-id': 't.vpc_peering_connection_id',
  },
})

export const peeringDocument = (row: PeeringRow): PeeringDocument =>
  JSON.parse(row.doc) as PeeringDocument

export function toPeeringConnections(
  rows: readonly PeeringRow[],
  scope: Scope,
): VpcPeeringConnection[] {
  const tags = tagsOf(
    scope,
    rows.map((row) => row.vpc_peering_connection_id),
  )
  return rows.map((row) => ({
    ...peeringDocument(row),
    VpcPeeringConnectionId: row.vpc_peering_connection_id,
    Status: { Code: row.status_code as 'active', Message: row.status_message },
    ...(row.status_code === 'pending-acceptance'
      ? { ExpirationTime: new Date(row.expires_at) }
      : {}),
    Tags: tags.get(row.vpc_peering_connection_id) ?? [],
  }))
}

/** Both sides of a connection, or the one where they are in the same account and region. */
export function sidesOf(
  row: Omit<PeeringRow, 'seq' | 'account' | 'region'>,
): { account: string; region: string }[] {
  const requester = { account: row.requester_account, region: row.requester_region }
  const accepter = { account: row.accepter_account, region: row.accepter_region }
  const same = requester.account === accepter.account && requester.region === accepter.region
  return same ? [requester] : [requester, accepter]
}

export function insertPeering(
  { db }: Scope,
  row: Omit<PeeringRow, 'seq' | 'account' | 'region'>,
): void {
  for (const side of sidesOf(row)) {
    insertRow({ db, ...side }, 'ec2_vpc_peering_connections', { ...row })
  }
}

/** Changes what both sides see. */
export function updatePeering(
  { db }: Scope,
  row: PeeringRow,
  changes: Partial<Pick<PeeringRow, 'status_code' | 'status_message' | 'doc'>>,
): void {
  for (const side of sidesOf(row)) {
    updateRows(
      { db, ...side },
      'ec2_vpc_peering_connections',
      'vpc_peering_connection_id',
      row.vpc_peering_connection_id,
      changes,
    )
  }
}

/** Forgets a connection on both sides. */
export function deletePeering({ db }: Scope, row: PeeringRow): void {
  for (const { account, region } of sidesOf(row)) {
    db.run(
      `delete from ec2_vpc_peering_connections
       where account = ? and region = ? and vpc_peering_connection_id = ?`,
      account,
      region,
      row.vpc_peering_connection_id,
    )
  }
}
