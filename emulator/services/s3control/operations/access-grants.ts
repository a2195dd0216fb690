import type {
  CreateAccessGrantRequest,
  CreateAccessGrantResult,
  DeleteAccessGrantRequest,
  GetAccessGrantRequest,
  GetAccessGrantResult,
  GetDataAccessRequest,
  GetDataAccessResult,
  ListAccessGrantsRequest,
  ListAccessGrantsResult,
  ListCallerAccessGrantsRequest,
  ListCallerAccessGrantsResult,
} from '@aws-sdk/client-s3-control'
import type { Caller } from '../../../auth/caller.ts'
import { trustsService } from '../../../authorize/service-session.ts'
import { answerStatus, operation, type Call, type Permission } from '../../../operation.ts'
import { accessGrantsArn } from '../arns.ts'
import { accessDenied, grantExists, invalidRequest, malformedXml, noSuchGrant } from '../errors.ts'
import {
  maxPage,
  onGrants,
  onSharedInstance,
  pageOf,
  requireInstance,
} from '../grants/on-grants.ts'
import { bucketOfScope, covers, permits, policyFor, scopeOfGrant } from '../grants/scopes.ts'
import { fromNextToken, toNextToken } from '../next-tokens.ts'
import type { AccountInput } from '../on-account.ts'
import {
  deleteGrant,
  findGrant,
  findLocation,
  listGrants,
  putGrant,
  type Grant,
  type GrantPermission,
} from '../rows/access-grants.ts'
import { readTags, requestTagKeys } from '../tags.ts'
import { grantsService, requireLocation } from './access-grants-locations.ts'

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-grants-grant.html

interface GrantInput extends AccountInput {
  readonly AccessGrantId?: string | undefined
}

function requireGrant({ AccessGrantId: id = '' }: GrantInput, call: Call): Grant {
  requireInstance(call)
  const found = findGrant(call.db, call, id)
  if (!found) throw noSuchGrant()
  return found
}

function onGrant(action: string, input: GrantInput, call: Call): Permission {
  const { AccessGrantId: id = '' } = input
  const found = findGrant(call.db, call, id)
  const context = found ? { 's3:AccessGrantScope': found.scope } : {}
  return onGrants(action, input, call, { rest: `grant/${id}`, context })
}

const shown = (grant: Grant) => ({
  CreatedAt: new Date(grant.createdAt),
  AccessGrantId: grant.id,
  AccessGrantArn: accessGrantsArn(grant, `grant/${grant.id}`),
  Grantee: { GranteeType: 'IAM' as const, GranteeIdentifier: grant.grantee },
  AccessGrantsLocationId: grant.location,
  ...(grant.subPrefix !== null && {
    AccessGrantsLocationConfiguration: { S3SubPrefix: grant.subPrefix },
  }),
  Permission: grant.permission,
  GrantScope: grant.scope,
})

export const CreateAccessGrant = operation<CreateAccessGrantRequest, CreateAccessGrantResult>({
  authorize: (input, call) => [
    onGrants('s3:CreateAccessGrant', input, call, {
      rest: 'grant/*',
      context: requestTagKeys(input.Tags),
    }),
  ],
  run(input, call) {
    const { db, account, region, ids, now } = call
    const location = requireLocation(input, call)
    const permission = permissionOf(input.Permission)
    const subPrefix = input.AccessGrantsLocationConfiguration?.S3SubPrefix
    const scope = scopeOfGrant(location.scope, subPrefix)
    if (bucketOfScope(scope) === undefined) {
      throw invalidRequest('A grant cannot be for all of S3: the location needs a sub-prefix')
    }
    if (input.S3PrefixType === 'Object' && scope.endsWith('*')) {
      throw invalidRequest('A grant for an object must not end with *')
    }
    const grantee = granteeOf(input)
    const isSame = (one: Grant) =>
      one.scope === scope && one.grantee === grantee && one.permission === permission
    if (listGrants(db, call).some(isSame)) throw grantExists()
    const made: Grant = {
      account,
      region,
      id: ids.uuid(),
      location: location.id,
      subPrefix: subPrefix ?? null,
      grantee,
      permission,
      scope,
      createdAt: now,
      tags: readTags(input.Tags),
    }
    putGrant(db, made)
    return shown(made)
  },
})

function permissionOf(text: string | undefined): GrantPermission {
  if (text === 'READ' || text === 'WRITE' || text === 'READWRITE') return text
  throw malformedXml()
}

/** @throws AwsError `InvalidRequest` for identities of a directory, as no instance has one here */
function granteeOf({ Grantee: grantee }: CreateAccessGrantRequest): string {
  const { GranteeType: type, GranteeIdentifier: identifier = '' } = grantee ?? {}
  if (type !== 'IAM') {
    throw invalidRequest('The instance is not associated with an IAM Identity Center instance')
  }
  if (
    !/^arn:aws[\w-]*:iam::\d{12}:(?:user|role)\/.+$|^arn:aws[\w-]*:iam::\d{12}:root$/.test(
      identifier,
    )
  ) {
    throw invalidRequest('The grantee must be the ARN of an IAM user or role')
  }
  return identifier
}

