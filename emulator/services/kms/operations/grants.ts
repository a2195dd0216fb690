import type {
  CreateGrantRequest,
  CreateGrantResponse,
  GrantListEntry,
  ListGrantsRequest,
  ListGrantsResponse,
  ListRetirableGrantsRequest,
  RetireGrantRequest,
  RevokeGrantRequest,
} from '@aws-sdk/client-kms'
import { operation, type Call, type Permission } from '../../../operation.ts'
import { keyArn } from '../arns.ts'
import { dryRun, invalidArn, invalidGrantId, limitExceeded, validation } from '../errors.ts'
import { lookUp, noAlias, refuseUnusable, requireKey } from '../find-key.ts'
import { grantableOperations, grantOfToken, grantToken, isFor } from '../grants.ts'
import { date } from '../key-metadata.ts'
import { page } from '../pages.ts'
import { onKey, onNamed, type Context } from '../permissions.ts'
import {
  deleteGrant,
  findGrant,
  countGrants,
  grantsNamed,
  insertGrant,
  listGrants,
  listRetirableGrants,
  type Grant,
  type GrantConstraints,
} from '../rows/grants.ts'
import type { Key } from '../rows/keys.ts'

// https://docs.aws.amazon.com/kms/latest/developerguide/grants.html

const grantsPerKey = 50_000
const pageSizes = { byDefault: 50, most: 100 }

export const CreateGrant = operation<CreateGrantRequest, CreateGrantResponse>({
  authorize: (input, call) => [
    onKey(
      call,
      input.KeyId!,
      { newGrant: wantedGrant(input), context: grantContext(input) },
      noAlias,
    ),
  ],
  run(input, call) {
    const { db, ids, now } = call
    const found = requireKey(call, input.KeyId!, noAlias)
    refuseUnusable(found)
    const { key } = found
    const wanted = wantedGrant(input)
    checkGrant(key, wanted)
    if (input.DryRun) throw dryRun()
    // "You can retry a CreateGrant request with identical parameters": the name tells it from a second grant.
    const named = wanted.name === null ? [] : grantsNamed(db, key, wanted.name)
    const same = named.find((grant) => isSame(grant, wanted))
    if (same) return { GrantToken: grantToken(ids, same), GrantId: same.id }
    if (countGrants(db, key) >= grantsPerKey) {
      throw limitExceeded(`The key ${found.arn} has reached the maximum number of grants.`)
    }
    const grant: Grant = {
      ...wanted,
      account: key.account,
      region: key.region,
      keyId: key.id,
      id: ids.bytes(32).toString('hex'),
      issuingAccount: call.account,
      tokenKey: Buffer.from(ids.bytes(32)),
      createdAt: now,
    }
    insertGrant(db, grant)
    return { GrantToken: grantToken(ids, grant), GrantId: grant.id }
  },
})

type WantedGrant = Pick<Grant, 'name' | 'grantee' | 'retiring' | 'operations' | 'constraints'>

const wantedGrant = (input: CreateGrantRequest): WantedGrant => ({
  name: input.Name ?? null,
  grantee: input.GranteePrincipal!,
  retiring: input.RetiringPrincipal ?? null,
  operations: input.Operations!,
  constraints: (input.Constraints ?? {}) as GrantConstraints,
})

function grantContext({ Operations, GranteePrincipal, ...input }: CreateGrantRequest): Context {
  const types = Object.keys(input.Constraints ?? {})
  return {
    'kms:GrantOperations': Operations!,
    'kms:GranteePrincipal': GranteePrincipal!,
    'kms:GrantIsForAWSResource': 'false',
    ...(input.RetiringPrincipal !== undefined && {
      'kms:RetiringPrincipal': input.RetiringPrincipal,
    }),
    ...(types.length > 0 && { 'kms:GrantConstraintType': types[0]! }),
  }
}

const principalForm =
  /^(?:\d{12}|arn:aws[\w-]*:(?:iam::\d{12}:(?:root|(?:user|role)\/.+)|sts::\d{12}:(?:assumed-role|federated-user)\/.+))$/

function checkGrant(key: Key, { grantee, retiring, operations, constraints }: WantedGrant): void {
  for (const principal of [grantee, retiring]) {
    if (principal !== null && !principalForm.test(principal)) throw invalidArn(principal)
  }
  const possible = grantableOperations(key)
  if (operations.length === 0 || !operations.every((name) => possible.includes(name))) {
    throw validation(
      `Operations ${JSON.stringify(operations)} are not all supported on keys of the spec ${key.spec} and usage ${key.usage}.`,
    )
  }
  if (Object.keys(constraints).length > 0 && key.spec !== 'SYMMETRIC_DEFAULT') {
    throw validation('Grant constraints are only supported on symmetric encryption KMS keys.')
  }
}

