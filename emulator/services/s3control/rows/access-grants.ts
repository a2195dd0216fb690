import type { Database } from '../../../store/database.ts'

interface Place {
  readonly account: string
  readonly region: string
}

type Tags = Readonly<Record<string, string>>

export interface Instance extends Place {
  /** Virtual times in ms since the epoch. */
  readonly createdAt: number
  /** JSON text. */
  readonly policy: string | null
  readonly policyAt: number | null
  readonly organization: string | null
  readonly tags: Tags
}

export interface Location extends Place {
  readonly id: string
  /** `s3://`, `s3://bucket`, `s3://bucket/prefix*` */
  readonly scope: string
  readonly roleArn: string
  readonly createdAt: number
  readonly tags: Tags
}

export type GrantPermission = 'READ' | 'WRITE' | 'READWRITE'

export interface Grant extends Place {
  readonly id: string
  /** The location's id. */
  readonly location: string
  readonly subPrefix: string | null
  /** The ARN of a user or role. */
  readonly grantee: string
  readonly permission: GrantPermission
  readonly scope: string
  readonly createdAt: number
  readonly tags: Tags
}

interface InstanceRow extends Place {
  created_at: number
  policy: string | null
  policy_at: number | null
  organization: string | null
  tags: string
}

interface LocationRow extends Place {
  id: string
  scope: string
  role_arn: string
  created_at: number
  tags: string
}

interface GrantRow extends Place {
  id: string
  location: string
  sub_prefix: string | null
  grantee: string
  permission: GrantPermission
  scope: string
  created_at: number
  tags: string
}

const toLocation = ({ role_arn, created_at, tags, ...row }: LocationRow): Location => ({
  ...row,
  roleArn: role_arn,
  createdAt: created_at,
  tags: JSON.parse(tags) as Tags,
})

const toGrant = ({ sub_prefix, created_at, tags, ...row }: GrantRow): Grant => ({
  ...row,
  subPrefix: sub_prefix,
  createdAt: created_at,
  tags: JSON.parse(tags) as Tags,
})

export function findInstance(db: Database, { account, region }: Place): Instance | undefined {
  const row = db.get<InstanceRow>(
    'select * from s3control_access_grants_instances where account = ? and region = ?',
    account,
    region,
  )
  return (
    row && {
      account: row.account,
      region: row.region,
      createdAt: row.created_at,
      policy: row.policy,
      policyAt: row.policy_at,
      organization: row.organization,
      tags: JSON.parse(row.tags) as Tags,
    }
  )
}

export function putInstance(db: Database, instance: Instance): void {
  db.run(
    'insert or replace into s3control_access_grants_instances values (?, ?, ?, ?, ?, ?, ?)',
    instance.account,
    instance.region,
    instance.createdAt,
    instance.policy,
    instance.policyAt,
    instance.organization,
    JSON.stringify(instance.tags),
  )
}

export function deleteInstance(db: Database, { account, region }: Place): void {
  db.run(
    'delete from s3control_access_grants_instances where account = ? and region = ?',
    account,
    region,
  )
}

/** All locations of an instance, by id. */
export function listLocations(db: Database, { account, region }: Place): Location[] {
  return db
    .all<LocationRow>(
      'select * from s3control_access_grants_locations where account = ? and region = ? order by id',
      account,
      region,
    )
    .map(toLocation)
}

export function findLocation(
  db: Database,
  { account, region }: Place,
  id: string,
): Location | undefined {
  const row = db.get<LocationRow>(
    'select * from s3control_access_grants_locations where account = ? and region = ? and id = ?',
    account,
    region,
    id,
  )
  return row && toLocation(row)
}

export function putLocation(db: Database, location: Location): void {
  db.run(
    'insert or replace into s3control_access_grants_locations values (?, ?, ?, ?, ?, ?, ?)',
    location.account,
    location.region,
    location.id,
    location.scope,
    location.roleArn,
    location.createdAt,
    JSON.stringify(location.tags),
  )
}

export function deleteLocation(db: Database, { account, region, id }: Location): void {
  db.run(
    'delete from s3control_access_grants_locations where account = ? and region = ? and id = ?',
    account,
    region,
    id,
  )
}

/** All grants of an instance, by id. */
export function listGrants(db: Database, { account, region }: Place): Grant[] {
  return db
    .all<GrantRow>(
      'select * from s3control_access_grants where account = ? and region = ? order by id',
      account,
      region,
    )
    .map(toGrant)
}

export function findGrant(db: Database, { account, region }: Place, id: string): Grant | undefined {
  const row = db.get<GrantRow>(
    'select * from s3control_access_grants where account = ? and region = ? and id = ?',
    account,
    region,
    id,
  )
  return row && toGrant(row)
}

export function putGrant(db: Database, grant: Grant): void {
  db.run(
    'insert or replace into s3control_access_grants values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
    grant.account,
    grant.region,
    grant.id,
    grant.location,
    grant.subPrefix,
    grant.grantee,
    grant.permission,
    grant.scope,
    grant.createdAt,
    JSON.stringify(grant.tags),
  )
}

export function deleteGrant(db: Database, { account, region, id }: Grant): void {
  db.run(
    'delete from s3control_access_grants where account = ? and region = ? and id = ?',
    account,
    region,
    id,
  )
}
