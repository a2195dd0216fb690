import type { IamInstanceProfileAssociation } from '@aws-sdk/client-ec2'
import { insertRow } from '../describe/insert.ts'
import { resource } from '../describe/resources.ts'
import type { Scope } from '../describe/resources.ts'

export interface ProfileAssociationRow {
  readonly seq: number
  readonly association_id: string
  readonly instance_id: string
  readonly profile_arn: string
  readonly profile_id: string
  readonly state: 'associated'
  readonly associated_at: number
}

export const profileAssociations = resource<ProfileAssociationRow>({
  type: 'iam-instance-profile-association',
  table: 'ec2_profile_associations',
  id: 'association_id',
  prefix: 'iip-assoc',
  taggable: false,
  notFound: {
    code: 'NoSuchAssociation',
    one: (id) => `The association ID '${id}' does not exist`,
    several: (ids) => `The association IDs '${ids}' do not exist`,
  },
  malformed: 'InvalidAssociationID.Malformed',
  filters: { 'instance-id': 't.instance_id', state: 't.state' },
})

export const associationOfInstance = (
  { db, account, region }: Scope,
  instanceId: string,
): ProfileAssociationRow | undefined =>
  db.get<ProfileAssociationRow>(
    'select * from ec2_profile_associations where account = ? and region = ? and instance_id = ?',
    account,
    region,
    instanceId,
  )

export const toProfileAssociation = (
  row: ProfileAssociationRow,
): IamInstanceProfileAssociation => ({
  AssociationId: row.association_id,
  InstanceId: row.instance_id,
  IamInstanceProfile: { Arn: row.profile_arn, Id: row.profile_id },
  State: row.state,
})

export const insertProfileAssociation = (
  scope: Scope,
  association: { id: string; instanceId: string; arn: string; profileId: string; at: number },
): void =>
  insertRow(scope, 'ec2_profile_associations', {
    association_id: association.id,
    instance_id: association.instanceId,
    profile_arn: association.arn,
    profile_id: association.profileId,
    state: 'associated',
    associated_at: association.at,
  })

export function deleteProfileAssociation({ db, account, region }: Scope, instanceId: string): void {
  db.run(
    'delete from ec2_profile_associations where account = ? and region = ? and instance_id = ?',
    account,
    region,
    instanceId,
  )
}
