import type { Database } from '../../../store/database.ts'

export interface SshKey {
  readonly account: string
  /** `APKA…` */
  readonly id: string
  readonly userId: string
  /** The key as SSH sends it. */
  readonly wire: Buffer
  readonly fingerprint: string
  readonly status: 'Active' | 'Inactive'
  /** Virtual time in ms since the epoch. */
  readonly uploadedAt: number
}

interface SshKeyRow {
  account: string
  id: string
  user_id: string
  wire: string
  fingerprint: string
  status: 'Active' | 'Inactive'
  uploaded_at: number
}

const columns = 'account, id, user_id, wire, fingerprint, status, uploaded_at'

/** A user's keys, by id: at most five. */
export const sshKeysOf = (db: Database, account: string, userId: string): SshKey[] =>
  db
    .all<SshKeyRow>(
      `select ${columns} from iam_ssh_keys where user_id = ? and account = ? order by id`,
      userId,
      account,
    )
    .map(({ user_id, uploaded_at, wire, ...row }) => ({
      ...row,
      userId: user_id,
      uploadedAt: uploaded_at,
      wire: Buffer.from(wire, 'base64'),
    }))

/** Adds a key, or replaces the one with its id. */
export function putSshKey(db: Database, key: SshKey): void {
  db.run(
    `insert or replace into iam_ssh_keys (${columns}) values (?, ?, ?, ?, ?, ?, ?)`,
    key.account,
    key.id,
    key.userId,
    key.wire.toString('base64'),
    key.fingerprint,
    key.status,
    key.uploadedAt,
  )
}

export function deleteSshKey(db: Database, { account, id }: SshKey): void {
  db.run('delete from iam_ssh_keys where id = ? and account = ?', id, account)
}
