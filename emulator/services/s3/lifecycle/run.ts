import type { TimerCall } from '../../../clock/timers.ts'
import { markerETag, notify } from '../notifications/notify.ts'
import { isLocked } from '../object-lock/locks.ts'
import {
  keysAfter,
  setStorageClass,
  uploadsBegunBy,
  versionsOfKey,
  writtenAfter,
} from '../rows/aging-versions.ts'
import { findBucket, type Bucket } from '../rows/buckets.ts'
import {
  deleteRun,
  findLifecycle,
  findRun,
  putRun,
  takeRechecks,
  type LifecycleRun,
} from '../rows/lifecycles.ts'
import { findVersion } from '../rows/object-versions.ts'
import { findUpload } from '../rows/uploads.ts'
import { endUpload } from '../uploads.ts'
import { removeVersion, shownVersionId, writeDeleteMarker } from '../versions.ts'
import { day, daysAfter } from './midnights.ts'
import { planKey, type LifecycleAction } from './plan.ts'
import { compileRules, hasDate, waitingDays, type Rules } from './rules.ts'
import { lookAgainAt, runTimer, type RunPayload, type Stage } from './schedule.ts'

/** How many keys a timer looks at before others have their turn. */
const sliceKeys = 100
/**
 * How long after it the next timer is due, in ms. Longer than a slice ever takes: what is due when a request comes is done
 * before it, and must not be a backlog.
 */
const pause = 100

/**
 * Evaluates a bucket's rules at midnight UTC, some keys at a time: the timer's handler. What is left to do is a timer that is
 * due a moment later, so that requests go on in between.
 *
 * Only keys that something may have become due for are looked at: those with a version that was written as many days ago as a
 * rule waits. All are, when the rules are new or one of their dates has come.
 */
export function runLifecycle(payload: RunPayload, call: TimerCall): void {
  const bucket = findBucket(call.db, payload.name)
  const run = findRun(call.db, payload.bucket)
  const midnight = payload.left?.midnight ?? call.now
  if (bucket?.id !== payload.bucket || run?.nextRun !== midnight) return
  const lifecycle = findLifecycle(call.db, bucket.id)
  if (!lifecycle) {
    deleteRun(call.db, bucket.id)
    return
  }
  const rules = compileRules(lifecycle)
  let next: Stage | undefined = payload.left?.stage ?? firstStage(run, rules, midnight)
  // Rules that are put while this run goes on are new to the next one.
  if (!payload.left) putRun(call.db, bucket.id, { nextRun: midnight, everything: false })
  // Whatever happens in the run happens at midnight.
  for (let looked = 0; next && looked < sliceKeys;) {
    const slice: Slice = runStage(next, bucket, rules, { ...call, now: midnight })
    looked += slice.looked
    next = slice.next
  }
  const own = { bucket: payload.bucket, name: payload.name }
  if (next) {
    schedule(call, call.now + pause, { ...own, left: { midnight, stage: next } })
    return
  }
  const nextRun = midnight + day
  const { everything } = findRun(call.db, bucket.id)!
  putRun(call.db, bucket.id, { nextRun, everything })
  schedule(call, nextRun, own)
}

const firstStage = ({ everything }: LifecycleRun, rules: Rules, midnight: number): Stage =>
  everything || hasDate(rules, midnight)
    ? { kind: 'everything', after: null }
    : { kind: 'rechecks', after: '' }

const schedule = ({ timers }: TimerCall, at: number, payload: RunPayload): void =>
  timers.schedule(at, runTimer, payload, String(payload.bucket))

/** What was done of a stage: how many keys or uploads were looked at, and where to go on; nowhere at the end. */
interface Slice {
  readonly looked: number
  readonly next: Stage | undefined
}

function runStage(stage: Stage, bucket: Bucket, rules: Rules, call: TimerCall): Slice {
  switch (stage.kind) {
    case 'everything': {
      const keys = keysAfter(call.db, bucket.id, stage.after, sliceKeys)
      keys.forEach((key) => runKey(key, bucket, rules, call))
      const last = keys.at(-1)
      const isOver = keys.length < sliceKeys || last === undefined
      const next: Stage = isOver
        ? { kind: 'rechecks', after: '' }
        : { kind: 'everything', after: last }
      return { looked: keys.length, next }
    }
    case 'rechecks': {
      const keys = takeRechecks(call.db, bucket.id, stage.after, sliceKeys)
      keys.forEach((key) => runKey(key, bucket, rules, call))
      const last = keys.at(-1)
      const isOver = keys.length < sliceKeys || last === undefined
      const next: Stage = isOver
        ? { kind: 'ages', days: waitingDays(rules) }
        : { kind: 'rechecks', after: last }
      return { looked: keys.length, next }
    }
    case 'ages':
      return runAges(stage, bucket, rules, call)
    case 'uploads':
      return runUploads(stage, bucket, rules, call)
  }
}

