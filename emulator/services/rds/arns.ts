import type { Call } from '../../operation.ts'

export type Place = Pick<Call, 'region' | 'account'>

/** What RDS's ARNs name. https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Tagging.ARN.Constructing.html */
export type ResourceType =
  | 'auto-backup'
  | 'cev'
  | 'cluster'
  | 'cluster-auto-backup'
  | 'cluster-endpoint'
  | 'cluster-pg'
  | 'cluster-snapshot'
  | 'db'
  | 'db-proxy'
  | 'db-proxy-endpoint'
  | 'deployment'
  | 'es'
  | 'global-cluster'
  | 'integration'
  | 'og'
  | 'pg'
  | 'ri'
  | 'secgrp'
  | 'shard-group'
  | 'snapshot'
  | 'snapshot-tenant-database'
  | 'subgrp'
  | 'target-group'
  | 'tenant-database'

/** @param name as it is kept: in lower case where RDS keeps it so; `*` for all of the type */
export const arnOf = (type: ResourceType, { region, account }: Place, name: string): string =>
  `arn:aws:rds:${type === 'global-cluster' ? '' : region}:${account}:${type}:${name}`

const rdsArn = (type: ResourceType) => (place: Place, name: string) => arnOf(type, place, name)

export const instanceArn = rdsArn('db')

/** What the automated backup of an instance or cluster is called in its ARN. @param resourceId `db-…`, `cluster-…` */
export const autoBackupName = (resourceId: string): string =>
  resourceId.replace(/^(?:db|cluster)-/, 'ab-').toLowerCase()

/** The name in an ARN of this type, or the name itself where it is no ARN. In lower case, as RDS keeps names. */
export function nameIn(type: string, nameOrArn: string): string {
  const parsed = parseArn(nameOrArn)
  return (parsed && parsed.type === type ? parsed.name : nameOrArn).toLowerCase()
}

export interface ParsedArn extends Place {
  readonly type: string
  readonly name: string
}

/** @returns undefined for what is no ARN of RDS */
export function parseArn(arn: string): ParsedArn | undefined {
  const match = /^arn:aws[\w-]*:rds:([\w-]*):(\d*):([\w-]+):(.+)$/.exec(arn)
  if (!match) return undefined
  const [, region, account, type, name] = match as unknown as [
    string,
    string,
    string,
    string,
    string,
  ]
  return { region, account, type, name }
}
