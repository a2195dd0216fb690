import { AwsError } from '../../errors.ts'
import { malformedAcl } from './access-errors.ts'
import { invalidArgument, invalidRequest } from './errors.ts'
import { accountOfCanonicalUser, canonicalUserId } from './owners.ts'

export const aclPermissions = ['FULL_CONTROL', 'READ', 'WRITE', 'READ_ACP', 'WRITE_ACP'] as const
export type AclPermission = (typeof aclPermissions)[number]

/** One line of an access control list. */
export interface AclGrant {
  /** An account's 12 digits, a group by the end of its URI, or a canonical user id that is no account's. */
  readonly grantee: string
  readonly permission: AclPermission
}

/** An access control list in its order. https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html */
export type Acl = readonly AclGrant[]

/** What requests that write say of access. */
export interface AclInput {
  readonly ACL?: string | undefined
  readonly GrantFullControl?: string | undefined
  readonly GrantRead?: string | undefined
  readonly GrantReadACP?: string | undefined
  readonly GrantWrite?: string | undefined
  readonly GrantWriteACP?: string | undefined
}

/** Whose the list is: who owns the object, and the bucket around it. */
export interface AclOwners {
  readonly owner: string
  readonly bucketOwner: string
}

const groups: Readonly<Record<string, string>> = {
  AllUsers: 'http://acs.amazonaws.com/groups/global/AllUsers',
  AuthenticatedUsers: 'http://acs.amazonaws.com/groups/global/AuthenticatedUsers',
  LogDelivery: 'http://acs.amazonaws.com/groups/s3/LogDelivery',
}
const groupsByUri = new Map(Object.entries(groups).map(([name, uri]) => [uri, name]))

/** Amazon EC2, which reads bundles of images: the grantee of `aws-exec-read`. */
const ec2 = '6aa5a366c34c1cbe25dc49211496e913e0351eb0e8c37aa3477e40942ec6b97c'

const headers = [
  ['GrantFullControl', 'FULL_CONTROL', 'x-amz-grant-full-control'],
  ['GrantRead', 'READ', 'x-amz-grant-read'],
  ['GrantReadACP', 'READ_ACP', 'x-amz-grant-read-acp'],
  ['GrantWrite', 'WRITE', 'x-amz-grant-write'],
  ['GrantWriteACP', 'WRITE_ACP', 'x-amz-grant-write-acp'],
] as const

type Canned = (owners: AclOwners) => Acl

const grant = (grantee: string, permission: AclPermission): AclGrant => ({ grantee, permission })
const withOwner =
  (...more: Acl): Canned =>
  ({ owner }) => [grant(owner, 'FULL_CONTROL'), ...more]

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl */
const cannedAcls: Readonly<Record<string, Canned>> = {
  private: withOwner(),
  'public-read': withOwner(grant('AllUsers', 'READ')),
  'public-read-write': withOwner(grant('AllUsers', 'READ'), grant('AllUsers', 'WRITE')),
  'authenticated-read': withOwner(grant('AuthenticatedUsers', 'READ')),
  'aws-exec-read': withOwner(grant(ec2, 'READ')),
  'bucket-owner-read': (owners) => forBucketOwner(owners, 'READ'),
  'bucket-owner-full-control': (owners) => forBucketOwner(owners, 'FULL_CONTROL'),
  'log-delivery-write': withOwner(grant('LogDelivery', 'WRITE'), grant('LogDelivery', 'READ_ACP')),
}

const forBucketOwner = ({ owner, bucketOwner }: AclOwners, permission: AclPermission): Acl =>
  owner === bucketOwner
    ? [grant(owner, 'FULL_CONTROL')]
    : [grant(owner, 'FULL_CONTROL'), grant(bucketOwner, permission)]

const ofBuckets = new Set([
  'private',
  'public-read',
  'public-read-write',
  'authenticated-read',
  'log-delivery-write',
])

/** Whether the request says anything of access. @throws AwsError for two ways of saying it at once */
export function namesAcl(input: AclInput): boolean {
  const hasGrants = headers.some(([member]) => input[member] !== undefined)
  if (input.ACL !== undefined && hasGrants) {
    throw invalidRequest('Specifying both Canned ACLs and Header Grants is not allowed')
  }
  return hasGrants || input.ACL !== undefined
}

/**
 * The list that a request's headers ask for.
 *
 * @returns undefined where they ask for none
 * @throws AwsError for a canned ACL that does not exist, and for a grantee that is nobody
 */
export function aclOfHeaders(
  input: AclInput,
  owners: AclOwners,
  resource: 'bucket' | 'object',
): Acl | undefined {
  if (!namesAcl(input)) return undefined
  if (input.ACL !== undefined) {
    const canned = Object.hasOwn(cannedAcls, input.ACL) ? cannedAcls[input.ACL] : undefined
    const exists =
      resource === 'bucket' ? ofBuckets.has(input.ACL) : input.ACL !== 'log-delivery-write'
    if (!canned || !exists) throw invalidArgument('', 'x-amz-acl', input.ACL)
    return canned(owners)
  }
  return headers.flatMap(([member, permission, header]) =>
    (input[member] === undefined ? [] : granteesOf(input[member], header)).map((grantee) =>
      grant(grantee, permission),
    ),
  )
}

