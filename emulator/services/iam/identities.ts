import type { Caller, Credential } from '../../auth/caller.ts'
import type { Identities, IdentityPolicy } from '../../ports.ts'
import type { Database } from '../../store/database.ts'
import { remembered } from '../../store/remembered.ts'
import { rootArn, userArn } from './arns.ts'
import { awsManagedPolicy } from './aws-managed-policies.ts'
import { accountOfRetiredKey, findSession } from './rows/sessions.ts'
import { callerOfSession } from './session-callers.ts'

/**
 * IAM's part in every call. Each answer is one indexed statement, remembered no longer than its tables are as they were, so that
 * a change, a reset or a restored state counts from the next call on.
 */
export const identities: Identities = {
  findCredential: remembered(
    ['iam_access_keys', 'iam_users', 'iam_sessions', 'iam_roles', 'iam_retired_keys'],
    findCredential,
  ),
  policiesOf(db, caller) {
    const holderId = holderOf(caller)
    if (holderId === undefined) return []
    return caller.type === 'AssumedRole'
      ? policiesOfRole(db, holderId)
      : policiesOfUser(db, holderId)
  },
  boundaryOf(db, caller) {
    const holderId = holderOf(caller)
    return holderId === undefined ? undefined : boundaryOf(db, holderId)
  },
}

interface CredentialRow {
  account: string
  secret: string
  status: 'Active' | 'Inactive'
  /** The account's number, for a key of its root, which has no row among the users. */
  user_id: string
  user_name: string | null
  user_path: string
  user_tags: string
}

function findCredential(db: Database, accessKeyId: string): Credential | undefined {
  return accessKeyId.startsWith('ASIA')
    ? (sessionCredential(db, accessKeyId) ?? retiredCredential(db, accessKeyId))
    : (userCredential(db, accessKeyId) ?? retiredCredential(db, accessKeyId))
}

function userCredential(db: Database, accessKeyId: string): Credential | undefined {
  const row = db.get<CredentialRow>(
    `select k.account, k.secret, k.status, k.user_id, u.name as user_name, u.path as user_path,
       u.tags as user_tags
     from iam_access_keys k left join iam_users u on u.id = k.user_id
     where k.id = ? and (u.id is not null or k.user_id = k.account)`,
    accessKeyId,
  )
  return (
    row && {
      accessKeyId,
      secretAccessKey: row.secret,
      active: row.status === 'Active',
      caller:
        row.user_name === null
          ? { ...rootOf(row.account), accessKeyId }
          : {
              type: 'IAMUser',
              accountId: row.account,
              arn: userArn(row.account, row.user_path, row.user_name),
              userId: row.user_id,
              accessKeyId,
              userName: row.user_name,
              ...(row.user_tags !== '{}' && {
                tags: JSON.parse(row.user_tags) as Record<string, string>,
              }),
            },
    }
  )
}

const rootOf = (account: string): Caller => ({
  type: 'Root',
  accountId: account,
  arn: rootArn(account),
  userId: account,
})

/** A session whose role or user was deleted is no good any more, even before it expires. */
function sessionCredential(db: Database, accessKeyId: string): Credential | undefined {
  const session = findSession(db, accessKeyId)
  return (
    session && {
      accessKeyId,
      secretAccessKey: session.secret,
      sessionToken: session.token,
      active: session.holder !== undefined || session.holderId === session.account,
      expiresAt: session.expiresAt,
      caller: callerOfSession(session),
    }
  )
}

function retiredCredential(db: Database, accessKeyId: string): Credential | undefined {
  const account = accountOfRetiredKey(db, accessKeyId)
  return account === undefined
    ? undefined
    : {
        accessKeyId,
        secretAccessKey: '',
        active: false,
        caller: rootOf(account),
      }
}

interface PolicyRow {
  source: string
  name: string
  /** Null for a policy of AWS's, which is no row. */
  document: string | null
}

const policyTables = ['iam_group_members', 'iam_groups', 'iam_held_policies', 'iam_policies']
const policiesOfRole = remembered(policyTables, (db: Database, id: string) =>
  policiesOf(db, id, 'role'),
)
const policiesOfUser = remembered(policyTables, (db: Database, id: string) =>
  policiesOf(db, id, 'user'),
)

function policiesOf(
  db: Database,
  holderId: string,
  source: 'role' | 'user',
): readonly IdentityPolicy[] {
  return db
    .all<PolicyRow>(
      `with holders (id, source) as (
         select ?, ?
         union all
         select g.id, 'group:' || g.name
         from iam_group_members m join iam_groups g on g.id = m.group_id
         where m.user_id = ?
       )
       select holders.source, held.name, coalesce(held.document, p.document) as document
       from holders
       join iam_held_policies held on held.holder_id = holders.id
       left join iam_policies p on held.managed = 1 and p.arn = held.name`,
      holderId,
      source,
      holderId,
    )
    .map(({ source, name, document }) => ({
      source,
      name,
      document: document ?? awsManagedPolicy(name)!.document,
    }))
}

const boundaryOf = remembered<string | undefined, string>(
  ['iam_boundaries', 'iam_policies'],
  (db, holderId) => {
    const row = db.get<{ arn: string; document: string | null }>(
      `select b.policy_arn as arn, p.document
       from iam_boundaries b left join iam_policies p on p.arn = b.policy_arn
       where b.holder_id = ?`,
      holderId,
    )
    return row && (row.document ?? awsManagedPolicy(row.arn)!.document)
  },
)

/** The id of the user or role that a caller's policies are attached to; a root user has none. */
const holderOf = ({ type, userId, holderId }: Caller): string | undefined =>
  type === 'IAMUser' ? userId : holderId
