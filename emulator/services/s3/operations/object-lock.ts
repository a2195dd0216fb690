import type {
  GetObjectLegalHoldOutput,
  GetObjectLegalHoldRequest,
  GetObjectLockConfigurationOutput,
  GetObjectLockConfigurationRequest,
  GetObjectRetentionOutput,
  GetObjectRetentionRequest,
  ObjectLockConfiguration,
  PutObjectLegalHoldRequest,
  PutObjectLockConfigurationRequest,
  PutObjectRetentionRequest,
} from '@aws-sdk/client-s3'
import { operation, type Call } from '../../../operation.ts'
import { missingRequestBody } from '../../../protocol/protocol-errors.ts'
import { noSuchObjectLock as noBucketLock } from '../configuration-errors.ts'
import { malformedXml } from '../errors.ts'
import { onBucket, onObject, requireBucket, type ObjectInput } from '../find-bucket.ts'
import * as errors from '../object-lock/errors.ts'
import {
  futureDate,
  isMode,
  isRetained,
  lockConfigurationOf,
  lockKeys,
  requireBypass,
  requireLockable,
  type LockMode,
  type ObjectLock,
} from '../object-lock/locks.ts'
import { requireVersion } from '../read-version.ts'
import { putConfiguration } from '../rows/bucket-configurations.ts'
import type { Bucket } from '../rows/buckets.ts'
import { setVersionLock, type ObjectVersion } from '../rows/object-versions.ts'

const maxDays = 36_500
const maxYears = 100

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectLockConfiguration.html */
export const PutObjectLockConfiguration = operation<PutObjectLockConfigurationRequest, {}>({
  authorize: (input, call) => [onBucket('s3:PutBucketObjectLockConfiguration', input, call)],
  run(input, call) {
    const bucket = requireBucket(input, call)
    if (!input.ObjectLockConfiguration) throw missingRequestBody()
    const configuration = checkedConfiguration(input.ObjectLockConfiguration)
    if (bucket.versioning !== 'Enabled') throw errors.lockNeedsVersioning()
    putConfiguration(call.db, bucket, 'objectLock', configuration)
    return {}
  },
})

function checkedConfiguration(given: ObjectLockConfiguration): ObjectLockConfiguration {
  if (given.ObjectLockEnabled !== 'Enabled') throw malformedXml()
  if (!given.Rule) return { ObjectLockEnabled: 'Enabled' }
  const { Mode, Days, Years } = given.Rule.DefaultRetention ?? {}
  if (!isMode(Mode) || (Days === undefined) === (Years === undefined)) throw malformedXml()
  const period = Days ?? Years!
  if (!Number.isInteger(period) || period < 1) {
    throw errors.invalidRetentionPeriod(Days === undefined ? 'Years' : 'Days', period)
  }
  if (Days !== undefined && Days > maxDays) throw errors.retentionPeriodTooLarge('Days', Days)
  if (Years !== undefined && Years > maxYears) throw errors.retentionPeriodTooLarge('Years', Years)
  const DefaultRetention = Days === undefined ? { Mode, Years: period } : { Mode, Days }
  return { ObjectLockEnabled: 'Enabled', Rule: { DefaultRetention } }
}

export const GetObjectLockConfiguration = operation<
  GetObjectLockConfigurationRequest,
  GetObjectLockConfigurationOutput
>({
  authorize: (input, call) => [onBucket('s3:GetBucketObjectLockConfiguration', input, call)],
  run(input, call) {
    const bucket = requireBucket(input, call)
    const ObjectLockConfiguration = lockConfigurationOf(call.db, bucket)
    if (!ObjectLockConfiguration) throw noBucketLock(bucket.name)
    return { ObjectLockConfiguration }
  },
})

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectRetention.html */
export const PutObjectRetention = operation<PutObjectRetentionRequest, {}>({
  authorize: (input, call) => [
    onObject(
      's3:PutObjectRetention',
      input,
      call,
      lockKeys(
        {
          ObjectLockMode: input.Retention?.Mode,
          ObjectLockRetainUntilDate: input.Retention?.RetainUntilDate,
        },
        call.now,
      ),
    ),
  ],
  run(input, call) {
    const { bucket, version } = lockable(input, call)
    const wanted = wantedRetention(input, call.now)
    requireChangeable(call, bucket, version, wanted, input.BypassGovernanceRetention === true)
    const { mode: _mode, retainUntil: _until, ...held } = version.lock ?? {}
    setVersionLock(call.db, version.id, { ...held, ...wanted })
    return {}
  },
})

/** An empty document takes the retention away. */
function wantedRetention({ Retention }: PutObjectRetentionRequest, now: number): Retention {
  const { Mode, RetainUntilDate } = Retention ?? {}
  if (Mode === undefined && RetainUntilDate === undefined) return {}
  if (!isMode(Mode) || !RetainUntilDate) throw malformedXml()
  return { mode: Mode, retainUntil: futureDate(RetainUntilDate, now, 'RetainUntilDate') }
}

type Retention = { readonly mode?: LockMode; readonly retainUntil?: number }

/** A retention may always be made longer; weaker only in governance mode, and by who may bypass it. */
function requireChangeable(
  call: Call,
  bucket: Bucket,
  version: ObjectVersion,
  wanted: Retention,
  bypass: boolean,
): void {
  const present: ObjectLock = version.lock ?? {}
  if (!isRetained(present, call.now)) return
  const isAtLeast =
    wanted.mode === present.mode && (wanted.retainUntil ?? 0) >= (present.retainUntil ?? 0)
  if (isAtLeast) return
  if (present.mode !== 'GOVERNANCE' || !bypass) throw errors.objectIsLocked()
  requireBypass(call, bucket, version)
}

export const GetObjectRetention = operation<GetObjectRetentionRequest, GetObjectRetentionOutput>({
  authorize: (input, call) => [onObject('s3:GetObjectRetention', input, call)],
  run(input, call) {
    const { mode, retainUntil } = lockable(input, call).version.lock ?? {}
    if (mode === undefined || retainUntil === undefined) throw errors.noSuchObjectLock()
    return { Retention: { Mode: mode, RetainUntilDate: new Date(retainUntil) } }
  },
})

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObjectLegalHold.html */
export const PutObjectLegalHold = operation<PutObjectLegalHoldRequest, {}>({
  authorize: (input, call) => [
    onObject(
      's3:PutObjectLegalHold',
      input,
      call,
      lockKeys({ ObjectLockLegalHoldStatus: input.LegalHold?.Status }, call.now),
    ),
  ],
  run(input, call) {
    const { Status } = input.LegalHold ?? {}
    if (Status !== 'ON' && Status !== 'OFF') throw malformedXml()
    const { version } = lockable(input, call)
    setVersionLock(call.db, version.id, { ...version.lock, legalHold: Status })
    return {}
  },
})

export const GetObjectLegalHold = operation<GetObjectLegalHoldRequest, GetObjectLegalHoldOutput>({
  authorize: (input, call) => [onObject('s3:GetObjectLegalHold', input, call)],
  run(input, call) {
    const { legalHold } = lockable(input, call).version.lock ?? {}
    if (legalHold === undefined) throw errors.noSuchObjectLock()
    return { LegalHold: { Status: legalHold } }
  },
})

function lockable(input: ObjectInput, call: Call): { bucket: Bucket; version: ObjectVersion } {
  const bucket = requireBucket(input, call)
  requireLockable(call, bucket)
  return { bucket, version: requireVersion(call, bucket, input.Key ?? '', input.VersionId) }
}
