import type { Database } from '../../../store/database.ts'

export interface SamlProvider {
  readonly account: string
  readonly arn: string
  /** `SAMLSP…` */
  readonly uuid: string
  /** XML, as it was sent. */
  readonly metadata: string
  readonly encryptionMode: 'Required' | 'Allowed'
  /** The keys that assertions may be encrypted for. */
  readonly privateKeys: readonly SamlPrivateKey[]
  /** Virtual time in ms since the epoch, like `validUntil`. */
  readonly createdAt: number
  readonly validUntil: number
  readonly tags: Readonly<Record<string, string>>
}

export interface SamlPrivateKey {
  /** `SAMLPK…` */
  readonly id: string
  /** PEM. */
  readonly key: string
  /** Virtual time in ms since the epoch. */
  readonly addedAt: number
}

interface SamlProviderRow {
  account: string
  arn: string
  uuid: string
  metadata: string
  encryption_mode: 'Required' | 'Allowed'
  private_keys: string
  created_at: number
  valid_until: number
  tags: string
}

const columns =
  'account, arn, uuid, metadata, encryption_mode, private_keys, created_at, valid_until, tags'

const toProvider = (row: SamlProviderRow): SamlProvider => ({
  account: row.account,
  arn: row.arn,
  uuid: row.uuid,
  metadata: row.metadata,
  encryptionMode: row.encryption_mode,
  privateKeys: JSON.parse(row.private_keys) as SamlPrivateKey[],
  createdAt: row.created_at,
  validUntil: row.valid_until,
  tags: JSON.parse(row.tags) as Record<string, string>,
})

export function findSamlProvider(
  db: Database,
  account: string,
  arn: string,
): SamlProvider | undefined {
  const row = db.get<SamlProviderRow>(
    `select ${columns} from iam_saml_providers where arn = ? and account = ?`,
    arn,
    account,
  )
  return row && toProvider(row)
}

/** All of an account's providers, by ARN: at most a hundred. */
export const samlProvidersOf = (db: Database, account: string): SamlProvider[] =>
  db
    .all<SamlProviderRow>(
      `select ${columns} from iam_saml_providers where account = ? order by arn`,
      account,
    )
    .map(toProvider)

/** Adds a provider, or replaces the one with its ARN. */
export function putSamlProvider(db: Database, provider: SamlProvider): void {
  db.run(
    `insert or replace into iam_saml_providers (${columns}) values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    provider.account,
    provider.arn,
    provider.uuid,
    provider.metadata,
    provider.encryptionMode,
    JSON.stringify(provider.privateKeys),
    provider.createdAt,
    provider.validUntil,
    JSON.stringify(provider.tags),
  )
}

export function deleteSamlProvider(db: Database, { account, arn }: SamlProvider): void {
  db.run('delete from iam_saml_providers where arn = ? and account = ?', arn, account)
}