const isSame = (grant: Grant, wanted: WantedGrant): boolean =>
  (Object.keys(wanted) as (keyof WantedGrant)[]).every(
    (member) => JSON.stringify(grant[member]) === JSON.stringify(wanted[member]),
  )

export const ListGrants = operation<ListGrantsRequest, ListGrantsResponse>({
  authorize: ({ KeyId }, call) => [onKey(call, KeyId!, {}, noAlias)],
  run({ KeyId, GrantId, GranteePrincipal, ...request }, call) {
    const { key } = requireKey(call, KeyId!, noAlias)
    const { items, answer } = page(
      request,
      pageSizes,
      (after, limit) =>
        listGrants(call.db, key, { after, limit, grantId: GrantId, grantee: GranteePrincipal }),
      ({ id }) => id,
    )
    return { Grants: items.map(describe), ...answer }
  },
})

/** The grants in the caller's account. */
export const ListRetirableGrants = operation<ListRetirableGrantsRequest, ListGrantsResponse>({
  authorize: () => ['*'],
  run({ RetiringPrincipal, ...request }, { db, account, region }) {
    const { items, answer } = page(
      request,
      pageSizes,
      (after, limit) =>
        listRetirableGrants(db, { account, region }, RetiringPrincipal!, { after, limit }),
      ({ id }) => id,
    )
    return { Grants: items.map(describe), ...answer }
  },
})

export const RevokeGrant = operation<RevokeGrantRequest, {}>({
  authorize: ({ KeyId }, call) => [onKey(call, KeyId!, {}, noAlias)],
  run({ KeyId, GrantId, DryRun }, call) {
    const grant = requireGrant(call, KeyId!, GrantId!)
    if (DryRun) throw dryRun()
    deleteGrant(call.db, grant)
    return {}
  },
})

/**
 * "Permission to retire a grant is determined primarily by the grant": its retiring principal and, if the grant says so, its grantee
 * need no other; the account it was made in may let others.
 */
export const RetireGrant = operation<RetireGrantRequest, {}>({
  authorize(input, call): Permission[] {
    const grant = retirable(input, call)
    const asked = onNamed(call, lookUp(call, keyArn(grant, grant.keyId), noAlias))
    const byGrant =
      (grant.retiring !== null && isFor(grant.retiring, call.caller)) ||
      (grant.operations.includes('RetireGrant') && isFor(grant.grantee, call.caller))
    return byGrant ? [{ ...asked, resourcePolicy: allowing(asked, call) }] : [asked]
  },
  run(input, call) {
    const grant = retirable(input, call)
    if (input.DryRun) throw dryRun()
    deleteGrant(call.db, grant)
    return {}
  },
})

/** The key's policy, with the permission to retire a grant that the grant itself gives. */
function allowing({ resourcePolicy }: Permission, { caller }: Call): string {
  const policy = JSON.parse(resourcePolicy!) as { Statement: unknown }
  const statement = {
    Effect: 'Allow',
    Principal: { AWS: caller.arn },
    Action: 'kms:RetireGrant',
    Resource: '*',
  }
  return JSON.stringify({ ...policy, Statement: [policy.Statement, statement].flat() })
}

function retirable({ GrantToken, KeyId, GrantId }: RetireGrantRequest, call: Call): Grant {
  if (GrantToken !== undefined) return grantOfToken(call.db, call.region, GrantToken)
  if (KeyId === undefined || GrantId === undefined) {
    throw validation('Either a grant token, or a key ID and a grant ID must be specified')
  }
  return requireGrant(call, KeyId, GrantId)
}

function requireGrant(call: Call, keyId: string, grantId: string): Grant {
  const { key } = lookUp(call, keyId, noAlias)
  const grant = findGrant(call.db, call.region, grantId)
  if (!grant || grant.keyId !== key.id || grant.account !== key.account) throw invalidGrantId()
  return grant
}

const describe = (grant: Grant): GrantListEntry => ({
  KeyId: keyArn(grant, grant.keyId),
  GrantId: grant.id,
  Name: grant.name ?? '',
  CreationDate: date(grant.createdAt),
  GranteePrincipal: grant.grantee,
  ...(grant.retiring !== null && { RetiringPrincipal: grant.retiring }),
  IssuingAccount: `arn:aws:iam::${grant.issuingAccount}:root`,
  Operations: grant.operations as GrantListEntry['Operations'],
  ...(Object.keys(grant.constraints).length > 0 && { Constraints: grant.constraints }),
})