/** `id="…", uri="…"` */
function granteesOf(text: string, header: string): string[] {
  return text.split(',').map((one) => {
    const [, kind, value] = /^\s*(id|uri|emailAddress)\s*=\s*"?([^"]*)"?\s*$/i.exec(one) ?? []
    if (kind === undefined || value === undefined) {
      throw invalidArgument('Argument format not recognized', header, text)
    }
    if (kind.toLowerCase() === 'id') return userOf(value, 'id')
    if (kind.toLowerCase() === 'uri') return groupOf(value, 'uri')
    throw unresolvableEmail(value)
  })
}

/** @param place where the name stands, as errors call it */
function userOf(id: string, place: string): string {
  const account = id === ec2 ? id : accountOfCanonicalUser(id)
  if (account === undefined) throw invalidArgument('Invalid id', place, id)
  return account
}

function groupOf(uri: string, place: string): string {
  const group = groupsByUri.get(uri)
  if (group === undefined) throw invalidArgument('Invalid group uri', place, uri)
  return group
}

/** AWS names no accounts by their addresses any more; here none has an address. */
const unresolvableEmail = (address: string) =>
  new AwsError(
    'UnresolvableGrantByEmailAddress',
    'The e-mail address you provided does not match any account on record.',
    { fields: { email: address } },
  )

/** A list as the API has it. */
export interface AccessControlPolicy {
  readonly Owner?: { readonly ID?: string | undefined } | undefined
  readonly Grants?: readonly AclGrantXml[] | undefined
}

export interface AclGrantXml {
  readonly Grantee?:
    | {
        readonly Type?: string | undefined
        readonly ID?: string | undefined
        readonly URI?: string | undefined
        readonly EmailAddress?: string | undefined
      }
    | undefined
  readonly Permission?: string | undefined
}

/**
 * The list of a request's document.
 *
 * @throws AwsError `MalformedACLError`, `AccessDenied` for another owner, errors of grantees
 */
export function aclOfDocument(policy: AccessControlPolicy, owner: string): Acl {
  const { Owner, Grants } = policy
  if (!Owner?.ID || !Grants) throw malformedAcl()
  if (Owner.ID !== canonicalUserId(owner)) {
    throw accountOfCanonicalUser(Owner.ID) === undefined
      ? invalidArgument('Invalid id', 'CanonicalUser/ID', Owner.ID)
      : new AwsError('AccessDenied', 'Access Denied', { status: 403 })
  }
  if (Grants.length > 100) throw malformedAcl()
  return Grants.map(({ Grantee, Permission }) => {
    const permission = aclPermissions.find((known) => known === Permission)
    if (!Grantee || !permission || !isGranteeType(Grantee.Type)) throw malformedAcl()
    if (Grantee.EmailAddress !== undefined) throw unresolvableEmail(Grantee.EmailAddress)
    if (Grantee.URI !== undefined) return grant(groupOf(Grantee.URI, 'Group/URI'), permission)
    if (Grantee.ID === undefined) throw malformedAcl()
    return grant(userOf(Grantee.ID, 'CanonicalUser/ID'), permission)
  })
}

const isGranteeType = (type: string | undefined) =>
  type === undefined || ['CanonicalUser', 'Group', 'AmazonCustomerByEmail'].includes(type)

/** A list as Get answers it. @param acl null for private */
export function aclDocument(acl: Acl | null, owner: string) {
  return {
    Owner: { ID: canonicalUserId(owner) },
    Grants: (acl ?? cannedAcls['private']!({ owner, bucketOwner: owner })).map(
      ({ grantee, permission }) => ({
        Grantee: granteeDocument(grantee),
        Permission: permission,
      }),
    ),
  }
}

function granteeDocument(grantee: string) {
  if (Object.hasOwn(groups, grantee)) return { Type: 'Group' as const, URI: groups[grantee]! }
  const ID = /^\d{12}$/.test(grantee) || grantee === '' ? canonicalUserId(grantee) : grantee
  return { Type: 'CanonicalUser' as const, ID }
}

const isPublicGroup = (grantee: string) =>
  grantee === 'AllUsers' || grantee === 'AuthenticatedUsers'

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status */
export const isPublicAcl = (acl: Acl) => acl.some(({ grantee }) => isPublicGroup(grantee))

/** What counts of a list where public ACLs are ignored. */
export const withoutPublic = (acl: Acl): Acl => acl.filter(({ grantee }) => !isPublicGroup(grantee))

/** Whether the list says no more than that its owner may do everything. */
export const isPrivate = (acl: Acl, owner: string) =>
  acl.length === 1 && acl[0]!.grantee === owner && acl[0]!.permission === 'FULL_CONTROL'