export const GetAccessGrant = operation<GetAccessGrantRequest, GetAccessGrantResult>({
  authorize: (input, call) => [onGrant('s3:GetAccessGrant', input, call)],
  run: (input, call) => shown(requireGrant(input, call)),
})

export const ListAccessGrants = operation<ListAccessGrantsRequest, ListAccessGrantsResult>({
  authorize: (input, call) => [onGrants('s3:ListAccessGrants', input, call)],
  run(input, call) {
    requireInstance(call)
    const isWanted = (wanted: string | undefined, value: string) =>
      wanted === undefined || wanted === value
    const all = listGrants(call.db, call).filter(
      ({ grantee, permission, scope }) =>
        isWanted(input.GranteeType, 'IAM') &&
        isWanted(input.GranteeIdentifier, grantee) &&
        isWanted(input.Permission, permission) &&
        isWanted(input.GrantScope, scope),
    )
    const { page, next } = pageOf(all, fromNextToken(input.NextToken), input.MaxResults || maxPage)
    return {
      AccessGrantsList: page.map(shown),
      ...(next !== undefined && { NextToken: toNextToken(next) }),
    }
  },
})

export const DeleteAccessGrant = operation<
  DeleteAccessGrantRequest,
  { readonly [answerStatus]: number }
>({
  authorize: (input, call) => [onGrant('s3:DeleteAccessGrant', input, call)],
  run(input, call) {
    deleteGrant(call.db, requireGrant(input, call))
    return { [answerStatus]: 204 }
  },
})

/** The grants of a caller, whose ARN is a user's or a role's. */
function grantsOf(caller: Caller, AccountId: string | undefined, call: Call): Grant[] {
  const { db, region } = call
  const place = { db, region, account: AccountId ?? call.account }
  requireInstance(place)
  const own = caller.roleArn ?? caller.arn
  return listGrants(db, place).filter(({ grantee }) => grantee === own)
}

export const ListCallerAccessGrants = operation<
  ListCallerAccessGrantsRequest,
  ListCallerAccessGrantsResult
>({
  authorize: (input, call) => [onSharedInstance('s3:ListCallerAccessGrants', input, call)],
  run(input, call) {
    const all = grantsOf(call.caller, input.AccountId, call).filter(
      ({ scope }) => input.GrantScope === undefined || scope.includes(input.GrantScope),
    )
    const { page, next } = pageOf(all, fromNextToken(input.NextToken), input.MaxResults || maxPage)
    return {
      CallerAccessGrantsList: page.map(({ permission, scope }) => ({
        Permission: permission,
        GrantScope: scope,
      })),
      ...(next !== undefined && { NextToken: toNextToken(next) }),
    }
  },
})

const defaultSeconds = 3600

/**
 * Credentials of the location's role for what a grant lets the caller do: the narrowest grant that covers the target.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-grants-credentials.html
 */
export const GetDataAccess = operation<GetDataAccessRequest, GetDataAccessResult>({
  authorize: (input, call) => [onSharedInstance('s3:GetDataAccess', input, call)],
  run(input, call) {
    const { Target: target = '', DurationSeconds: seconds = defaultSeconds } = input
    const permission = permissionOf(input.Permission)
    if (seconds < 900 || seconds > 43_200) {
      throw invalidRequest('DurationSeconds must be between 900 and 43200')
    }
    bucketOfScope(target)
    const grant = grantsOf(call.caller, input.AccountId, call)
      .filter((one) => permits(one.permission, permission) && covers(one.scope, target))
      .toSorted((one, other) => other.scope.length - one.scope.length)[0]
    const location = grant && findLocation(call.db, grant, grant.location)
    const role = location && call.ports.roles.find(call.db, location.roleArn)
    if (!grant || !role || !trustsService(role, grantsService)) throw accessDenied()
    const scope = input.Privilege === 'Minimal' ? target : grant.scope
    const issued = call.ports.sessions.issue(call.db, call.ids, {
      account: role.account,
      kind: 'role',
      holderId: role.id,
      name: `access-grants-${call.ids.uuid()}`,
      expiresAt: call.now + seconds * 1000,
      session: {
        issuedAt: call.now,
        mfaAuthenticated: false,
        policies: [policyFor(scope, permission)],
        tags: {},
        sourceIdentity: sourceIdentityOf(call.caller),
      },
    })
    return {
      Credentials: {
        AccessKeyId: issued.accessKeyId,
        SecretAccessKey: issued.secretAccessKey,
        SessionToken: issued.sessionToken,
        Expiration: new Date(issued.expiresAt),
      },
      MatchedGrantTarget: scope,
      Grantee: { GranteeType: 'IAM', GranteeIdentifier: grant.grantee },
    }
  },
})

/** Who is behind the session: the user's or the role's name. */
const sourceIdentityOf = ({ roleArn, arn }: Caller): string =>
  (roleArn ?? arn ?? 'anonymous').split('/').at(-1)!
