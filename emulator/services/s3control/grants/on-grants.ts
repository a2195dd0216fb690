import type { Call, Permission } from '../../../operation.ts'
import { accessGrantsArn } from '../arns.ts'
import { noAccessGrantsInstance } from '../errors.ts'
import type { AccountInput } from '../on-account.ts'
import { findInstance, type Instance } from '../rows/access-grants.ts'

/** @throws AwsError `AccessGrantsInstanceNotExistsError` */
export function requireInstance(call: Pick<Call, 'db' | 'account' | 'region'>): Instance {
  const found = findInstance(call.db, call)
  if (!found) throw noAccessGrantsInstance()
  return found
}

/**
 * The permission for an action on the account's instance, or on a part of it.
 *
 * @param rest `location/ID` or `grant/ID`
 */
export function onGrants(
  action: string,
  { AccountId }: AccountInput,
  { account, region }: Call,
  { rest = '', context = {} }: { rest?: string; context?: Permission['context'] } = {},
): Permission {
  const owner = AccountId ?? account
  const resource = accessGrantsArn({ account: owner, region }, rest)
  return { action, resource, resourceAccount: owner, context }
}

/** The same for what an instance's own policy may open to other accounts. */
export function onSharedInstance(action: string, input: AccountInput, call: Call): Permission {
  const owner = input.AccountId ?? call.account
  const instance = findInstance(call.db, { account: owner, region: call.region })
  return { ...onGrants(action, input, call), resourcePolicy: instance?.policy ?? undefined }
}

/** A page of a list that is held whole: an account has few of these. */
export function pageOf<Item extends { readonly id: string }>(
  items: readonly Item[],
  from: string,
  limit: number,
): { readonly page: readonly Item[]; readonly next: string | undefined } {
  const rest = items.filter(({ id }) => id >= from)
  return { page: rest.slice(0, limit), next: rest[limit]?.id }
}

export const maxPage = 1000
