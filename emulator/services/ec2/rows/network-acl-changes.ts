import { deleteRows, hasRow, updateRows } from '../describe/change.ts'
import type { Scope } from '../describe/resources.ts'
import type { AssociationRow, NetworkAclRow } from './network-acls.ts'

// What happens to network ACLs; what they look like stands in `network-acls.ts`.

export const defaultNetworkAcl = (
  { db, account, region }: Scope,
  vpcId: string,
): NetworkAclRow | undefined =>
  db.get<NetworkAclRow>(
    `select * from ec2_network_acls
     where account = ? and region = ? and vpc_id = ? and is_default = 1`,
    account,
    region,
    vpcId,
  )

export const hasAssociations = (scope: Scope, id: string): boolean =>
  hasRow(scope, 'ec2_network_acl_associations', 'network_acl_id', id)

export const findAclAssociation = (
  { db, account, region }: Scope,
  id: string,
): AssociationRow | undefined =>
  db.get<AssociationRow>(
    `select * from ec2_network_acl_associations
     where account = ? and region = ? and association_id = ?`,
    account,
    region,
    id,
  )

/** Puts a subnet under another list; the association has a new id from then on. */
export const replaceAclAssociation = (
  scope: Scope,
  id: string,
  association: { readonly id: string; readonly aclId: string },
): void =>
  updateRows(scope, 'ec2_network_acl_associations', 'association_id', id, {
    association_id: association.id,
    network_acl_id: association.aclId,
  })

export const deleteSubnetsAclAssociation = (scope: Scope, subnetId: string): void => {
  deleteRows(scope, 'ec2_network_acl_associations', 'subnet_id', subnetId)
}

/** @returns whether there was such an entry */
export const deleteEntry = (
  { db, account, region }: Scope,
  aclId: string,
  egress: boolean,
  rule: number,
): boolean =>
  db.run(
    `delete from ec2_network_acl_entries
     where account = ? and region = ? and network_acl_id = ? and egress = ? and rule_number = ?`,
    account,
    region,
    aclId,
    Number(egress),
    rule,
  ).changes > 0

export const hasEntry = (
  { db, account, region }: Scope,
  aclId: string,
  egress: boolean,
  rule: number,
): boolean =>
  db.get(
    `select 1 from ec2_network_acl_entries
     where account = ? and region = ? and network_acl_id = ? and egress = ? and rule_number = ?`,
    account,
    region,
    aclId,
    Number(egress),
    rule,
  ) !== undefined

/** Deletes a list with its entries; its tags are the caller's to delete. */
export function deleteNetworkAcl(scope: Scope, id: string): void {
  for (const table of ['ec2_network_acl_entries', 'ec2_network_acls']) {
    deleteRows(scope, table, 'network_acl_id', id)
  }
}
