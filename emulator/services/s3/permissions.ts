import type { Call, Permission } from '../../operation.ts'
import { throughAccessPoint } from './access-points.ts'
import { ownerOf } from './access-control.ts'
import { bucketArn, objectArn } from './arns.ts'
import { existingTagKeys, requestKeys } from './request-keys.ts'
import { resourcePolicyOf } from './resource-policy.ts'
import type { Bucket } from './rows/buckets.ts'
import { findLatest, findVersion } from './rows/object-versions.ts'

type Context = NonNullable<Permission['context']>

/**
 * A permission for an action on a bucket or an object. Its condition keys are put together when a policy with conditions asks for them; a class, as
 * every call makes some: V8 gives each object literal with a getter a shape of its own, and keeps what the getter sees.
 */
class Wanted implements Permission {
  readonly action: string
  readonly resource: string
  readonly resourceAccount: string
  readonly resourcePolicy: string | undefined
  readonly #bucket: Bucket
  readonly #call: Call
  readonly #own: () => Context

  /**
   * @param resourceAccount who owns what is asked for
   * @param own the keys beside those that every request has
   */
  constructor(
    {
      action,
      resource,
      resourceAccount,
      resourcePolicy,
    }: Omit<Permission, 'context'> & { action: string },
    bucket: Bucket,
    call: Call,
    own: () => Context,
  ) {
    this.action = action
    this.resource = resource
    this.resourceAccount = resourceAccount ?? bucket.account
    this.resourcePolicy = resourcePolicy
    this.#bucket = bucket
    this.#call = call
    this.#own = own
  }

  get context(): Context {
    return {
      ...requestKeys(this.#call),
      's3:ResourceAccount': this.#bucket.account,
      ...this.#own(),
    }
  }
}

/** A request comes to the bucket itself, or through an access point that has its say too. */
const asAsked = ({ accessPoint }: Bucket, permission: Permission): Permission =>
  accessPoint ? throughAccessPoint(permission, accessPoint) : permission

/** The permission for an action on a bucket. */
export function bucketPermission(
  action: string,
  bucket: Bucket,
  call: Call,
  context: Context = {},
): Permission {
  const resourcePolicy = resourcePolicyOf(call, bucket, action)
  const wanted = { action, resource: bucketArn(bucket.name), resourcePolicy }
  return asAsked(bucket, new Wanted(wanted, bucket, call, () => context))
}

/**
 * The permission for what comes with a new object: its tags, its list. Whoever may write into the bucket by the bucket's list
 * may write them too; a policy has to name them.
 */
export function newObjectPermission(
  action: string,
  bucket: Bucket,
  key: string,
  call: Call,
  context: () => Context,
): Permission {
  const resourcePolicy = resourcePolicyOf(call, bucket, action, { like: 's3:PutObject' })
  const wanted = { action, resource: objectArn(bucket.name, key), resourcePolicy }
  return asAsked(bucket, new Wanted(wanted, bucket, call, context))
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
  context: Context = {},
): Permission {
  const resource = objectArn(bucket.name, object.key)
  if (!ofTheObject.test(action)) {
    const resourcePolicy = resourcePolicyOf(call, bucket, action)
    return asAsked(
      bucket,
      new Wanted({ action, resource, resourcePolicy }, bucket, call, () => context),
    )
  }
  const { key, versionId } = object
  const found =
    versionId === undefined
      ? findLatest(call.db, bucket.id, key)
      : findVersion(call.db, bucket.id, key, versionId)
  const version = found?.deleteMarker ? undefined : found
  const owner = version ? ownerOf(bucket, version) : bucket.account
  const resourcePolicy = resourcePolicyOf(call, bucket, action, {
    objectAcl: version ? version.acl : 'missing',
    foreign: owner !== bucket.account,
  })
  const own = () => (version ? { ...context, ...existingTagKeys(version.tags) } : context)
  return asAsked(
    bucket,
    new Wanted({ action, resource, resourceAccount: owner, resourcePolicy }, bucket, call, own),
  )
}
