import type { Call, Permission } from '../../operation.ts'
import { throughAccessPoint } from './access-points.ts'
import { ownerOf } from './access-control.ts'
import { bucketArn, objectArn } from './arns.ts'
import { existingTagKeys, requestKeys } from './request-keys.ts'
import { resourcePolicyOf } from './resource-policy.ts'
import type { Bucket } from './rows/buckets.ts'
import { findLatest, findVersion } from './rows/object-versions.ts'

/** The permission for an action on a bucket. */
export function bucketPermission(
  action: string,
  bucket: Bucket,
  call: Call,
  context: Permission['context'] = {},
): Permission {
  return asAsked(bucket, {
    action,
    resource: bucketArn(bucket.name),
    resourceAccount: bucket.account,
    resourcePolicy: resourcePolicyOf(call, bucket, action),
    get context() {
      return contextOf(bucket, call, context)
    },
  })
}

/** A request comes to the bucket itself, or through an access point that has its say too. */
const asAsked = ({ accessPoint }: Bucket, permission: Permission): Permission =>
  accessPoint ? throughAccessPoint(permission, accessPoint) : permission

/** Asked for by policies with conditions only. */
const contextOf = (bucket: Bucket, call: Call, context: Permission['context']) => ({
  ...requestKeys(call),
  's3:ResourceAccount': bucket.account,
  ...context,
})

/**
 * The permission for what comes with a new object: its tags, its list. Whoever may write into the bucket by the bucket's list
 * may write them too; a policy has to name them.
 */
export function newObjectPermission(
  action: string,
  bucket: Bucket,
  key: string,
  call: Call,
  context: () => Permission['context'],
): Permission {
  return asAsked(bucket, {
    action,
    resource: objectArn(bucket.name, key),
    resourceAccount: bucket.account,
    resourcePolicy: resourcePolicyOf(call, bucket, action, { like: 's3:PutObject' }),
    get context() {
      return contextOf(bucket, call, context())
    },
  })
}

/**
 * What the object's owner decides about, not the bucket's, and what depends on the object's tags. The bucket's owner decides who
 * writes and deletes, whosesoever the objects are.
 */
const ofTheObject =
  /^s3:(?:(?:Get|Put|Delete)Object(?:Version)?(?:Acl|Tagging|Attributes|LegalHold|Retention)|GetObject(?:Version)?|RestoreObject|GetObjectTorrent)$/

/**
 * The permission for an action on an object.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-auth-workflow-object-operation.html
 */
export function objectPermission(
  action: string,
  bucket: Bucket,
  object: { readonly key: string; readonly versionId?: string | undefined },
  call: Call,
  context: Permission['context'] = {},
): Permission {
  const resource = objectArn(bucket.name, object.key)
  if (!ofTheObject.test(action)) {
    return asAsked(bucket, {
      action,
      resource,
      resourceAccount: bucket.account,
      resourcePolicy: resourcePolicyOf(call, bucket, action),
      get context() {
        return contextOf(bucket, call, context)
      },
    })
  }
  const { key, versionId } = object
  const found =
    versionId === undefined
      ? findLatest(call.db, bucket.id, key)
      : findVersion(call.db, bucket.id, key, versionId)
  const version = found?.deleteMarker ? undefined : found
  const owner = version ? ownerOf(bucket, version) : bucket.account
  return asAsked(bucket, {
    action,
    resource,
    resourceAccount: owner,
    resourcePolicy: resourcePolicyOf(call, bucket, action, {
      objectAcl: version ? version.acl : 'missing',
      foreign: owner !== bucket.account,
    }),
    get context() {
      const keys = contextOf(bucket, call, context)
      return version ? { ...keys, ...existingTagKeys(version.tags) } : keys
    },
  })
}
