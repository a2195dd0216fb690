import type { Database } from '../../../store/database.ts'

export interface OidcProvider {
  readonly account: string
  readonly arn: string
  /** The issuer without `https://`. */
  readonly url: string
  readonly clientIds: readonly string[]
  readonly thumbprints: readonly string[]
  /** Virtual time in ms since the epoch. */
  readonly createdAt: number
  readonly tags: Readonly<Record<string, string>>
}

interface OidcProviderRow {
  account: string
  arn: string
  url: string
  client_ids: string
  thumbprints: string
  created_at: number
  tags: string
}

const columns = 'account, arn, url, client_ids, thumbprints, created_at, tags'

const toProvider = (row: OidcProviderRow): OidcProvider => ({
  account: row.account,
  arn: row.arn,
  url: row.url,
  clientIds: JSON.parse(row.client_ids) as string[],
  thumbprints: JSON.parse(row.thumbprints) as string[],
  createdAt: row.created_at,
  tags: JSON.parse(row.tags) as Record<string, string>,
})

export function findOidcProvider(
  db: Database,
  account: string,
  arn: string,
): OidcProvider | undefined {
  const row = db.get<OidcProviderRow>(
    `select ${columns} from iam_oidc_providers where arn = ? and account = ?`,
    arn,
    account,
  )
  return row && toProvider(row)
}

/** All of an account's providers, by ARN: at most a hundred. */
export const oidcProvidersOf = (db: Database, account: string): OidcProvider[] =>
  db
    .all<OidcProviderRow>(
      `select ${columns} from iam_oidc_providers where account = ? order by arn`,
      account,
    )
    .map(toProvider)

/** Adds a provider, or replaces the one with its ARN. */
export function putOidcProvider(db: Database, provider: OidcProvider): void {
  db.run(
    `insert or replace into iam_oidc_providers (${columns}) values (?, ?, ?, ?, ?, ?, ?)`,
    provider.account,
    provider.arn,
    provider.url,
    JSON.stringify(provider.clientIds),
    JSON.stringify(provider.thumbprints),
    provider.createdAt,
    JSON.stringify(provider.tags),
  )
}

export function deleteOidcProvider(db: Database, { account, arn }: OidcProvider): void {
  db.run('delete from iam_oidc_providers where arn = ? and account = ?', arn, account)
}
