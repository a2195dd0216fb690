import type { RestoreObjectOutput, RestoreObjectRequest } from '@aws-sdk/client-s3'
import { AwsError } from '../../../errors.ts'
import { answerStatus, operation } from '../../../operation.ts'
import { invalidArgument, malformedXml, notBuilt } from '../errors.ts'
import { onObject, requireBucket } from '../find-bucket.ts'
import { isArchived } from '../object-settings.ts'
import { notify } from '../notifications/notify.ts'
import { requireVersion } from '../read-version.ts'
import { keepRestored, restoreDuration } from '../restores.ts'
import { restoredTimer, type RestorePayload } from '../restore-timers.ts'
import { findRestore, putRestore, type RestoreTier } from '../rows/restores.ts'
import { shownVersionId } from '../versions.ts'

const tiers: readonly RestoreTier[] = ['Expedited', 'Standard', 'Bulk']

type RestoreAnswer = RestoreObjectOutput & { readonly [answerStatus]?: number }

/**
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_RestoreObject.html
 *
 * 202 says that the restore has begun, 200 that the copy is there already and stays for the new number of days.
 */
export const RestoreObject = operation<RestoreObjectRequest, RestoreAnswer>({
  authorize: (input, call) => [onObject('s3:RestoreObject', input, call)],
  run(input, call) {
    const bucket = requireBucket(input, call)
    const version = requireVersion(call, bucket, input.Key ?? '', input.VersionId)
    const request = input.RestoreRequest
    if (!request) throw malformedXml()
    if (request.Type !== undefined || request.SelectParameters || request.OutputLocation) {
      throw notBuilt('restores by SELECT')
    }
    if (!isArchived(version.storageClass)) throw notArchived(version.storageClass)
    const tier = request.GlacierJobParameters?.Tier ?? request.Tier ?? 'Standard'
    if (!isTier(tier)) throw malformedXml()
    const duration = restoreDuration(version.storageClass, tier)
    if (duration === undefined) throw tierNotAvailable(tier)
    const { Days: days } = request
    const restore = findRestore(call.db, version.id)
    if (restore && restore.expiresAt === null) {
      // A restore that goes on can be made quicker, and nothing else.
      if (tiers.indexOf(tier) >= tiers.indexOf(restore.tier)) throw restoreInProgress()
    } else if (days === undefined) {
      throw malformedXml()
    }
    if (days !== undefined && !(days >= 1)) {
      throw invalidArgument('restoration days should be at least 1', 'Days', days)
    }
    const wanted = { version: version.id, tier, days: days ?? restore?.days ?? 1 }
    if (restore && restore.expiresAt !== null) {
      keepRestored(call, { ...restore, days: wanted.days })
      return {}
    }
    const readyAt = Math.min(call.now + duration, restore?.readyAt ?? Infinity)
    putRestore(call.db, { ...wanted, readyAt, expiresAt: null })
    const payload: RestorePayload = { version: version.id, at: readyAt }
    call.timers.schedule(readyAt, restoredTimer, payload)
    const { key, size, etag } = version
    const versionId = shownVersionId(bucket, version.versionId)
    const restored = { storageClass: version.storageClass }
    const what = { event: 'ObjectRestore:Post', key, size, etag, versionId, restore: restored }
    notify(call, bucket, what)
    return { [answerStatus]: 202 }
  },
})

const isTier = (tier: string): tier is RestoreTier => tiers.some((one) => one === tier)

const notArchived = (storageClass: string) =>
  new AwsError(
    'InvalidObjectState',
    "Restore is not allowed for the object's current storage class",
    { status: 403, fields: { StorageClass: storageClass } },
  )

const restoreInProgress = () =>
  new AwsError('RestoreAlreadyInProgress', 'Object restore is already in progress', {
    status: 409,
  })

const tierNotAvailable = (tier: string) =>
  invalidArgument('Retrieval option is not supported by this storage class', 'Tier', tier)
