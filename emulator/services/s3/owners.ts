import { createCipheriv, createDecipheriv, hash } from 'node:crypto'

// Not a secret: it only makes ids look like AWS's, and lets an account be found by its id without a table of all accounts.
const key = Buffer.from(hash('sha256', 'pocketcloud: canonical user ids'), 'hex')
const start = Buffer.alloc(16)
const rest = 'canonical user of S3'

/** Who sends no signature, as the owner of what they wrote. */
const anonymousId = '65a011a29cdf8ec533ec3d1ccaae921c'

/**
 * An account's canonical user id: 64 hexadecimal digits that S3 alone knows accounts by.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/finding-canonical-user-id.html
 *
 * @param account 12 digits; empty for the anonymous caller
 */
export function canonicalUserId(account: string): string {
  if (account === '') return anonymousId
  let id = ids.get(account)
  if (id === undefined) {
    const cipher = createCipheriv('aes-256-cbc', key, start).setAutoPadding(false)
    id = cipher.update(account + rest, 'latin1', 'hex') + cipher.final('hex')
    ids.set(account, id)
  }
  return id
}

/** The account with this canonical user id; undefined where nobody has it. */
export function accountOfCanonicalUser(id: string): string | undefined {
  if (!/^[0-9a-f]{64}$/.test(id)) return undefined
  const decipher = createDecipheriv('aes-256-cbc', key, start).setAutoPadding(false)
  const text = decipher.update(id, 'hex', 'latin1') + decipher.final('latin1')
  const account = text.slice(0, 12)
  return /^\d{12}$/.test(account) && text.slice(12) === rest ? account : undefined
}

const ids = new Map<string, string>()
