import { createHash } from 'node:crypto'
import { closeSync, openSync, writeSync } from 'node:fs'
import { authorize } from '../../authorize/index.ts'
import { serviceSession } from '../../authorize/service-session.ts'
import { newTrail } from '../../authorize/trail.ts'
import type { TimerCall } from '../../clock/timers.ts'
import { startChecksum } from '../../http/payload/checksums.ts'
import type { Call, Operation } from '../../operation.ts'
import type { ObjectOperation, ObjectOperations, RoleFacts } from '../../ports.ts'
import { encrypting, newContentCipher } from '../../store/content-cipher.ts'
import type { FileSlice, ReceivedFile } from '../../store/object-files.ts'
import { notBuilt } from './errors.ts'
import { onObject, requireBucket } from './find-bucket.ts'
import { requireKey } from './keys.ts'
import { lockConfigurationOf } from './object-lock/locks.ts'
import { lockNeedsIntegrity } from './object-lock/errors.ts'
import { CopyObject, neededBytes, type NeededBytes } from './operations/copy-object.ts'
import { PutObjectAcl } from './operations/object-acl.ts'
import { UpdateObjectEncryption } from './operations/object-encryption.ts'
import { PutObjectLegalHold, PutObjectRetention } from './operations/object-lock.ts'
import { DeleteObjectTagging, PutObjectTagging } from './operations/object-tagging.ts'
import { RestoreObject } from './operations/restore-object.ts'
import { requireReadable } from './restores.ts'
import { requireVersion } from './read-version.ts'
import { slicesOf } from './segments.ts'
import { writeServiceObject } from './service-objects.ts'
import { discardOnRollback } from './spool.ts'

type SimpleOperation = Exclude<ObjectOperation, 'CopyObject'>

/** Those that need nothing before their transaction. */
const simple: Record<SimpleOperation, Operation<never, unknown, undefined>> = {
  DeleteObjectTagging,
  PutObjectAcl,
  PutObjectLegalHold,
  PutObjectRetention,
  PutObjectTagging,
  RestoreObject,
  UpdateObjectEncryption,
}

/** What S3's batch jobs do to objects, one after the other: as the job's role, and as requests would. */
export const objectOperations: ObjectOperations = {
  run(name, input, role, timerCall) {
    const call = asRole(name, role, timerCall)
    return call.db.transaction(() => {
      if (name === 'CopyObject') return copy(input as never, call)
      const operation = simple[name]
      authorize(operation.authorize(input as never, call), call)
      return operation.run(input as never, call, undefined)
    })
  },
  read(input, role, timerCall) {
    const call = asRole('GetObject', role, timerCall)
    const action = input.VersionId === undefined ? 's3:GetObject' : 's3:GetObjectVersion'
    authorize([onObject(action, input, call)], call)
    const bucket = requireBucket(input, call)
    const version = requireVersion(call, bucket, input.Key, input.VersionId)
    requireReadable(call, version)
    const slices = slicesOf(call, version)
    return { bytes: Buffer.concat([...piecesOf(call, slices)]), etag: version.etag }
  },
  write(input, bytes, role, timerCall) {
    const call = asRole('PutObject', role, timerCall)
    authorize([onObject('s3:PutObject', input, call)], call)
    const bucket = requireBucket(input, call)
    // Where new objects are locked, what is written has to say its integrity, which S3 itself does not.
    if (lockConfigurationOf(call.db, bucket)?.Rule) throw lockNeedsIntegrity()
    writeServiceObject(timerCall, bucket, {
      key: requireKey(input.Key),
      bytes,
      contentType: input.ContentType,
    })
  },
}

/** A request that S3 makes of itself, as a role. */
function asRole(operation: string, role: RoleFacts, call: TimerCall): Call {
  return {
    ...call,
    account: role.account,
    operation,
    requestId: call.ids.uuid(),
    caller: serviceSession(call, role, 's3-batch-operations').caller,
    trail: newTrail(),
    wallNow: call.now,
    http: {
      method: 'PUT',
      host: `s3.${call.region}.amazonaws.com`,
      path: '/',
      query: '',
      headers: {},
      sourceIp: 's3.amazonaws.com',
      secure: true,
    },
  }
}

function copy(input: Parameters<typeof CopyObject.run>[0], call: Call): unknown {
  authorize(CopyObject.authorize(input, call), call)
  const needed = neededBytes(input, call)
  if (!needed) return CopyObject.run(input, call, undefined)
  const file = spoolNow(call, needed)
  return CopyObject.run(input, call, { version: needed.version, file })
}

/** Bytes that are read at a time. */
const piece = 1024 * 1024

function* piecesOf({ objects }: Pick<Call, 'objects'>, slices: readonly FileSlice[]) {
  for (const slice of slices) {
    for (let start = slice.start; start < slice.end; start += piece) {
      yield objects.readNow({ ...slice, start, end: Math.min(start + piece, slice.end) })
    }
  }
}

/** As `spool` does, without waiting: a job's tasks are done in the transaction of its timer. */
function spoolNow(call: Call, { slices, algorithm, known }: NeededBytes): ReceivedFile {
  const path = call.objects.incomingPath()
  const cipher = newContentCipher(call.ids)
  const encryption = encrypting(cipher)
  const md5 = createHash('md5')
  const checksum = known ? undefined : startChecksum(algorithm)
  if (checksum instanceof Promise) throw notBuilt(`batch copies that compute ${algorithm}`)
  const file = openSync(path, 'wx', 0o600)
  let size = 0
  try {
    discardOnRollback(call, { path, size: 0, digests: {}, trailers: {} })
    for (const bytes of piecesOf(call, slices)) {
      size += bytes.length
      md5.update(bytes)
      checksum?.update(bytes)
      writeSync(file, encryption.update(bytes))
    }
  } finally {
    closeSync(file)
  }
  const digest = known ?? checksum!.digest()
  if (digest instanceof Promise) throw notBuilt(`batch copies that compute ${algorithm}`)
  const digests = { md5: md5.digest(), [algorithm.toLowerCase()]: digest }
  return { path, size, digests, trailers: {}, cipher }
}
