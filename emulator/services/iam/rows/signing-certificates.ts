import type { Database } from '../../../store/database.ts'

export interface SigningCertificate {
  readonly account: string
  /** The digest of the certificate. */
  readonly id: string
  /** Whose it is; the account's number for its root user. */
  readonly userId: string
  /** PEM, as it was uploaded. */
  readonly body: string
  readonly status: 'Active' | 'Inactive'
  /** Virtual time in ms since the epoch. */
  readonly uploadedAt: number
}

interface SigningCertificateRow {
  account: string
  id: string
  user_id: string
  body: string
  status: 'Active' | 'Inactive'
  uploaded_at: number
}

const columns = 'account, id, user_id, body, status, uploaded_at'

const toCertificate = ({
  user_id,
  uploaded_at,
  ...row
}: SigningCertificateRow): SigningCertificate => ({
  ...row,
  userId: user_id,
  uploadedAt: uploaded_at,
})

export function findSigningCertificate(
  db: Database,
  account: string,
  id: string,
): SigningCertificate | undefined {
  const row = db.get<SigningCertificateRow>(
    `select ${columns} from iam_signing_certificates where account = ? and id = ?`,
    account,
    id,
  )
  return row && toCertificate(row)
}

/** A user's certificates, by id: at most two. */
export const signingCertificatesOf = (
  db: Database,
  account: string,
  userId: string,
): SigningCertificate[] =>
  db
    .all<SigningCertificateRow>(
      `select ${columns} from iam_signing_certificates
       where user_id = ? and account = ? order by id`,
      userId,
      account,
    )
    .map(toCertificate)

/** Adds a certificate, or replaces the account's with this id. */
export function putSigningCertificate(db: Database, certificate: SigningCertificate): void {
  db.run(
    `insert or replace into iam_signing_certificates (${columns}) values (?, ?, ?, ?, ?, ?)`,
    certificate.account,
    certificate.id,
    certificate.userId,
    certificate.body,
    certificate.status,
    certificate.uploadedAt,
  )
}

export function deleteSigningCertificate(db: Database, { account, id }: SigningCertificate): void {
  db.run('delete from iam_signing_certificates where account = ? and id = ?', account, id)
}
