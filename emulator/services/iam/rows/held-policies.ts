import type { Database } from '../../../store/database.ts'

/** A user, group or role, as the holder of policies. */
export interface Holder {
  readonly account: string
  readonly kind: 'user' | 'group' | 'role'
  readonly id: string
}

/** A page: at most `limit` entries after the name that the page before ended with. */
export interface Page {
  readonly after: string
  readonly limit: number
}

/** Attaches a managed policy; attaching it again changes nothing, as on AWS. */
export function attachPolicy(db: Database, holder: Holder, policyArn: string): void {
  db.run(
    `insert or ignore into iam_held_policies (account, holder_id, holder_kind, managed, name)
     values (?, ?, ?, 1, ?)`,
    holder.account,
    holder.id,
    holder.kind,
    policyArn,
  )
}

/** @returns whether it was attached */
export function detachPolicy(db: Database, holder: Holder, policyArn: string): boolean {
  return removeHeld(db, holder, 1, policyArn)
}

/** The ARNs of the managed policies attached to a holder, by ARN. */
export function attachedPolicyArns(db: Database, holder: Holder): string[] {
  return db
    .all<{ name: string }>(
      `select name from iam_held_policies
       where holder_id = ? and account = ? and managed = 1 order by name`,
      holder.id,
      holder.account,
    )
    .map(({ name }) => name)
}

/** How many users, groups and roles of the account a managed policy is attached to. */
export function attachmentCount(db: Database, account: string, policyArn: string): number {
  return db.get<{ count: number }>(
    'select count(*) as count from iam_held_policies where account = ? and name = ? and managed = 1',
    account,
    policyArn,
  )!.count
}

export interface InlinePolicy {
  readonly name: string
  readonly document: string
}

export function findInlinePolicy(
  db: Database,
  holder: Holder,
  name: string,
): InlinePolicy | undefined {
  return db.get<InlinePolicy>(
    `select name, document from iam_held_policies
     where holder_id = ? and account = ? and managed = 0 and name = ?`,
    holder.id,
    holder.account,
    name,
  )
}

export function inlinePolicies(db: Database, holder: Holder): InlinePolicy[] {
  return db.all<InlinePolicy>(
    `select name, document from iam_held_policies
     where holder_id = ? and account = ? and managed = 0 order by name`,
    holder.id,
    holder.account,
  )
}

/** Adds an inline policy, or replaces the document of the one with that name. */
export function putInlinePolicy(db: Database, holder: Holder, policy: InlinePolicy): void {
  db.run(
    `insert into iam_held_policies (account, holder_id, holder_kind, managed, name, document)
     values (?, ?, ?, 0, ?, ?)
     on conflict do update set document = excluded.document`,
    holder.account,
    holder.id,
    holder.kind,
    policy.name,
    policy.document,
  )
}

/** @returns whether there was such a policy */
export function deleteInlinePolicy(db: Database, holder: Holder, name: string): boolean {
  return removeHeld(db, holder, 0, name)
}

export function holdsPolicies(db: Database, holder: Holder): { managed: boolean; inline: boolean } {
  const kinds = db.all<{ managed: number }>(
    'select distinct managed from iam_held_policies where holder_id = ? and account = ?',
    holder.id,
    holder.account,
  )
  return {
    managed: kinds.some(({ managed }) => managed === 1),
    inline: kinds.some(({ managed }) => managed === 0),
  }
}

function removeHeld(db: Database, holder: Holder, managed: 0 | 1, name: string): boolean {
  const { changes } = db.run(
    'delete from iam_held_policies where holder_id = ? and account = ? and managed = ? and name = ?',
    holder.id,
    holder.account,
    managed,
    name,
  )
  return changes > 0
}

export interface HolderOfPolicy {
  readonly kind: Holder['kind']
  readonly id: string
  readonly name: string
  readonly path: string
}

/** The users, groups and roles that a managed policy is attached to, by name. */
export function holdersOf(db: Database, account: string, policyArn: string): HolderOfPolicy[] {
  return db.all<HolderOfPolicy>(
    `select held.holder_kind as kind, u.id as id, u.name as name, u.path as path
     from iam_held_policies held join iam_users u on u.id = held.holder_id
     where held.account = ? and held.name = ? and held.managed = 1
     union all
     select held.holder_kind, g.id, g.name, g.path
     from iam_held_policies held join iam_groups g on g.id = held.holder_id
     where held.account = ? and held.name = ? and held.managed = 1
     union all
     select held.holder_kind, r.id, r.name, r.path
     from iam_held_policies held join iam_roles r on r.id = held.holder_id
     where held.account = ? and held.name = ? and held.managed = 1
     order by name`,
    account,
    policyArn,
    account,
    policyArn,
    account,
    policyArn,
  )
}
