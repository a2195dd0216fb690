import type { Database } from '../../../store/database.ts'

/** The ARNs of the managed policies that are attached to something, or are a permissions boundary, in an account. */
export const policiesInUse = (db: Database, account: string): string[] =>
  db
    .all<{ arn: string }>(
      `select name as arn from iam_held_policies where account = ? and managed = 1
       union select policy_arn from iam_boundaries where account = ? order by arn`,
      account,
      account,
    )
    .map(({ arn }) => arn)
