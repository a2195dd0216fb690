import {
  GetBucketLocationCommand,
  GetBucketVersioningCommand,
  ListBucketsCommand,
  ListObjectVersionsCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import type { Cloud } from '../../checker/cloud.ts'
import { checkerUserAgent } from '../../checker/cloud.ts'
import type { Verdict } from '../../checker/lab.ts'
import { failed, passed } from '../../checker/lab.ts'

export type Side = 'bucket' | 'replica'

/** A bucket of the student's, and a client of its region, as S3 asks of everybody. */
export interface Found {
  readonly name: string
  readonly region: string
  readonly s3: S3Client
}

/** The bucket on one side; what is missing is said by the verdict. */
export async function findBucket(side: Side, cloud: Cloud): Promise<Found | Verdict> {
  const { Buckets = [] } = await cloud.s3.send(new ListBucketsCommand({}))
  const name = cloud.values[side]!
  if (!Buckets.some(({ Name }) => Name === name)) {
    const others = Buckets.map(({ Name }) => Name).join(', ')
    const found = others === '' ? 'You have no bucket yet.' : `Your buckets are called ${others}.`
    return failed(`${found} Expected one called ${name}.`)
  }
  const { LocationConstraint } = await cloud.s3.send(new GetBucketLocationCommand({ Bucket: name }))
  const region = LocationConstraint ?? 'us-east-1'
  const { endpoint, credentials } = cloud.s3.config
  const s3 = new S3Client({
    endpoint: (await endpoint?.()) as never,
    credentials,
    region,
    forcePathStyle: true,
    customUserAgent: checkerUserAgent,
  })
  return { name, region, s3 }
}

/** Looks at one of the buckets; without it, says so. */
export const inBucket =
  (side: Side, check: (bucket: Found, cloud: Cloud) => Promise<Verdict> | Verdict) =>
  async (cloud: Cloud): Promise<Verdict> => {
    const found = await findBucket(side, cloud)
    return 'passed' in found ? found : check(found, cloud)
  }

/** Looks at both buckets; without one of them, says so. */
export const inBoth =
  (check: (source: Found, replica: Found, cloud: Cloud) => Promise<Verdict> | Verdict) =>
  async (cloud: Cloud): Promise<Verdict> => {
    const source = await findBucket('bucket', cloud)
    if ('passed' in source) return source
    const replica = await findBucket('replica', cloud)
    return 'passed' in replica ? replica : check(source, replica, cloud)
  }

export function checkRegion({ name, region }: Found): Verdict {
  return region === 'us-west-2'
    ? passed()
    : failed(`Your bucket ${name} is in ${region}. Expected it in us-west-2.`)
}

export async function checkVersioning({ name, s3 }: Found): Promise<Verdict> {
  const { Status } = await s3.send(new GetBucketVersioningCommand({ Bucket: name }))
  if (Status === 'Enabled') return passed()
  const found = Status === undefined ? 'has never had versioning' : `has its versioning ${Status}`
  return failed(`Your bucket ${name} ${found}. Expected it Enabled.`)
}

/** What is known of a key's versions. */
export interface KeyVersions {
  /** How many versions there are, delete markers not counted. */
  readonly versions: number
  /** The newest version is a delete marker. */
  readonly deleted: boolean
}

export async function versionsOf({ name, s3 }: Found, key: string): Promise<KeyVersions> {
  const { Versions = [], DeleteMarkers = [] } = await s3.send(
    new ListObjectVersionsCommand({ Bucket: name, Prefix: key }),
  )
  return {
    versions: Versions.filter(({ Key }) => Key === key).length,
    deleted: DeleteMarkers.some(({ Key, IsLatest }) => Key === key && IsLatest === true),
  }
}
