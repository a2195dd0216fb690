import type {
  CancelKeyDeletionRequest,
  CancelKeyDeletionResponse,
  ScheduleKeyDeletionRequest,
  ScheduleKeyDeletionResponse,
} from '@aws-sdk/client-kms'
import type { TimerHandler } from '../../../clock/timers.ts'
import { operation } from '../../../operation.ts'
import { notPendingDeletion, validation } from '../errors.ts'
import { noAlias, refusePendingDeletion, requireOwnKey } from '../find-key.ts'
import { date } from '../key-metadata.ts'
import { onKey } from '../permissions.ts'
import { deleteKey, updateKey } from '../rows/keys.ts'

const day = 86_400_000
const shortestWindow = 7
const longestWindow = 30

/** https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html */
export const ScheduleKeyDeletion = operation<
  ScheduleKeyDeletionRequest,
  ScheduleKeyDeletionResponse
>({
  authorize: ({ KeyId, PendingWindowInDays = longestWindow }, call) => [
    onKey(
      call,
      KeyId!,
      {
        context: { 'kms:ScheduleKeyDeletionPendingWindowInDays': String(PendingWindowInDays) },
      },
      noAlias,
    ),
  ],
  run({ KeyId, PendingWindowInDays = longestWindow }, call) {
    if (PendingWindowInDays < shortestWindow || PendingWindowInDays > longestWindow) {
      throw validation(
        `PendingWindowInDays must be between ${shortestWindow} and ${longestWindow}, inclusive.`,
      )
    }
    const found = requireOwnKey(call, KeyId!)
    refusePendingDeletion(found)
    const deletionAt = call.now + PendingWindowInDays * day
    updateKey(call.db, { ...found.key, state: 'PendingDeletion', deletionAt })
    call.timers.schedule(deletionAt, 'deleteKey', { keyId: found.key.id }, found.key.id)
    return {
      KeyId: found.arn,
      DeletionDate: date(deletionAt),
      KeyState: 'PendingDeletion',
      PendingWindowInDays,
    }
  },
})

/** The key is there again, but disabled. */
export const CancelKeyDeletion = operation<CancelKeyDeletionRequest, CancelKeyDeletionResponse>({
  authorize: ({ KeyId }, call) => [onKey(call, KeyId!, {}, noAlias)],
  run({ KeyId }, call) {
    const { key, arn } = requireOwnKey(call, KeyId!)
    if (key.state !== 'PendingDeletion') throw notPendingDeletion(arn)
    call.timers.cancel('deleteKey', key.id)
    updateKey(call.db, { ...key, state: 'Disabled', deletionAt: null })
    return { KeyId: arn }
  },
})

/** A timer. */
export const deleteDueKey: TimerHandler = (
  { keyId }: { readonly keyId: string },
  { db, account, region },
) => deleteKey(db, { account, region, id: keyId })
