import type { Call } from '../../operation.ts'
import { withoutPublic, type Acl, type AclPermission } from './acls.ts'
import { publicAccessBlockOf } from './public-access.ts'
import type { Bucket } from './rows/buckets.ts'

/**
 * What the permissions of access control lists are in policies' terms.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#acl-access-policy-permission-mapping
 */
const bucketActions: Readonly<Record<Exclude<AclPermission, 'FULL_CONTROL'>, readonly string[]>> = {
  READ: ['s3:ListBucket', 's3:ListBucketVersions', 's3:ListBucketMultipartUploads'],
  WRITE: [
    's3:PutObject',
    's3:DeleteObject',
    's3:AbortMultipartUpload',
    's3:ListMultipartUploadParts',
  ],
  READ_ACP: ['s3:GetBucketAcl'],
  WRITE_ACP: ['s3:PutBucketAcl'],
}
const objectActions: typeof bucketActions = {
  READ: ['s3:GetObject', 's3:GetObjectVersion'],
  WRITE: [],
  READ_ACP: ['s3:GetObjectAcl', 's3:GetObjectVersionAcl'],
  WRITE_ACP: ['s3:PutObjectAcl', 's3:PutObjectVersionAcl'],
}

/** Whoever asks: a request, or S3 itself by a timer. */
type Asking = Pick<Call, 'caller' | 'db' | 'ports'>

type Statement = Readonly<Record<string, unknown>>

/**
 * Everything on the side of the resource that allows or denies an action: the bucket policy with the access control lists,
 * as one policy for the engine.
 *
 * @param objectAcl the object's list, for what is asked of an object; `missing` where there is none of that name
 * @param like the action whose grants of the bucket's list count, where that is not the action itself
 * @param foreign the object is another account's than the bucket: the bucket policy may still deny, and allows nothing
 */
export function resourcePolicyOf(
  call: Asking,
  bucket: Bucket,
  action: string,
  {
    objectAcl,
    like = action,
    foreign = false,
  }: { objectAcl?: Acl | null | 'missing'; like?: string; foreign?: boolean } = {},
): string | undefined {
  // Nobody can lock an account's root user out of its bucket's policy:
  // https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html
  if (isRescue(call, bucket, action)) return undefined
  const granted = granteesOf(call, bucket, like, objectAcl).flatMap((grantee) => {
    const who = principalOf(grantee)
    return who ? [{ Effect: 'Allow', Action: action, Resource: '*', ...who }] : []
  })
  const muted = foreign || isRestricted(call, bucket)
  if (granted.length === 0 && !muted) return bucket.policy ?? undefined
  const own = statementsOf(bucket.policy).filter(({ Effect }) => !muted || Effect === 'Deny')
  if (own.length + granted.length === 0) return undefined
  return JSON.stringify({ Version: '2012-10-17', Statement: [...own, ...granted] })
}

const policyActions = new Set(['s3:GetBucketPolicy', 's3:PutBucketPolicy', 's3:DeleteBucketPolicy'])

const isRescue = ({ caller }: Asking, bucket: Bucket, action: string) =>
  caller.type === 'Root' && caller.accountId === bucket.account && policyActions.has(action)

/** A public policy that lets in the owner's account alone. Denials hold. */
const isRestricted = (call: Asking, bucket: Bucket): boolean =>
  bucket.policyIsPublic &&
  call.caller.accountId !== bucket.account &&
  call.caller.type !== 'Service' &&
  publicAccessBlockOf(call, bucket).RestrictPublicBuckets

function statementsOf(policy: string | null): readonly Statement[] {
  if (policy === null) return []
  const { Statement } = JSON.parse(policy) as { Statement: Statement | Statement[] }
  return Array.isArray(Statement) ? Statement : [Statement]
}

/** Whom the lists grant an action. */
function granteesOf(
  call: Asking,
  bucket: Bucket,
  action: string,
  objectAcl: Acl | null | 'missing' | undefined,
): readonly string[] {
  if (bucket.objectOwnership === 'BucketOwnerEnforced') return []
  const granted = [
    ...granting(bucket.acl, bucketActions, action),
    ...(objectAcl === 'missing'
      ? // Of an object that is not there, those learn it who may list the bucket.
        granting(bucket.acl, objectActions, action)
      : granting(objectAcl ?? null, objectActions, action)),
  ]
  if (granted.length === 0) return []
  const ignoresPublic = publicAccessBlockOf(call, bucket).IgnorePublicAcls
  const counted = ignoresPublic ? withoutPublic(granted) : granted
  return [...new Set(counted.map(({ grantee }) => grantee))]
}

function granting(acl: Acl | null, actions: typeof bucketActions, action: string): Acl {
  return (acl ?? []).filter(({ permission }) =>
    permission === 'FULL_CONTROL'
      ? Object.values(actions).some((list) => list.includes(action))
      : actions[permission].includes(action),
  )
}

function principalOf(grantee: string): Statement | undefined {
  if (grantee === 'AllUsers') return { Principal: '*' }
  if (grantee === 'AuthenticatedUsers') {
    return {
      Principal: '*',
      Condition: { StringNotEquals: { 'aws:PrincipalType': 'Anonymous' } },
    }
  }
  if (grantee === 'LogDelivery') return { Principal: { Service: 'logging.s3.amazonaws.com' } }
  // A list names accounts; which of their users may use it, their own policies say.
  return /^\d{12}$/.test(grantee) ? { Principal: { AWS: grantee } } : undefined
}
