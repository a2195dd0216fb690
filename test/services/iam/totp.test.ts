import { expect, test } from 'vitest'
import { base32, codeOf, otpauthUri, stepAt } from '../../../emulator/services/iam/totp.ts'

const seed = Buffer.from('12345678901234567890')

// https://www.rfc-editor.org/rfc/rfc6238#appendix-B: the last six of its eight digits.
test.each([
  [59, '287082'],
  [1111111109, '081804'],
  [1111111111, '050471'],
  [1234567890, '005924'],
  [2000000000, '279037'],
  [20000000000, '353130'],
])('the code at second %i is %s', (seconds, code) => {
  expect(codeOf(seed, stepAt(seconds * 1000))).toBe(code)
})

// https://www.rfc-editor.org/rfc/rfc4648#section-10, without padding.
test.each([
  ['', ''],
  ['f', 'MY'],
  ['fo', 'MZXQ'],
  ['foo', 'MZXW6'],
  ['foob', 'MZXW6YQ'],
  ['fooba', 'MZXW6YTB'],
  ['foobar', 'MZXW6YTBOI'],
])('%s in base 32 is %s', (text, expected) => {
  expect(base32(Buffer.from(text))).toBe(expected)
})

test('an authenticator app reads the device, the account and the secret', () => {
  expect(otpauthUri('alice@123456789012', 'MZXW6')).toBe(
    'otpauth://totp/alice@123456789012?secret=MZXW6',
  )
})
