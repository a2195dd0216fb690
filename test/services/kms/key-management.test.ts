import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Caller } from '../../../emulator/auth/caller.ts'
import { idSource } from '../../../emulator/ids.ts'
import { evaluate } from '../../../emulator/policy/index.ts'
import type { KeyScope } from '../../../emulator/ports.ts'
import { keyManagement } from '../../../emulator/services/kms/key-management.ts'
import { findKey, updateKey } from '../../../emulator/services/kms/rows/keys.ts'
import { openStore, type Store } from '../../../emulator/store/store.ts'
import { account } from './support.ts'

let store: Store
let scope: KeyScope
beforeAll(() => {
  store = openStore({ productVersion: 'test' })
  store.migrate('kms', new URL('../../../emulator/services/kms/migrations/', import.meta.url))
  scope = { db: store.db, account, region: 'us-east-1', now: 1_800_000_000_000, ids: idSource('k') }
})
afterAll(() => store.close())
beforeEach(() => store.reset(() => {}))

const context = { 'aws:s3:arn': 'arn:aws:s3:::bucket/key' }
const s3 = { service: 's3', context }
const idOf = (arn: string) => arn.slice(arn.lastIndexOf('/') + 1)

test('a service that names no key gets data keys of its AWS managed key', () => {
  const one = keyManagement.generateDataKey(scope, s3)
  const two = keyManagement.generateDataKey(scope, s3)
  expect(one.keyArn).toMatch(/^arn:aws:kms:us-east-1:123456789012:key\/[\da-f-]{36}$/)
  expect(two.keyArn).toBe(one.keyArn)
  expect(one.plaintext).toHaveLength(32)
  expect(two.plaintext).not.toEqual(one.plaintext)
  expect(keyManagement.decrypt(scope, one.wrapped, context)).toEqual(one.plaintext)
  expect(() => keyManagement.decrypt(scope, one.wrapped, {})).toThrow(
    expect.objectContaining({ code: 'InvalidCiphertextException' }),
  )
  expect(keyManagement.resolve(scope, { service: 's3', keyId: 'alias/aws/s3' })).toEqual({
    arn: one.keyArn,
    state: 'Enabled',
    spec: 'SYMMETRIC_DEFAULT',
    manager: 'AWS',
  })
  const ebs = keyManagement.generateDataKey(scope, { service: 'ebs', context })
  expect(ebs.keyArn).not.toBe(one.keyArn)
})

test("a key that is not to be used refuses with KMS's own error", () => {
  const { keyArn, wrapped } = keyManagement.generateDataKey(scope, s3)
  const key = findKey(scope.db, { account, region: 'us-east-1', id: idOf(keyArn) })!
  updateKey(scope.db, { ...key, state: 'Disabled' })
  const disabled = expect.objectContaining({
    code: 'DisabledException',
    message: `${keyArn} is disabled.`,
  })
  expect(() => keyManagement.generateDataKey(scope, s3)).toThrow(disabled)
  expect(() => keyManagement.decrypt(scope, wrapped, context)).toThrow(disabled)
  expect(() => keyManagement.resolve(scope, { service: 's3', keyId: 'alias/none' })).toThrow(
    expect.objectContaining({ code: 'NotFoundException' }),
  )
})

test('an AWS managed key rotates by the year, whoever uses it', () => {
  const before = keyManagement.generateDataKey(scope, s3)
  const later = { ...scope, now: scope.now + 366 * 86_400_000 }
  keyManagement.generateDataKey(later, s3)
  const count = scope.db.get<{ count: number }>('select count(*) as count from kms_key_materials')
  expect(count!.count).toBe(2)
  expect(keyManagement.decrypt(later, before.wrapped, context)).toEqual(before.plaintext)
})

describe('the permissions that a call needs', () => {
  const caller: Caller = {
    type: 'IAMUser',
    accountId: account,
    arn: `arn:aws:iam::${account}:user/alice`,
    userId: 'AIDAEXAMPLE',
  }
  const call = () => ({ ...scope, caller, operation: 'PutObject' })
  const decide = (permission: ReturnType<typeof keyManagement.permissions>[number]) =>
    evaluate({
      request: {
        principal: { type: 'IAMUser', arn: caller.arn, accountId: account },
        action: permission.action!,
        resource: permission.resource,
        resourceAccountId: permission.resourceAccount!,
        context: permission.context!,
      },
      policies: {
        identity: [],
        boundary: [],
        session: [],
        resource: permission.resourcePolicy!,
        scps: [],
        rcps: [],
      },
    }).decision

  test('on a managed key are everyone’s in the account, through its own service', () => {
    const operations = ['GenerateDataKey', 'Decrypt']
    const wanted = keyManagement.permissions(call(), { ...s3, operations })
    expect(wanted.map(({ action }) => action)).toEqual(['kms:GenerateDataKey', 'kms:Decrypt'])
    expect(wanted[0]!.context).toMatchObject({
      'kms:ViaService': 's3.us-east-1.amazonaws.com',
      'kms:EncryptionContext:aws:s3:arn': 'arn:aws:s3:::bucket/key',
    })
    expect(wanted.map(decide)).toEqual(['allowed', 'allowed'])
    const foreign = { service: 'ebs', keyId: 'alias/aws/s3', context, operations }
    expect(keyManagement.permissions(call(), foreign).map(decide)).toEqual([
      'implicitDeny',
      'implicitDeny',
    ])
  })

  test('are the same before the key is made as after, and asking makes none', () => {
    const asked = () => keyManagement.permissions(call(), { ...s3, operations: ['Decrypt'] })
    const before = asked()
    expect(scope.db.all('select 1 from kms_keys')).toEqual([])
    const { keyArn, wrapped } = keyManagement.generateDataKey(scope, s3)
    expect(before[0]!.resource).toBe(keyArn)
    expect(asked()[0]!.resource).toBe(keyArn)
    const operations = ['Decrypt']
    const [ofWrapped] = keyManagement.permissions(call(), { ...s3, wrapped, operations })
    expect(ofWrapped!.resource).toBe(keyArn)
  })
})
