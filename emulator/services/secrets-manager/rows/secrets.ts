import type { ReplicationStatusType, RotationRulesType, Tag } from '@aws-sdk/client-secrets-manager'
import type { Database } from '../../../store/database.ts'

export interface Place {
  readonly account: string
  readonly region: string
}

export interface Secret extends Place {
  readonly name: string
  readonly arn: string
  readonly description: string | null
  /** As it was given; null for the account's own key of Secrets Manager. */
  readonly kmsKeyId: string | null
  /** The service that manages it: `rds`. */
  readonly owningService: string | null
  /** Virtual time in ms since the epoch, like all times here. */
  readonly createdAt: number
  readonly changedAt: number
  /** The day, at midnight UTC. */
  readonly accessedAt: number | null
  /** When its deletion was asked for. */
  readonly deletedAt: number | null
  /** When it will be gone. */
  readonly deletionAt: number | null
  /** Null until there is one. */
  readonly tags: readonly Tag[] | null
  /** JSON text. */
  readonly policy: string | null
  readonly rotation: Rotation | null
  /** The region of the secret that this is a replica of. */
  readonly primaryRegion: string | null
  readonly replicas: readonly ReplicationStatusType[]
}

export interface Rotation {
  readonly enabled: boolean
  readonly lambdaArn?: string | undefined
  readonly rules?: RotationRulesType | undefined
  readonly lastAt?: number | undefined
  readonly nextAt?: number | undefined
}

interface SecretRow extends Place {
  name: string
  arn: string
  description: string | null
  kms_key_id: string | null
  owning_service: string | null
  created_at: number
  changed_at: number
  accessed_at: number | null
  deleted_at: number | null
  deletion_at: number | null
  tags: string | null
  policy: string | null
  rotation: string | null
  primary_region: string | null
  replicas: string
}

const columns =
  'account, region, name, arn, description, kms_key_id, owning_service, created_at, changed_at, accessed_at, deleted_at, deletion_at, tags, policy, rotation, primary_region, replicas'

const toSecret = (row: SecretRow): Secret => ({
  account: row.account,
  region: row.region,
  name: row.name,
  arn: row.arn,
  description: row.description,
  kmsKeyId: row.kms_key_id,
  owningService: row.owning_service,
  createdAt: row.created_at,
  changedAt: row.changed_at,
  accessedAt: row.accessed_at,
  deletedAt: row.deleted_at,
  deletionAt: row.deletion_at,
  tags: row.tags === null ? null : (JSON.parse(row.tags) as Tag[]),
  policy: row.policy,
  rotation: row.rotation === null ? null : (JSON.parse(row.rotation) as Rotation),
  primaryRegion: row.primary_region,
  replicas: JSON.parse(row.replicas) as ReplicationStatusType[],
})

export function findSecretByName(
  db: Database,
  { account, region }: Place,
  name: string,
): Secret | undefined {
  const row = db.get<SecretRow>(
    `select ${columns} from secretsmanager_secrets where account = ? and region = ? and name = ?`,
    account,
    region,
    name,
  )
  return row && toSecret(row)
}

/** @param place of the secret, as its ARN says */
export function findSecretByArn(
  db: Database,
  { account, region }: Place,
  arn: string,
): Secret | undefined {
  const row = db.get<SecretRow>(
    `select ${columns} from secretsmanager_secrets where account = ? and region = ? and arn = ?`,
    account,
    region,
    arn,
  )
  return row && toSecret(row)
}

/** All secrets of an account in a region, the oldest first. */
export const listSecrets = (db: Database, { account, region }: Place): Secret[] =>
  db
    .all<SecretRow>(
      `select ${columns} from secretsmanager_secrets where account = ? and region = ? order by created_at, name`,
      account,
      region,
    )
    .map(toSecret)

/** Makes a secret, or writes what of it has changed. */
export function putSecret(db: Database, secret: Secret): Secret {
  db.run(
    `insert into secretsmanager_secrets (${columns})
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     on conflict (account, region, name) do update set arn = excluded.arn, description = excluded.description,
       kms_key_id = excluded.kms_key_id, changed_at = excluded.changed_at, accessed_at = excluded.accessed_at,
       deleted_at = excluded.deleted_at, deletion_at = excluded.deletion_at, tags = excluded.tags,
       policy = excluded.policy, rotation = excluded.rotation, primary_region = excluded.primary_region,
       replicas = excluded.replicas`,
    secret.account,
    secret.region,
    secret.name,
    secret.arn,
    secret.description,
    secret.kmsKeyId,
    secret.owningService,
    secret.createdAt,
    secret.changedAt,
    secret.accessedAt,
    secret.deletedAt,
    secret.deletionAt,
    secret.tags === null ? null : JSON.stringify(secret.tags),
    secret.policy,
    secret.rotation === null ? null : JSON.stringify(secret.rotation),
    secret.primaryRegion,
    JSON.stringify(secret.replicas),
  )
  return secret
}

/** Deletes a secret with its versions. */
export function deleteSecret(db: Database, { account, region, name, arn }: Secret): void {
  db.run(
    'delete from secretsmanager_versions where account = ? and region = ? and arn = ?',
    account,
    region,
    arn,
  )
  db.run(
    'delete from secretsmanager_secrets where account = ? and region = ? and name = ?',
    account,
    region,
    name,
  )
}
