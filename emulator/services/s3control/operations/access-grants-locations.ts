import type {
  CreateAccessGrantsLocationRequest,
  CreateAccessGrantsLocationResult,
  DeleteAccessGrantsLocationRequest,
  GetAccessGrantsLocationRequest,
  GetAccessGrantsLocationResult,
  ListAccessGrantsLocationsRequest,
  ListAccessGrantsLocationsResult,
  UpdateAccessGrantsLocationRequest,
  UpdateAccessGrantsLocationResult,
} from '@aws-sdk/client-s3-control'
import { trustsService } from '../../../authorize/service-session.ts'
import { answerStatus, operation, type Call, type Permission } from '../../../operation.ts'
import { accessGrantsArn } from '../arns.ts'
import {
  invalidIamRole,
  invalidRequest,
  locationExists,
  locationNotEmpty,
  noSuchLocation,
} from '../errors.ts'
import { maxPage, onGrants, pageOf, requireInstance } from '../grants/on-grants.ts'
import { bucketOfScope } from '../grants/scopes.ts'
import { fromNextToken, toNextToken } from '../next-tokens.ts'
import type { AccountInput } from '../on-account.ts'
import {
  deleteLocation,
  findLocation,
  listGrants,
  listLocations,
  putLocation,
  type Location,
} from '../rows/access-grants.ts'
import { readTags, requestTagKeys } from '../tags.ts'

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-grants-location.html

/** The principal that a location's role has to trust. */
export const grantsService = 'access-grants.s3.amazonaws.com'

interface LocationInput extends AccountInput {
  readonly AccessGrantsLocationId?: string | undefined
}

export function requireLocation({ AccessGrantsLocationId: id = '' }: LocationInput, call: Call) {
  requireInstance(call)
  const found = findLocation(call.db, call, id)
  if (!found) throw noSuchLocation()
  return found
}

function onLocation(action: string, input: LocationInput, call: Call): Permission {
  const { AccessGrantsLocationId: id = '' } = input
  const found = findLocation(call.db, call, id)
  const context = found ? { 's3:AccessGrantsLocationScope': found.scope } : {}
  return onGrants(action, input, call, { rest: `location/${id}`, context })
}

const shown = (location: Location) => ({
  CreatedAt: new Date(location.createdAt),
  AccessGrantsLocationId: location.id,
  AccessGrantsLocationArn: accessGrantsArn(location, `location/${location.id}`),
  LocationScope: location.scope,
  IAMRoleArn: location.roleArn,
})

const roleArnForm = /^arn:aws[\w-]*:iam::\d{12}:role\/.+$/

/** No permission for what is no role's ARN: `run` refuses it. */
const toPass = (roleArn: string | undefined, call: Call): Permission[] =>
  roleArn !== undefined && roleArnForm.test(roleArn)
    ? [call.ports.roles.passing(call.db, roleArn, grantsService)]
    : []

/** @throws AwsError `InvalidIamRole` for a role that is not there, or lets S3 not assume it */
function requireRole(roleArn: string, { db, ports }: Call): void {
  const role = ports.roles.find(db, roleArn)
  if (!role || !trustsService(role, grantsService)) throw invalidIamRole()
}

export const CreateAccessGrantsLocation = operation<
  CreateAccessGrantsLocationRequest,
  CreateAccessGrantsLocationResult
>({
  authorize(input, call) {
    const context = {
      ...requestTagKeys(input.Tags),
      ...(input.LocationScope !== undefined && {
        's3:AccessGrantsLocationScope': input.LocationScope,
      }),
    }
    return [
      onGrants('s3:CreateAccessGrantsLocation', input, call, { rest: 'location/*', context }),
      ...toPass(input.IAMRoleArn, call),
    ]
  },
  run(input, call) {
    const { db, account, region, ids, ports } = call
    const { LocationScope: scope = '', IAMRoleArn: roleArn = '' } = input
    requireInstance(call)
    const bucket = bucketOfScope(scope)
    if (bucket !== undefined) {
      const found = ports.bucketTags?.find(db, bucket)
      if (!found || found.region !== region) {
        throw invalidRequest('The bucket of the location must be in the region of the instance')
      }
    }
    requireRole(roleArn, call)
    if (listLocations(db, call).some((one) => one.scope === scope)) throw locationExists()
    const id = bucket === undefined ? 'default' : ids.uuid()
    const tags = readTags(input.Tags)
    const made = { account, region, id, scope, roleArn, createdAt: call.now, tags }
    putLocation(db, made)
    return shown(made)
  },
})

export const GetAccessGrantsLocation = operation<
  GetAccessGrantsLocationRequest,
  GetAccessGrantsLocationResult
>({
  authorize: (input, call) => [onLocation('s3:GetAccessGrantsLocation', input, call)],
  run: (input, call) => shown(requireLocation(input, call)),
})

export const ListAccessGrantsLocations = operation<
  ListAccessGrantsLocationsRequest,
  ListAccessGrantsLocationsResult
>({
  authorize: (input, call) => [onGrants('s3:ListAccessGrantsLocations', input, call)],
  run({ LocationScope: scope, NextToken, MaxResults }, call) {
    requireInstance(call)
    const all = listLocations(call.db, call).filter(
      (location) => scope === undefined || location.scope === scope,
    )
    const { page, next } = pageOf(all, fromNextToken(NextToken), MaxResults || maxPage)
    return {
      AccessGrantsLocationsList: page.map(shown),
      ...(next !== undefined && { NextToken: toNextToken(next) }),
    }
  },
})

export const UpdateAccessGrantsLocation = operation<
  UpdateAccessGrantsLocationRequest,
  UpdateAccessGrantsLocationResult
>({
  authorize: (input, call) => [
    onLocation('s3:UpdateAccessGrantsLocation', input, call),
    ...toPass(input.IAMRoleArn, call),
  ],
  run(input, call) {
    const location = requireLocation(input, call)
    const { IAMRoleArn: roleArn = '' } = input
    requireRole(roleArn, call)
    const changed = { ...location, roleArn }
    putLocation(call.db, changed)
    return shown(changed)
  },
})

export const DeleteAccessGrantsLocation = operation<
  DeleteAccessGrantsLocationRequest,
  { readonly [answerStatus]: number }
>({
  authorize: (input, call) => [onLocation('s3:DeleteAccessGrantsLocation', input, call)],
  run(input, call) {
    const location = requireLocation(input, call)
    const grants = listGrants(call.db, call)
    if (grants.some((grant) => grant.location === location.id)) throw locationNotEmpty()
    deleteLocation(call.db, location)
    return { [answerStatus]: 204 }
  },
})
