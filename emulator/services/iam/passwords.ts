import { scrypt, timingSafeEqual } from 'node:crypto'
import { passwordPolicyViolation } from './credential-errors.ts'
import type { PasswordPolicy } from './rows/password-policies.ts'

/** scrypt's cost: 2^14 rounds take some 30 ms, off the main thread. */
const cost = 16_384
const keyLength = 32

/**
 * A salted hash of a password: `scrypt$salt$hash` in base 64.
 *
 * @param salt 16 random bytes
 */
export async function hashPassword(password: string, salt: Buffer): Promise<string> {
  const key = await derive(password, salt)
  return `scrypt$${salt.toString('base64')}$${key.toString('base64')}`
}

export async function isPassword(password: string, hash: string): Promise<boolean> {
  const [, salt, key] = hash.split('$')
  return timingSafeEqual(
    await derive(password, Buffer.from(salt!, 'base64')),
    Buffer.from(key!, 'base64'),
  )
}

const derive = (password: string, salt: Buffer): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    scrypt(password, salt, keyLength, { N: cost }, (error, key) => {
      if (error) reject(error)
      else resolve(key)
    })
  })

const symbols = /[!@#$%^&*()_+\-=[\]{}|']/

/** The kinds of characters that policies ask for, with what AWS says when one is missing. */
const kinds = [
  { wanted: 'requireUppercase', pattern: /[A-Z]/, name: 'uppercase letter' },
  { wanted: 'requireLowercase', pattern: /[a-z]/, name: 'lowercase letter' },
  { wanted: 'requireNumbers', pattern: /\d/, name: 'number' },
  { wanted: 'requireSymbols', pattern: symbols, name: 'symbol' },
] as const

/** Without a policy of the account's own: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_account-policy.html */
const defaultMinimumLength = 8
const kindsOfDefault = 3

/**
 * Refuses a password that the account's policy, or in its absence AWS's default, does not allow.
 *
 * @throws PasswordPolicyViolation
 */
export function checkPassword(
  policy: PasswordPolicy | undefined,
  password: string,
  account: string,
): void {
  const minimum = policy?.minimumLength ?? defaultMinimumLength
  if (password.length < minimum) {
    throw passwordPolicyViolation(`Password should have a minimum length of ${minimum}`)
  }
  const missing = kinds.filter(({ pattern }) => !pattern.test(password))
  const say = (list: typeof missing) =>
    list.map(({ name }) => `Password should have at least one ${name}`).join(', ')
  if (policy) {
    const violated = missing.filter(({ wanted }) => policy[wanted])
    if (violated.length > 0) throw passwordPolicyViolation(say(violated))
    return
  }
  const lacking = missing.length - (kinds.length - kindsOfDefault)
  if (lacking > 0) {
    throw passwordPolicyViolation(
      `Password should meet ${lacking} more of the following requirements: ${say(missing)}`,
    )
  }
  if (password === account) {
    throw passwordPolicyViolation('Password should not be identical to your AWS account name')
  }
}
