import {
  serviceSession,
  trustsService,
  type ServiceSession,
} from '../../../authorize/service-session.ts'
import type { TimerCall } from '../../../clock/timers.ts'
import type { RoleFacts } from '../../../ports.ts'
import type { Bucket } from '../rows/buckets.ts'

/** Whether the role's trust policy lets S3 assume it. */
export const trustsS3 = (role: RoleFacts): boolean => trustsService(role, 's3.amazonaws.com')

/** What S3 may do as the role. */
export interface RoleSession extends ServiceSession {
  /** Whether it may do something to an object of a bucket. */
  readonly may: (action: string, bucket: Bucket, key: string) => boolean
}

/** The session that S3 has of the role. */
export function sessionOf(call: Pick<TimerCall, 'db' | 'ports'>, role: RoleFacts): RoleSession {
  const session = serviceSession(call, role, 's3-replication')
  return {
    ...session,
    may: (action, bucket, key) =>
      session.allows({
        action,
        resource: `arn:aws:s3:::${bucket.name}/${key}`,
        resourceAccount: bucket.account,
        context: { 's3:ResourceAccount': bucket.account },
        resourcePolicy: bucket.policy ?? undefined,
      }),
  }
}
