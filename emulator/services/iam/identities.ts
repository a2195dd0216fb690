import type { Caller, Credential } from '../../auth/caller.ts'
import type { Identities, IdentityPolicy } from '../../ports.ts'
import type { Database } from '../../store/database.ts'
import { userArn } from './arns.ts'
import { awsManagedPolicy } from './aws-managed-policies.ts'

/**
 * IAM's part in every call. Each answer is one indexed statement and nothing is cached, so that a change,
 * a reset or a restored state counts from the next call on.
 */
export const identities: Identities = { findCredential, policiesOf }

interface CredentialRow {
  account: string
  secret: string
  status: 'Active' | 'Inactive'
  user_id: string
  user_name: string
  user_path: string
}

function findCredential(db: Database, accessKeyId: string): Credential | undefined {
  const row = db.get<CredentialRow>(
    `select k.account, k.secret, k.status, u.id as user_id, u.name as user_name, u.path as user_path
     from iam_access_keys k join iam_users u on u.id = k.user_id
     where k.id = ?`,
    accessKeyId,
  )
  return (
    row && {
      accessKeyId,
      secretAccessKey: row.secret,
      active: row.status === 'Active',
      caller: {
        type: 'IAMUser',
        accountId: row.account,
        arn: userArn(row.account, row.user_path, row.user_name),
        userId: row.user_id,
        accessKeyId,
        userName: row.user_name,
      },
    }
  )
}

interface PolicyRow {
  source: string
  name: string
  /** Null for a policy of AWS's, which is no row. */
  document: string | null
}

function policiesOf(db: Database, caller: Caller): readonly IdentityPolicy[] {
  if (caller.type !== 'IAMUser') return []
  return db
    .all<PolicyRow>(
      `with holders (id, source) as (
         select ?, 'user'
         union all
         select g.id, 'group:' || g.name
         from iam_group_members m join iam_groups g on g.id = m.group_id
         where m.user_id = ?
       )
       select holders.source, held.name, coalesce(held.document, p.document) as document
       from holders
       join iam_held_policies held on held.holder_id = holders.id
       left join iam_policies p on held.managed = 1 and p.arn = held.name`,
      caller.userId,
      caller.userId,
    )
    .map(({ source, name, document }) => ({
      source,
      name,
      document: document ?? awsManagedPolicy(name)!.document,
    }))
}
