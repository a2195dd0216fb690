import type {
  CreateBucketOutput,
  CreateBucketRequest,
  DeleteBucketRequest,
  GetBucketLocationOutput,
  GetBucketLocationRequest,
  HeadBucketOutput,
  HeadBucketRequest,
  ListBucketsOutput,
  ListBucketsRequest,
} from '@aws-sdk/client-s3'
import { AwsError } from '../../../errors.ts'
import { operation, type Call, type Permission } from '../../../operation.ts'
import { newBucketAcl } from '../access-control.ts'
import { bucketThroughAccessPoint } from '../access-points.ts'
import { namesAcl } from '../acls.ts'
import { bucketArn } from '../arns.ts'
import { isBucketName } from '../bucket-names.ts'
import {
  accessPointsAttached,
  bucketAlreadyExists,
  bucketAlreadyOwnedByYou,
  bucketNotEmpty,
  illegalLocationConstraint,
  invalidArgument,
  invalidBucketName,
  invalidLocationConstraint,
  malformedXml,
  noSuchBucket,
  notBuilt,
  tooManyBuckets,
} from '../errors.ts'
import { onBucket, requireBucket, requireOwner } from '../find-bucket.ts'
import { justAfter } from '../keys.ts'
import { fromToken, toToken } from '../continuation-tokens.ts'
import { canonicalUserId } from '../owners.ts'
import { bucketPermission } from '../permissions.ts'
import { isRegion, oldEurope, regionOfConstraint } from '../regions.ts'
import { findConfiguration, putConfiguration } from '../rows/bucket-configurations.ts'
import * as rows from '../rows/buckets.ts'
import { hasVersions } from '../rows/object-versions.ts'
import { checkedTags, newBucketSystemTag } from '../tags.ts'
import { wholeSeconds } from '../versions.ts'
import { abortUploads } from '../uploads.ts'
import { invalidOwnership } from '../access-errors.ts'
import { aclKeys } from '../write-permissions.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/BucketRestrictions.html */
const bucketQuota = 10_000

export const CreateBucket = operation<CreateBucketRequest, CreateBucketOutput>({
  authorize(input) {
    const context: Record<string, string> = {}
    const constraint = input.CreateBucketConfiguration?.LocationConstraint
    if (constraint !== undefined) context['s3:LocationConstraint'] = constraint
    Object.assign(context, aclKeys(input))
    if (input.ObjectOwnership !== undefined) {
      context['s3:x-amz-object-ownership'] = input.ObjectOwnership
    }
    const resource = bucketArn(input.Bucket ?? '')
    const on = (action: string): Permission => ({ action, resource, context })
    const permissions = [on('s3:CreateBucket')]
    if (namesAcl(input) && input.ACL !== 'private') permissions.push(on('s3:PutBucketAcl'))
    if (input.ObjectOwnership !== undefined) permissions.push(on('s3:PutBucketOwnershipControls'))
    if (input.ObjectLockEnabledForBucket) {
      permissions.push(on('s3:PutBucketObjectLockConfiguration'), on('s3:PutBucketVersioning'))
    }
    if (input.CreateBucketConfiguration?.Tags) permissions.push(on('s3:TagResource'))
    return permissions
  },
  run(input, call) {
    const { Bucket: name = '', CreateBucketConfiguration: configuration } = input
    const region = newBucketRegion(configuration?.LocationConstraint, call.region)
    const regional = namespaceOf(input, call.account, region)
    if (!isBucketName(name, regional)) throw invalidBucketName(name)
    refuseWhatIsNotBuilt(input)
    const objectOwnership = input.ObjectOwnership ?? 'BucketOwnerEnforced'
    const acl = newBucketAcl(input, objectOwnership, call.account)
    const location = region === 'us-east-1' ? `/${name}` : `http://${name}.s3.amazonaws.com/`
    const existing = rows.findBucket(call.db, name)
    if (existing) {
      if (existing.account !== call.account) throw bucketAlreadyExists(name)
      // us-east-1 alone answers a repeated request with success, and resets the access control list.
      const isRepeated = existing.region === 'us-east-1' && region === 'us-east-1'
      if (!isRepeated || configuration?.Tags?.length) throw bucketAlreadyOwnedByYou(name)
      rows.setBucketAcl(call.db, existing, acl)
      return { Location: location, BucketArn: bucketArn(name) }
    }
    if (rows.countBuckets(call.db, call.account) >= bucketQuota) throw tooManyBuckets()
    rows.insertBucket(call.db, {
      account: call.account,
      region,
      name,
      createdAt: wholeSeconds(call.now),
      objectOwnership,
      acl,
      versioning: input.ObjectLockEnabledForBucket ? 'Enabled' : null,
      tags: checkedTags(configuration?.Tags ?? [], 50, newBucketSystemTag),
    })
    const bucket = rows.findBucket(call.db, name)!
    if (input.ObjectLockEnabledForBucket) {
      putConfiguration(call.db, bucket, 'objectLock', { ObjectLockEnabled: 'Enabled' })
    }
    if (configuration?.LocationConstraint === oldEurope) {
      putConfiguration(call.db, bucket, 'location', { LocationConstraint: oldEurope })
    }
    return { Location: location, BucketArn: bucketArn(name) }
  },
})

/**
 * How the names end that only this account can take in this region; empty for the namespace that all share.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/gpbucketnamespaces.html
 */
