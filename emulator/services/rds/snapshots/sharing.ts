import type { ModifyDBSnapshotAttributeMessage } from '@aws-sdk/client-rds'
import type { Call } from '../../../operation.ts'
import { invalidParameterCombination, invalidParameterValue } from '../errors.ts'
import { sharedAccountQuotaExceeded } from '../instances/errors.ts'

// Snapshots of instances and of clusters are shared alike:
// https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ShareSnapshot.html

const mostAccounts = 20

interface Shared {
  readonly account: string
  readonly status: string
  /** Accounts that may restore it, or `all`. */
  readonly sharedWith: readonly string[]
}

/** Whether an account may restore or copy a snapshot: its own, or one that is shared with it or with all. */
export const isUsableBy = ({ account, sharedWith }: Shared, caller: string): boolean =>
  account === caller || sharedWith.includes('all') || sharedWith.includes(caller)

/** What a description of snapshots asks for. */
export interface SnapshotScope {
  readonly SnapshotType?: string | undefined
  readonly IncludeShared?: boolean | undefined
  readonly IncludePublic?: boolean | undefined
}

const types: ReadonlySet<string> = new Set(['automated', 'manual', 'shared', 'public', 'awsbackup'])

/** @throws InvalidParameterValue for a type that there is not */
export function checkSnapshotType(type: string | undefined): void {
  if (type !== undefined && !types.has(type)) {
    throw invalidParameterValue(`Invalid snapshot type: ${type}`)
  }
}

/**
 * The snapshots that a description is about: the account's own, and those that others share where they are asked for.
 *
 * @param others what other accounts share with anybody
 */
export function visibleSnapshots<Snapshot extends Shared>(
  account: string,
  { SnapshotType: type, IncludeShared = false, IncludePublic = false }: SnapshotScope,
  own: () => readonly Snapshot[],
  others: () => readonly Snapshot[],
): readonly Snapshot[] {
  const shared = type === 'shared' || (IncludeShared && type === undefined)
  const isPublic = type === 'public' || (IncludePublic && type === undefined)
  const found = others().filter(
    ({ sharedWith, status }) =>
      status === 'available' &&
      ((shared && sharedWith.includes(account)) || (isPublic && sharedWith.includes('all'))),
  )
  return type === 'shared' || type === 'public' ? found : [...own(), ...found]
}

/** Whether a snapshot is of the type that a description asks for; `shared` and `public` have been looked at by then. */
export const isOfType = ({ type }: { readonly type: string }, wanted: string | undefined) =>
  wanted === undefined || wanted === 'shared' || wanted === 'public' || type === wanted

type SharingChange = Pick<
  ModifyDBSnapshotAttributeMessage,
  'AttributeName' | 'ValuesToAdd' | 'ValuesToRemove'
>

/**
 * With whom a manual snapshot is shared after a change.
 *
 * @param keyId the key that it is encrypted by; undefined where it is not
 * @throws InvalidParameterValue, InvalidParameterCombination, SharedSnapshotQuotaExceeded
 */
export function changedSharing(
  call: Pick<Call, 'db' | 'account' | 'region' | 'now' | 'ids' | 'ports'>,
  sharedWith: readonly string[],
  keyId: string | undefined,
  { AttributeName, ValuesToAdd = [], ValuesToRemove = [] }: SharingChange,
): readonly string[] {
  if (AttributeName !== 'restore') {
    throw invalidParameterValue(`The attribute ${AttributeName} is not valid.`)
  }
  if (ValuesToAdd.some((value) => ValuesToRemove.includes(value))) {
    throw invalidParameterCombination(
      'A value may not appear in both the add list and remove list.',
    )
  }
  const together = [...new Set([...sharedWith, ...ValuesToAdd])]
  if (together.length > mostAccounts) throw sharedAccountQuotaExceeded()
  for (const value of ValuesToAdd) {
    if (value !== 'all' && !/^\d{12}$/.test(value)) {
      throw invalidParameterValue(`Invalid account ID: ${value}`)
    }
  }
  if (ValuesToAdd.includes('all') && keyId !== undefined) {
    throw invalidParameterValue('An encrypted snapshot cannot be shared publicly.')
  }
  if (ValuesToAdd.length > 0 && keyId !== undefined && isDefaultKey(call, keyId)) {
    throw invalidParameterCombination(
      'Sharing snapshots encrypted with the default service key for RDS is currently not supported.',
    )
  }
  return together.filter((value) => !ValuesToRemove.includes(value))
}

/** Nobody else can use the account's own key of RDS. A key that is gone is not that one. */
function isDefaultKey(call: Parameters<typeof changedSharing>[0], keyId: string): boolean {
  try {
    return call.ports.kms.resolve(call, { service: 'rds', keyId }).manager === 'AWS'
  } catch {
    return false
  }
}

/** The one attribute that snapshots have. */
export const restoreAttribute = (sharedWith: readonly string[]) => [
  { AttributeName: 'restore', AttributeValues: [...sharedWith] },
]
