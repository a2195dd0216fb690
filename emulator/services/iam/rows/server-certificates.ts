import type { Database } from '../../../store/database.ts'

export interface ServerCertificate {
  readonly account: string
  /** `ASCA…` */
  readonly id: string
  readonly name: string
  readonly path: string
  /** PEM, like the chain and the key. */
  readonly body: string
  readonly chain: string | null
  readonly privateKey: string
  /** Virtual time in ms since the epoch, like `expiresAt`. */
  readonly uploadedAt: number
  readonly expiresAt: number
  readonly tags: Readonly<Record<string, string>>
}

interface ServerCertificateRow {
  account: string
  id: string
  name: string
  path: string
  body: string
  chain: string | null
  private_key: string
  uploaded_at: number
  expires_at: number
  tags: string
}

const columns = 'account, id, name, path, body, chain, private_key, uploaded_at, expires_at, tags'

const toCertificate = ({
  private_key,
  uploaded_at,
  expires_at,
  tags,
  ...row
}: ServerCertificateRow): ServerCertificate => ({
  ...row,
  privateKey: private_key,
  uploadedAt: uploaded_at,
  expiresAt: expires_at,
  tags: JSON.parse(tags) as Record<string, string>,
})

/** Finds a certificate by name, whatever its case. */
export function findServerCertificate(
  db: Database,
  account: string,
  name: string,
): ServerCertificate | undefined {
  const row = db.get<ServerCertificateRow>(
    `select ${columns} from iam_server_certificates where account = ? and name = ?`,
    account,
    name,
  )
  return row && toCertificate(row)
}

/** A page of certificates, by name. */
export const listServerCertificates = (
  db: Database,
  account: string,
  { pathPrefix, after, limit }: { pathPrefix: string; after: string; limit: number },
): ServerCertificate[] =>
  db
    .all<ServerCertificateRow>(
      `select ${columns} from iam_server_certificates
       where account = ? and name > ? and substr(path, 1, length(?)) = ? order by name limit ?`,
      account,
      after,
      pathPrefix,
      pathPrefix,
      limit,
    )
    .map(toCertificate)

export function insertServerCertificate(
  db: Database,
  certificate: ServerCertificate,
): ServerCertificate {
  db.run(
    `insert into iam_server_certificates (${columns}) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    certificate.account,
    certificate.id,
    certificate.name,
    certificate.path,
    certificate.body,
    certificate.chain,
    certificate.privateKey,
    certificate.uploadedAt,
    certificate.expiresAt,
    JSON.stringify(certificate.tags),
  )
  return certificate
}

/** Writes what of a certificate can change: name, path and tags. */
export function updateServerCertificate(db: Database, certificate: ServerCertificate): void {
  db.run(
    'update iam_server_certificates set name = ?, path = ?, tags = ? where account = ? and id = ?',
    certificate.name,
    certificate.path,
    JSON.stringify(certificate.tags),
    certificate.account,
    certificate.id,
  )
}

export function deleteServerCertificate(db: Database, { account, id }: ServerCertificate): void {
  db.run('delete from iam_server_certificates where account = ? and id = ?', account, id)
}

export const countServerCertificates = (db: Database, account: string): number =>
  db.get<{ count: number }>(
    'select count(*) as count from iam_server_certificates where account = ?',
    account,
  )!.count
