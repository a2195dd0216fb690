import { createHash } from 'node:crypto'

/**
 * An account's canonical user id: 64 hexadecimal digits that S3 alone knows accounts by.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/finding-canonical-user-id.html
 */
export function canonicalUserId(account: string): string {
  let id = ids.get(account)
  if (id === undefined) {
    id = createHash('sha256').update(`canonical user ${account}`).digest('hex')
    ids.set(account, id)
  }
  return id
}

const ids = new Map<string, string>()
