import type { Caller } from '../../auth/caller.ts'
import { AwsError } from '../../errors.ts'

// Access control lists: https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html

export const bucketAclWithOwnershipEnforced = () =>
  new AwsError(
    'InvalidBucketAclWithObjectOwnership',
    "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting",
  )

export const publicAclWithPublicAccessBlocked = () =>
  new AwsError(
    'InvalidBucketAclWithBlockPublicAccessError',
    'Bucket cannot have public ACLs set with BlockPublicAccess enabled',
  )

export const accessControlListNotSupported = () =>
  new AwsError('AccessControlListNotSupported', 'The bucket does not allow ACLs')

/** Says why to the bucket owner's own callers, who alone reach it. */
const prevented =
  (what: string, setting: string) => (caller: Caller, action: string, resource: string) =>
    new AwsError(
      'AccessDenied',
      caller.arn === null
        ? 'Access Denied'
        : `User: ${caller.arn} is not authorized to perform: ${action} on resource: "${resource}" because ${what} are ` +
            `prevented by the ${setting} setting in S3 Block Public Access.`,
      { status: 403 },
    )

export const publicPolicyPrevented = prevented('public policies', 'BlockPublicPolicy')

export const publicAclPrevented = prevented('public access control lists (ACLs)', 'BlockPublicAcls')

export const malformedAcl = () =>
  new AwsError(
    'MalformedACLError',
    'The XML you provided was not well-formed or did not validate against our published schema',
  )

/** A list in headers and another in the body. */
export const unexpectedContent = () =>
  new AwsError('UnexpectedContent', 'This request does not support content')

export const missingSecurityHeader = (header: string) =>
  new AwsError('MissingSecurityHeader', 'Your request was missing a required header', {
    fields: { MissingHeaderName: header },
  })

export const malformedPolicy = (sentence: string) => new AwsError('MalformedPolicy', sentence)

export const policyTooLarge = () =>
  new AwsError('PolicyTooLarge', 'Policy document must not be larger than 20480 bytes')

export const invalidOwnership = (ownership: string) =>
  new AwsError('InvalidArgument', `Invalid x-amz-object-ownership header: ${ownership}`, {
    fields: { ArgumentName: 'x-amz-object-ownership' },
  })
