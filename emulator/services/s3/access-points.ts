import type { Call, Permission } from '../../operation.ts'
import type { AccessPoint } from '../../ports.ts'
import { accessDenied, methodNotAllowed, noSuchAccessPoint, noSuchBucket } from './errors.ts'
import { findBucket, type Bucket } from './rows/buckets.ts'

/**
 * What works through an access point.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-service-api-support.html
 */
const supported: ReadonlySet<string> = new Set([
  'AbortMultipartUpload',
  'CompleteMultipartUpload',
  'CopyObject',
  'CreateMultipartUpload',
  'DeleteObject',
  'DeleteObjects',
  'DeleteObjectTagging',
  'GetBucketAcl',
  'GetBucketCors',
  'GetBucketLocation',
  'GetBucketNotificationConfiguration',
  'GetBucketPolicy',
  'GetObject',
  'GetObjectAcl',
  'GetObjectAttributes',
  'GetObjectLegalHold',
  'GetObjectLockConfiguration',
  'GetObjectRetention',
  'GetObjectTagging',
  'HeadBucket',
  'HeadObject',
  'ListMultipartUploads',
  'ListObjects',
  'ListObjectsV2',
  'ListObjectVersions',
  'ListParts',
  'PutObject',
  'PutObjectAcl',
  'PutObjectLegalHold',
  'PutObjectRetention',
  'PutObjectTagging',
  'RestoreObject',
  'UpdateObjectEncryption',
  'UploadPart',
  'UploadPartCopy',
])

/**
 * The access point that stands where a bucket's name does: its ARN, its alias, or `NAME-ACCOUNT` as clients make hosts of ARNs.
 * Nothing is looked up for the names that most buckets have.
 *
 * @throws AwsError `NoSuchAccessPoint` for an ARN of none
 */
export function accessPointNamed(
  name: string,
  { db, ports, region }: Pick<Call, 'db' | 'ports' | 'region'>,
): AccessPoint | undefined {
  if (name.endsWith('-s3alias')) return ports.accessPoints?.findByAlias(db, name)
  const arn = /^arn:[^:]+:s3:([^:]*):(\d{12}):accesspoint[/:]([^/:]+)$/.exec(name)
  if (arn) {
    const place = { account: arn[2]!, region: arn[1]! }
    const found = ports.accessPoints?.find(db, place, arn[3]!)
    if (!found) throw noSuchAccessPoint(arn[3]!)
    return found
  }
  const host = /^([a-z0-9-]{3,50})-(\d{12})$/.exec(name)
  return host ? ports.accessPoints?.find(db, { account: host[2]!, region }, host[1]!) : undefined
}

/** The same for what is no bucket's name, without a word about an ARN of none. */
export function accessPointIfAny(
  name: string,
  call: Pick<Call, 'db' | 'ports' | 'region'>,
): AccessPoint | undefined {
  if (findBucket(call.db, name)) return undefined
  try {
    return accessPointNamed(name, call)
  } catch {
    return undefined
  }
}

/**
 * The bucket behind the access point that is named where a bucket's name should be.
 *
 * @returns undefined where no access point is named
 * @throws AwsError `MethodNotAllowed` for what access points don't do, `AccessDenied` for callers without a signature of version 4
 *   and for requests from outside the access point's VPC, `NoSuchAccessPoint`, `NoSuchBucket` for one that is gone
 */
export function bucketThroughAccessPoint(name: string, call: Call): Bucket | undefined {
  const accessPoint = accessPointNamed(name, call)
  if (!accessPoint) return undefined
  if (!supported.has(call.operation)) throw methodNotAllowed(call.http.method, 'ACCESSPOINT')
  const { caller, http } = call
  const isSignedByFour =
    http.headers.authorization?.startsWith('AWS4-') === true ||
    /(?:^|&)X-Amz-Credential=/.test(http.query)
  if (caller.type === 'Anonymous' || !isSignedByFour) throw accessDenied()
  if (accessPoint.vpcId !== null && accessPoint.vpcId !== originVpc(call)) throw accessDenied()
  const bucket = findBucket(call.db, accessPoint.bucket)
  if (!bucket || bucket.account !== accessPoint.bucketAccount) {
    throw noSuchBucket(accessPoint.bucket)
  }
  return { ...bucket, accessPoint }
}

/**
 * The VPC that a request comes from. Requests reach the emulator over the loopback; those made with the credentials of an
 * instance are taken to come from where the instance is.
 */
function originVpc({ caller }: Call): string | undefined {
  const vpc = caller.session?.context?.['aws:Ec2InstanceSourceVpc']
  return typeof vpc === 'string' ? vpc : undefined
}

/**
 * What a permission on a bucket or its objects becomes for a request through an access point: its policy has to allow it, and the
 * bucket's has to. The caller's own policies name the access point.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-policies.html
 */
export function throughAccessPoint(permission: Permission, point: AccessPoint): Permission {
  const { action } = permission
  const [, key] = /^arn:aws:s3:::[^/]+\/(.*)$/s.exec(permission.resource) ?? []
  const resource = key === undefined ? point.arn : `${point.arn}/object/${key}`
  const context = () => ({
    ...permission.context,
    's3:DataAccessPointArn': point.arn,
    's3:DataAccessPointAccount': point.account,
    's3:AccessPointNetworkOrigin': point.vpcId === null ? 'Internet' : 'VPC',
  })
  const ofBucket: Permission = {
    ...(action !== undefined && { action }),
    resource,
    nameInOwnPolicy: permission.resource,
    ...(permission.resourceAccount !== undefined && {
      resourceAccount: permission.resourceAccount,
    }),
    resourcePolicy: permission.resourcePolicy,
    get context() {
      return context()
    },
  }
  return {
    ...(action !== undefined && { action }),
    resource,
    resourceAccount: point.account,
    resourcePolicy: point.policy ?? undefined,
    also: ofBucket,
    get context() {
      return context()
    },
  }
}
