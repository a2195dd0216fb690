import { Readable } from 'node:stream'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hidden, redactedJson } from '../../emulator/events/redacted-json.ts'

const parsed = (value: unknown, limit?: number): unknown => JSON.parse(redactedJson(value, limit))

describe('redactedJson', () => {
  test.each([
    'SecretAccessKey',
    'Password',
    'NewPassword',
    'MasterUserPassword',
    'Token',
    'SessionToken',
    'WebIdentityToken',
    'PrivateKey',
    'KeyMaterial',
    'SSECustomerKey',
    'CopySourceSSECustomerKey',
    'SecretString',
  ])('hides %s', (name) => {
    expect(parsed({ [name]: 'secret', List: [{ [name]: { deep: 'secret' } }] })).toEqual({
      [name]: hidden,
      List: [{ [name]: hidden }],
    })
  })

  test.each([
    'NextToken',
    'ClientToken',
    'ContinuationToken',
    'UserData',
    'SSECustomerKeyMD5',
    'PublicKeyMaterial',
    'KeyName',
    'AccessKeyId',
    'PasswordResetRequired',
  ])('keeps %s', (name) => {
    expect(parsed({ [name]: 'value' })).toEqual({ [name]: 'value' })
  })

  test('writes what JSON.stringify writes where nothing is secret or long', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        expect(redactedJson(value, 1e9)).toBe(JSON.stringify(value))
      }),
    )
  })

  test('names bytes and streams, and writes dates and big numbers', () => {
    const value = {
      A: Buffer.from('abc'),
      B: Readable.from([]),
      C: new Date(0),
      D: 2n ** 60n,
      E: undefined,
    }
    expect(redactedJson(value)).toBe(
      '{"A":"<3 bytes>","B":"<bytes>","C":"1970-01-01T00:00:00.000Z","D":1152921504606846976}',
    )
  })

  test('cuts what is too long, marks it, and stays JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.nat(200), (value, limit) => {
        const text = redactedJson(value, limit)
        JSON.parse(text)
      }),
    )
    const long = redactedJson({ A: 'a', B: 'b'.repeat(100_000), C: 'never' })
    expect(long.length).toBeLessThan(33_000)
    expect(JSON.parse(long)).toMatchObject({
      A: 'a',
      B: expect.stringContaining('(100000 characters)'),
      '…': 'left out',
    })
    const list = redactedJson(Array.from({ length: 100_000 }, () => 'item'))
    expect(list.length).toBeLessThan(33_000)
    expect((JSON.parse(list) as string[]).at(-1)).toBe('… (100000 items)')
    let deep: unknown = 'bottom'
    for (let n = 0; n < 10_000; n += 1) deep = { deep }
    expect(redactedJson(deep).length).toBeLessThan(1_000)
  })
})
