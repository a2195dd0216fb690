import type { TargetObjectKeyFormat } from '@aws-sdk/client-s3'
import type { Caller } from '../../../auth/caller.ts'
import type { TimerCall } from '../../../clock/timers.ts'
import type { Call, Outcome } from '../../../operation.ts'
import { evaluate } from '../../../policy/index.ts'
import { accessPointIfAny } from '../access-points.ts'
import { bucketArn, objectArn } from '../arns.ts'
import { bucketDefault } from '../encryption/bucket-default.ts'
import { resourcePolicyOf } from '../resource-policy.ts'
import { findLoggedBucket, hasLogLines, insertLogLine, takeLogLines } from '../rows/access-logs.ts'
import { findBucket, type Bucket } from '../rows/buckets.ts'
import { writeServiceObject } from '../service-objects.ts'
import { logLine, type LoggedInput } from './line.ts'

/** The kind of the timers. */
export const logTimer = 'deliver-access-log'

interface LogPayload {
  readonly bucket: number
  readonly name: string
}

/** How long lines are gathered, in ms: AWS delivers within a few hours, most logs sooner. */
const gathering = 5 * 60_000
/** So many lines make an object. */
const mostLines = 10_000

/**
 * Logs a request whose outcome is known, if its bucket is logged.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html
 */
export function logAccess(input: object | undefined, call: Call, outcome: Outcome): void {
  const named = ofBucket(input ?? {}, call)
  const bucket = named && findLoggedBucket(call.db, named.Bucket)
  if (!bucket) return
  call.db.transaction(() => {
    if (!hasLogLines(call.db, bucket.id)) {
      const payload: LogPayload = { bucket: bucket.id, name: named.Bucket }
      call.timers.schedule(call.now + gathering, logTimer, payload, String(bucket.id))
    }
    insertLogLine(call.db, bucket.id, logLine(call, bucket.account, named, outcome))
  })
}

type NamedBucket = LoggedInput & { readonly Bucket: string }

/** A request through an access point is logged as one to the bucket. */
function ofBucket(named: LoggedInput, call: Call): NamedBucket | undefined {
  const { Bucket: name } = named
  if (name === undefined) return undefined
  const point = accessPointIfAny(name, call)
  if (point) return { ...named, Bucket: point.bucket, accessPoint: point.arn }
  return named as NamedBucket
}

/**
 * Writes the gathered lines as objects into the target bucket: a timer's handler. As on AWS, logs that may not be delivered
 * are lost, and nobody is told.
 */
export function deliverAccessLog({ bucket, name }: LogPayload, call: TimerCall): void {
  const source = findBucket(call.db, name)
  const logging = findLoggedBucket(call.db, name)?.logging
  const target = logging && findBucket(call.db, logging.TargetBucket ?? '')
  for (let lines = takeLogLines(call.db, bucket, mostLines); lines.length > 0;) {
    if (source?.id === bucket && target && logging) {
      const key = `${logging.TargetPrefix}${objectName(source, logging.TargetObjectKeyFormat, call)}`
      if (mayDeliver(call, source, target, key)) writeLog(call, target, key, lines)
    }
    lines = takeLogLines(call.db, bucket, mostLines)
  }
}

function objectName(
  { account, region, name }: Bucket,
  format: TargetObjectKeyFormat | undefined,
  { now, ids }: TimerCall,
): string {
  const [date = '', clock = ''] = new Date(now).toISOString().split('T')
  const unique = ids.bytes(8).toString('hex').toUpperCase()
  const simple = `${date}-${clock.slice(0, 8).replaceAll(':', '-')}-${unique}`
  if (!format?.PartitionedPrefix) return simple
  return `${account}/${region}/${name}/${date.replaceAll('-', '/')}/${simple}`
}

const service = 'logging.s3.amazonaws.com'
const deliverer: Caller = { type: 'Service', accountId: '', arn: service, userId: service }

/** The target's policy, or its access control list, has to let the log delivery service write. */
function mayDeliver(call: TimerCall, source: Bucket, target: Bucket, key: string): boolean {
  const rule = bucketDefault(call.db, target).ApplyServerSideEncryptionByDefault
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html: SSE-S3 alone.
  if (rule?.SSEAlgorithm !== 'AES256') return false
  const action = 's3:PutObject'
  const resource = resourcePolicyOf({ ...call, caller: deliverer }, target, action)
  const request = {
    principal: { type: 'Service' as const, arn: service, accountId: '' },
    action,
    resource: objectArn(target.name, key),
    resourceAccountId: target.account,
    context: {
      'aws:PrincipalIsAWSService': 'true',
      'aws:PrincipalServiceName': service,
      'aws:SourceArn': bucketArn(source.name),
      'aws:SourceAccount': source.account,
      'aws:ResourceAccount': target.account,
      'aws:SecureTransport': 'true',
    },
  }
  const policies = {
    identity: [],
    boundary: [],
    session: [],
    resource: resource ?? null,
    scps: [],
    rcps: [],
  }
  return evaluate({ request, policies }).decision === 'allowed'
}

function writeLog(call: TimerCall, target: Bucket, key: string, lines: readonly string[]): void {
  const bytes = Buffer.from(`${lines.join('\n')}\n`)
  writeServiceObject(call, target, { key, bytes, contentType: 'text/plain' })
}
