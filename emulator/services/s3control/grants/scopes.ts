import { invalidRequest } from '../errors.ts'
import type { GrantPermission } from '../rows/access-grants.ts'

/** A part of S3: all of it, a bucket, what begins with a prefix, or one object. */
interface Scope {
  /** Undefined for every bucket. */
  readonly bucket: string | undefined
  readonly key: string
  /** Whatever begins so; otherwise exactly the key. */
  readonly isPrefix: boolean
}

function parse(text: string): Scope | undefined {
  const found = /^s3:\/\/(?:\*|([^/*]+)(\/(.*))?)?$/is.exec(text)
  if (!found) return undefined
  const [, bucket, slash, rest = ''] = found
  if (bucket === undefined || slash === undefined || rest === '') {
    return { bucket, key: '', isPrefix: true }
  }
  const isPrefix = rest.endsWith('*')
  return { bucket, key: isPrefix ? rest.slice(0, -1) : rest, isPrefix }
}

/** The bucket of a location or target; undefined for all of S3. @throws AwsError `InvalidRequest` */
export function bucketOfScope(text: string): string | undefined {
  const scope = parse(text)
  if (!scope)
    throw invalidRequest(
      'The S3 path is not valid: it must be s3://, s3://bucket or s3://bucket/prefix*',
    )
  return scope.bucket
}

/** What a grant is for, of a location: `s3://bucket/a*` and `b*` make `s3://bucket/ab*`. */
export function scopeOfGrant(location: string, subPrefix: string | undefined): string {
  const stem = location.replace(/\*$/, '')
  if (subPrefix === undefined) return stem === location ? `${stem.replace(/\/$/, '')}/*` : location
  const needsSlash = /^s3:\/\/[^/]+$/i.test(stem)
  return `${stem}${needsSlash ? '/' : ''}${subPrefix}`
}

/** Whether all of the target is in the scope. */
export function covers(scope: string, target: string): boolean {
  const [outer, inner] = [parse(scope), parse(target)]
  if (!outer || !inner) return false
  if (outer.bucket === undefined) return true
  if (outer.bucket !== inner.bucket) return false
  if (!outer.isPrefix) return !inner.isPrefix && inner.key === outer.key
  return inner.key.startsWith(outer.key)
}

export const permits = (granted: GrantPermission, wanted: GrantPermission): boolean =>
  granted === wanted || granted === 'READWRITE'

const reading = [
  's3:GetObject',
  's3:GetObjectVersion',
  's3:GetObjectAcl',
  's3:GetObjectVersionAcl',
  's3:ListMultipartUploadParts',
]
const writing = [
  's3:PutObject',
  's3:PutObjectAcl',
  's3:PutObjectVersionAcl',
  's3:DeleteObject',
  's3:DeleteObjectVersion',
  's3:AbortMultipartUpload',
]

/**
 * The session policy of credentials for a scope: what of the role's permissions they have.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-grants-location.html
 */
export function policyFor(scope: string, permission: GrantPermission): string {
  const { bucket = '*', key, isPrefix } = parse(scope)!
  const mayRead = permission !== 'WRITE'
  const mayWrite = permission !== 'READ'
  const objects = {
    Effect: 'Allow',
    Action: [...(mayRead ? reading : []), ...(mayWrite ? writing : [])],
    Resource: `arn:aws:s3:::${bucket}/${key}${isPrefix ? '*' : ''}`,
  }
  const listing = {
    Effect: 'Allow',
    Action: 's3:ListBucket',
    Resource: `arn:aws:s3:::${bucket}`,
    ...(key !== '' && {
      Condition: { StringLike: { 's3:prefix': [`${key}${isPrefix ? '*' : ''}`] } },
    }),
  }
  const keys = {
    Effect: 'Allow',
    Action: ['kms:Decrypt', ...(mayWrite ? ['kms:GenerateDataKey'] : [])],
    Resource: '*',
  }
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [objects, ...(mayRead ? [listing] : []), keys],
  })
}