function namespaceOf(
  { Bucket = '', BucketNamespace: namespace }: CreateBucketRequest,
  account: string,
  region: string,
): string {
  if (namespace === undefined || namespace === 'global') return ''
  const suffix = `-${account}-${region}-an`
  if (namespace !== 'account-regional' || !Bucket.endsWith(suffix)) throw invalidNamespace()
  return suffix
}

const invalidNamespace = () =>
  new AwsError(
    'InvalidNamespaceHeader',
    'The x-amz-bucket-namespace header is not valid for the bucket name.',
  )

/**
 * us-east-1 makes buckets in every region, the others only in their own, which must be named.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
 */
function newBucketRegion(constraint: string | undefined, endpointRegion: string): string {
  if (!constraint) {
    if (endpointRegion !== 'us-east-1') throw illegalLocationConstraint(undefined)
    return endpointRegion
  }
  const region = regionOfConstraint(constraint)
  if (endpointRegion !== 'us-east-1' && region !== endpointRegion) {
    throw illegalLocationConstraint(constraint)
  }
  if (region === undefined) throw invalidLocationConstraint(constraint)
  return region
}

function refuseWhatIsNotBuilt(input: CreateBucketRequest): void {
  const { CreateBucketConfiguration: configuration, ObjectOwnership: ownership } = input
  if (configuration?.Location || configuration?.Bucket) throw notBuilt('directory buckets')
  if (
    ownership !== undefined &&
    !['BucketOwnerEnforced', 'BucketOwnerPreferred', 'ObjectWriter'].includes(ownership)
  ) {
    throw invalidOwnership(ownership)
  }
  if (configuration?.Tags?.some(({ Key }) => Key === undefined)) throw malformedXml()
}

export const DeleteBucket = operation<DeleteBucketRequest, {}>({
  authorize: (input, call) => [onBucket('s3:DeleteBucket', input, call)],
  run(input, call) {
    const bucket = requireBucket(input, call)
    if (hasVersions(call.db, bucket.id)) {
      throw bucketNotEmpty(bucket.name, bucket.versioning !== null)
    }
    if (call.ports.accessPoints?.areAttached(call.db, bucket.account, bucket.name)) {
      throw accessPointsAttached(bucket.name)
    }
    // Uploads that were never completed are no objects: they go with the bucket.
    abortUploads(call, bucket)
    rows.deleteBucket(call.db, bucket)
    return {}
  },
})

export const HeadBucket = operation<HeadBucketRequest, HeadBucketOutput>({
  authorize: (input, call) => [onBucket('s3:ListBucket', input, call)],
  run(input, call) {
    const { name, region } = requireBucket(input, call)
    const AccessPointAlias = input.Bucket?.endsWith('-s3alias') === true
    return { BucketArn: bucketArn(name), BucketRegion: region, AccessPointAlias }
  },
})

export const GetBucketLocation = operation<GetBucketLocationRequest, GetBucketLocationOutput>({
  authorize(input, call) {
    return [bucketPermission('s3:GetBucketLocation', locatedBucket(input, call), call)]
  },
  run(input, call) {
    const bucket = locatedBucket(input, call)
    const said = findConfiguration<GetBucketLocationOutput>(call.db, bucket, 'location')
    if (said) return said
    const { region } = bucket
    return region === 'us-east-1' ? {} : { LocationConstraint: region as never }
  },
})

/** This is how clients find a bucket's region, so it answers in all of them. */
function locatedBucket(input: GetBucketLocationRequest, call: Call) {
  const { Bucket: name = '' } = input
  const bucket = rows.findBucket(call.db, name) ?? bucketThroughAccessPoint(name, call)
  if (!bucket) throw noSuchBucket(input.Bucket ?? '')
  requireOwner(bucket, input.ExpectedBucketOwner)
  return bucket
}

export const ListBuckets = operation<ListBucketsRequest, ListBucketsOutput>({
  authorize: () => [{ action: 's3:ListAllMyBuckets', resource: '*' }],
  run({ Prefix, BucketRegion, MaxBuckets, ContinuationToken }, call) {
    if (MaxBuckets !== undefined && (MaxBuckets < 1 || MaxBuckets > bucketQuota)) {
      throw invalidArgument(
        'Argument max-buckets must be an integer between 1 and 10000',
        'max-buckets',
        MaxBuckets,
      )
    }
    const region = BucketRegion?.toLowerCase()
    if (region !== undefined && region !== call.region) {
      throw invalidArgument(
        isRegion(region)
          ? 'Requests with bucket-region specified must be made to the corresponding regional endpoint'
          : `Argument value ${BucketRegion} is not a valid AWS Region`,
        'bucket-region',
        undefined,
      )
    }
    const limit = MaxBuckets ?? bucketQuota
    const found = rows.listBuckets(call.db, call.account, {
      prefix: Prefix ?? '',
      from: fromToken(ContinuationToken || undefined) ?? '',
      region: region ?? '',
      limit: limit + 1,
    })
    const page = found.slice(0, limit)
    // Requests that name nothing to page by get the answer's old form, without regions.
    const isPaged =
      MaxBuckets !== undefined ||
      Prefix !== undefined ||
      BucketRegion !== undefined ||
      ContinuationToken !== undefined
    return {
      Owner: { ID: canonicalUserId(call.account) },
      Buckets: page.map(({ name, createdAt, region }) => ({
        Name: name,
        CreationDate: new Date(createdAt),
        BucketArn: bucketArn(name),
        ...(isPaged && { BucketRegion: region }),
      })),
      ...(Prefix !== undefined && { Prefix }),
      ...(found.length > limit && { ContinuationToken: toToken(justAfter(page.at(-1)!.name)) }),
    }
  },
})
