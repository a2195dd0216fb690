import {
  GetBucketEncryptionCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  ListBucketsCommand,
  S3ServiceException,
} from '@aws-sdk/client-s3'
import type { Cloud } from '../../checker/cloud.ts'
import type { Verdict } from '../../checker/lab.ts'
import { failed, passed } from '../../checker/lab.ts'

/** Looks at the student's bucket; without one, says so. */
export const inBucket =
  (check: (bucket: string, cloud: Cloud) => Promise<Verdict> | Verdict) =>
  async (cloud: Cloud): Promise<Verdict> => {
    const { Buckets = [] } = await cloud.s3.send(new ListBucketsCommand({}))
    const names = Buckets.map(({ Name }) => Name!)
    const wanted = cloud.values['bucket']!
    if (names.includes(wanted)) return check(wanted, cloud)
    const found =
      names.length === 0
        ? 'You have no bucket yet.'
        : `Your buckets are called ${names.join(', ')}.`
    return failed(`${found} Expected one called ${wanted}.`)
  }

export async function checkEncryption(bucket: string, { s3 }: Cloud): Promise<Verdict> {
  const { ServerSideEncryptionConfiguration } = await s3.send(
    new GetBucketEncryptionCommand({ Bucket: bucket }),
  )
  const [rule] = ServerSideEncryptionConfiguration?.Rules ?? []
  const algorithm = rule?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm
  // Every bucket says AES256 from the start: the bucket key is what the student wrote.
  return rule?.BucketKeyEnabled === true
    ? passed()
    : failed(
        `Your bucket ${bucket} encrypts by ${algorithm ?? 'nothing'} without a bucket key, as every new one does. Expected AES256 with BucketKeyEnabled.`,
      )
}

export async function checkVersioning(bucket: string, { s3 }: Cloud): Promise<Verdict> {
  const { Status } = await s3.send(new GetBucketVersioningCommand({ Bucket: bucket }))
  return Status === 'Enabled'
    ? passed()
    : failed(`The versioning of your bucket ${bucket} is ${Status ?? 'off'}. Expected it Enabled.`)
}

const settings = [
  'BlockPublicAcls',
  'IgnorePublicAcls',
  'BlockPublicPolicy',
  'RestrictPublicBuckets',
] as const

export async function checkBlocked(bucket: string, { s3, events }: Cloud): Promise<Verdict> {
  const off = await settingsOff(bucket, s3)
  if (off.length === 0) return passed()
  return failed(
    `Public access to your bucket ${bucket} is not blocked: ${off.join(', ')} ${off.length === 1 ? 'is' : 'are'} off. Expected all four settings on.`,
    events.last({
      service: 's3',
      operation: ['PutPublicAccessBlock', 'DeletePublicAccessBlock'],
      where: ({ parameters }) => parameters?.['Bucket'] === bucket,
    }),
  )
}

async function settingsOff(bucket: string, s3: Cloud['s3']): Promise<readonly string[]> {
  try {
    const { PublicAccessBlockConfiguration: block } = await s3.send(
      new GetPublicAccessBlockCommand({ Bucket: bucket }),
    )
    return settings.filter((setting) => block?.[setting] !== true)
  } catch (error) {
    if (
      error instanceof S3ServiceException &&
      error.name === 'NoSuchPublicAccessBlockConfiguration'
    ) {
      return settings
    }
    throw error
  }
}

/** A refusal leaves nothing behind: only the history knows of it. */
export function checkRefused(bucket: string, { events }: Cloud): Verdict {
  const about = {
    service: 's3',
    operation: 'PutBucketPolicy',
    where: ({ parameters }: { parameters?: Readonly<Record<string, unknown>> }) =>
      parameters?.['Bucket'] === bucket,
  }
  const refused = events.last({ ...about, refused: true })
  if (refused?.error?.code === 'AccessDenied') return passed()
  const accepted = events.last(about)
  if (accepted) {
    return failed(
      `Your bucket ${bucket} took the policy. Expected that S3 refuses one that lets everybody read.`,
      accepted,
    )
  }
  return refused?.error
    ? failed(
        `Your policy was refused with ${refused.error.code}. Expected AccessDenied, for one that lets everybody read.`,
        refused,
      )
    : failed('You have not tried to make the bucket public. Expected that you see it refused.')
}