function runAges(
  { days, after }: Extract<Stage, { kind: 'ages' }>,
  bucket: Bucket,
  rules: Rules,
  call: TimerCall,
): Slice {
  const [wait, ...others] = days
  if (wait === undefined) return { looked: 0, next: { kind: 'uploads' } }
  const until = call.now - wait * day
  // A second more than a day: what is written in the second of midnight may come after that midnight's run.
  const [lastModified, id] = after ?? [until - day - 1001, 0]
  const written = writtenAfter(call.db, bucket.id, { lastModified, id }, until, sliceKeys)
  for (const key of new Set(written.map((version) => version.key))) runKey(key, bucket, rules, call)
  const last = written.at(-1)
  const isOver = written.length < sliceKeys || last === undefined
  const next: Stage = isOver
    ? { kind: 'ages', days: others }
    : { kind: 'ages', days, after: [last.lastModified, last.id] }
  return { looked: written.length, next }
}

function runUploads(
  { after = [0, ''] }: Extract<Stage, { kind: 'uploads' }>,
  bucket: Bucket,
  { rules }: Rules,
  call: TimerCall,
): Slice {
  const aborting = rules.flatMap(({ filter, abortDays }) =>
    abortDays === undefined ? [] : [{ prefix: filter.prefix, days: abortDays }],
  )
  if (aborting.length === 0) return { looked: 0, next: undefined }
  const until = call.now - Math.min(...aborting.map(({ days }) => days)) * day
  const [initiatedAt, id] = after
  const uploads = uploadsBegunBy(call.db, bucket.id, until, { initiatedAt, id }, sliceKeys)
  for (const begun of uploads) {
    const isOver = aborting.some(
      ({ prefix, days }) =>
        begun.key.startsWith(prefix) && daysAfter(begun.initiatedAt, days) <= call.now,
    )
    const upload = isOver ? findUpload(call.db, bucket.id, begun.id) : undefined
    if (upload) endUpload(call, upload)
  }
  const last = uploads.at(-1)
  const isOver = uploads.length < sliceKeys || last === undefined
  const next: Stage = { kind: 'uploads', after: [last?.initiatedAt ?? 0, last?.id ?? ''] }
  return { looked: uploads.length, next: isOver ? undefined : next }
}

/** Does for a key what is due. Twice is as good as once. */
function runKey(key: string, bucket: Bucket, rules: Rules, call: TimerCall): void {
  const versions = versionsOfKey(call.db, bucket.id, key)
  for (const action of planKey(versions, rules, bucket.versioning !== null, call.now)) {
    carryOut(action, bucket, call)
  }
}

function carryOut(action: LifecycleAction, bucket: Bucket, call: TimerCall): void {
  const { kind, version } = action
  if (kind === 'transition') {
    setStorageClass(call.db, version.id, action.storageClass)
    const found = findVersion(call.db, bucket.id, version.key, version.versionId)
    notify(call, bucket, {
      event: 'LifecycleTransition',
      key: version.key,
      size: found?.size,
      etag: found?.etag,
      versionId: shownVersionId(bucket, version.versionId),
      storageClass: action.storageClass,
    })
    return
  }
  if (kind === 'wait') {
    lookAgainAt(call, bucket.id, version.key)
    return
  }
  if (kind === 'expire' && bucket.versioning !== null) {
    const marker = writeDeleteMarker(call, bucket, version.key)
    const written = { key: version.key, versionId: marker }
    tell('LifecycleExpiration:DeleteMarkerCreated', bucket, written, call)
    return
  }
  const found = findVersion(call.db, bucket.id, version.key, version.versionId)
  if (!found || isLocked(found, call.now)) return
  removeVersion(call, found)
  tell('LifecycleExpiration:Delete', bucket, version, call)
}

const tell = (
  event: string,
  bucket: Bucket,
  { key, versionId }: Pick<LifecycleAction['version'], 'key' | 'versionId'>,
  call: TimerCall,
): void =>
  notify(call, bucket, {
    event,
    key,
    versionId: shownVersionId(bucket, versionId),
    ...(event.endsWith('DeleteMarkerCreated') && { etag: markerETag }),
  })
