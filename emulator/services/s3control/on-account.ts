import type { Call, Permission } from '../../operation.ts'

/** What every input of this API has. */
export interface AccountInput {
  readonly AccountId?: string | undefined
}

/** The permission for an action that has no resources. Another account's settings nobody may see or change. */
export const onAccount = (
  action: string,
  { AccountId }: AccountInput,
  { account }: Call,
  context: Permission['context'] = {},
): Permission => ({ action, resource: '*', resourceAccount: AccountId ?? account, context })
