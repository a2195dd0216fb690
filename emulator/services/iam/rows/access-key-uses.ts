import type { Database } from '../../../store/database.ts'
import { remembered } from '../../../store/remembered.ts'

/** When an access key was last used, and for what. */
export interface AccessKeyUse {
  /** Virtual time in ms since the epoch. */
  readonly usedAt: number
  readonly service: string
  readonly region: string
}

interface AccessKeyUseRow {
  used_at: number
  service: string
  region: string
}

export const findAccessKeyUse = remembered<AccessKeyUse | undefined, string>(
  ['iam_access_key_uses'],
  (db, keyId) => {
    const row = db.get<AccessKeyUseRow>(
      'select used_at, service, region from iam_access_key_uses where key_id = ?',
      keyId,
    )
    return row && { usedAt: row.used_at, service: row.service, region: row.region }
  },
)

/** Remembers a key's use, if there is such a key. */
export function putAccessKeyUse(db: Database, keyId: string, use: AccessKeyUse): void {
  db.run(
    `insert or replace into iam_access_key_uses (account, key_id, used_at, service, region)
     select account, id, ?, ?, ? from iam_access_keys where id = ?`,
    use.usedAt,
    use.service,
    use.region,
    keyId,
  )
}

/** Whether a key was issued to an account's root, whose other keys nobody issued. */
export const isRootKey = remembered<boolean, string>(['iam_access_keys'], (db, keyId) =>
  Boolean(db.get('select 1 from iam_access_keys where id = ? and user_id = account', keyId)),
)

type KeyOwner =
  | { readonly name: string; readonly path: string }
  | { readonly name: null; readonly path: null }

/** Whose key it is: a user's, or the root's, who has neither name nor path. */
export const findKeyOwner = (db: Database, account: string, keyId: string): KeyOwner | undefined =>
  db.get(
    `select u.name, u.path from iam_access_keys k left join iam_users u on u.id = k.user_id
     where k.id = ? and k.account = ? and (u.id is not null or k.user_id = k.account)`,
    keyId,
    account,
  )
