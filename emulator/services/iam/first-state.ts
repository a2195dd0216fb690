import type { IdSource } from '../../ids.ts'
import type { Database } from '../../store/database.ts'
import { insertAccessKey } from './rows/access-keys.ts'
import { attachPolicy } from './rows/held-policies.ts'
import { insertUser, oldestUser } from './rows/users.ts'

/** The key pair of AWS's documentation: every student's environment already knows it, and no real account has it. */
export const studentKey = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
} as const

/**
 * Makes what an emulator starts with: the user `student` with AdministratorAccess and the documentation's key pair.
 * Does nothing in an account that has users, so that it may run at every start and never brings back what was deleted.
 *
 * @param now virtual time in ms since the epoch
 */
export function seedIdentities(
  db: Database,
  { account, now, ids }: { account: string; now: number; ids: IdSource },
): void {
  const keyExists = db.get('select 1 from iam_access_keys where id = ?', studentKey.accessKeyId)
  if (keyExists || oldestUser(db, account)) return
  const user = insertUser(db, {
    account,
    id: ids.iam('AIDA'),
    name: 'student',
    path: '/',
    createdAt: now,
    tags: {},
  })
  attachPolicy(
    db,
    { account, kind: 'user', id: user.id },
    'arn:aws:iam::aws:policy/AdministratorAccess',
  )
  insertAccessKey(db, {
    account,
    id: studentKey.accessKeyId,
    userId: user.id,
    secret: studentKey.secretAccessKey,
    status: 'Active',
    createdAt: now,
  })
}
