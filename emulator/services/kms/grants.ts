import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Caller } from '../../auth/caller.ts'
import type { IdSource } from '../../ids.ts'
import type { Database } from '../../store/database.ts'
import type { EncryptionContext } from '../../ports.ts'
import { rootArn } from './arns.ts'
import { invalidGrantToken } from './errors.ts'
import type { Key } from './rows/keys.ts'
import { findGrant, grantsTo, type Grant, type GrantConstraints } from './rows/grants.ts'
import type { KeyUsage } from './specs.ts'

// https://docs.aws.amazon.com/kms/latest/developerguide/grants.html

/** What is asked for, as far as a grant may depend on it. */
export interface GrantedUse {
  /** By the name that grants have for it: `Decrypt`, `ReEncryptFrom`. */
  readonly operation: string
  readonly encryptionContext?: EncryptionContext | undefined
  /** CreateGrant: what the new grant is to allow. */
  readonly newGrant?: Pick<Grant, 'operations' | 'constraints'> | undefined
}

/**
 * A key's policy with what its grants give the caller for this use, as one more statement: grants allow what no policy does,
 * and an explicit Deny is stronger than they are.
 */
export function policyWithGrants(db: Database, key: Key, caller: Caller, use: GrantedUse): string {
  const grants = grantsTo(db, key, namesOf(caller)).filter((grant) => covers(grant, use))
  if (grants.length === 0) return key.policy
  const policy = JSON.parse(key.policy) as { Statement: unknown }
  return JSON.stringify({
    ...policy,
    Statement: [
      policy.Statement,
      grants.map((grant) => ({
        Sid: `Grant ${grant.id}`,
        Effect: 'Allow',
        Principal: { AWS: principalOf(grant, caller) },
        Action: `kms:${use.operation}`,
        Resource: '*',
      })),
    ].flat(),
  })
}

function covers(grant: Grant, use: GrantedUse): boolean {
  if (use.operation === 'RetireGrant' || !grant.operations.includes(use.operation)) return false
  if (use.operation === 'DescribeKey') return true
  return use.operation === 'CreateGrant'
    ? isNarrower(use.newGrant, grant)
    : fulfils(use.encryptionContext ?? {}, grant.constraints)
}

/** How grants name a caller. What is granted to an account is the account's to give on, as by a policy that names it. */
const namesOf = ({ arn, roleArn, accountId }: Caller): string[] =>
  [arn, roleArn, accountId, rootArn(accountId)].filter(
    (name) => name !== null && name !== undefined,
  )

export const isFor = (principal: string, caller: Caller): boolean =>
  namesOf(caller).includes(principal)

/** A role's session is named itself: what a grant gives to a role, its sessions have. */
const principalOf = ({ grantee }: Grant, { arn, roleArn }: Caller) =>
  grantee === roleArn && arn !== null ? arn : grantee

/** "Grantees can create grants only with the same or fewer operations, and the same or stricter constraints." */
function isNarrower(created: GrantedUse['newGrant'], grant: Grant): boolean {
  if (!created?.operations.every((operation) => grant.operations.includes(operation))) return false
  const { EncryptionContextEquals, EncryptionContextSubset } = created.constraints
  if (Object.keys(grant.constraints).length === 0) return true
  if (EncryptionContextEquals) return fulfils(EncryptionContextEquals, grant.constraints)
  if (!EncryptionContextSubset || grant.constraints.EncryptionContextEquals) return false
  return fulfils(EncryptionContextSubset, grant.constraints)
}

function fulfils(context: EncryptionContext, constraints: GrantConstraints): boolean {
  const { EncryptionContextEquals: equals, EncryptionContextSubset: subset } = constraints
  if (equals && Object.keys(context).length !== Object.keys(equals).length) return false
  return Object.entries(equals ?? subset ?? {}).every(([name, value]) => context[name] === value)
}

const encryptionOperations = [
  'Decrypt',
  'Encrypt',
  'GenerateDataKey',
  'GenerateDataKeyWithoutPlaintext',
  'ReEncryptFrom',
  'ReEncryptTo',
  'GenerateDataKeyPair',
  'GenerateDataKeyPairWithoutPlaintext',
]

/** What a grant on a key can allow besides managing grants and looking at the key. */
export function grantableOperations({ spec, usage }: Pick<Key, 'spec' | 'usage'>): string[] {
  const always = ['CreateGrant', 'RetireGrant', 'DescribeKey']
  if (spec === 'SYMMETRIC_DEFAULT') return [...encryptionOperations, ...always]
  const asymmetric: Record<KeyUsage, string[]> = {
    ENCRYPT_DECRYPT: ['Encrypt', 'Decrypt', 'ReEncryptFrom', 'ReEncryptTo', 'GetPublicKey'],
    SIGN_VERIFY: ['Sign', 'Verify', 'GetPublicKey'],
    GENERATE_VERIFY_MAC: ['GenerateMac', 'VerifyMac'],
    KEY_AGREEMENT: ['DeriveSharedSecret', 'GetPublicKey'],
  }
  return [...asymmetric[usage], ...always]
}

const idBytes = 32
const nonceBytes = 16

/** Another token every time; all of them stand for the grant. */
export function grantToken(
  ids: IdSource,
  { id, tokenKey }: Pick<Grant, 'id' | 'tokenKey'>,
): string {
  const nonce = ids.bytes(nonceBytes)
  return Buffer.concat([Buffer.from(id, 'hex'), nonce, sealed(tokenKey, nonce)]).toString('base64')
}

/** @throws InvalidGrantTokenException */
export function grantOfToken(db: Database, region: string, token: string): Grant {
  const bytes = Buffer.from(token, 'base64')
  const grant = findGrant(db, region, bytes.toString('hex', 0, idBytes))
  const nonce = bytes.subarray(idBytes, idBytes + nonceBytes)
  const seal = bytes.subarray(idBytes + nonceBytes)
  if (!grant || seal.length !== 32 || !timingSafeEqual(seal, sealed(grant.tokenKey, nonce))) {
    throw invalidGrantToken()
  }
  return grant
}

const sealed = (tokenKey: Buffer, nonce: Buffer) =>
  createHmac('sha256', tokenKey).update(nonce).digest()
