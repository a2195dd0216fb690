import { authenticate, type AuthenticationOptions } from '../../../auth/authenticate.ts'
import type { Caller } from '../../../auth/caller.ts'

export interface TokenClaim {
  readonly region: string
  readonly user: string
  /** As they may stand in the token: the endpoint's name and addresses. */
  readonly token: string
}

/**
 * Who made an IAM token: it is a presigned request for `rds-db:connect`, without its `https://`, and good for 15 minutes.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/UsingWithRDS.IAMDBAuth.html
 *
 * @param hosts the hosts with ports that the token may be for
 * @returns undefined for a token that is wrong, too old, or for another user or database
 */
export function callerOfToken(
  { region, user, token }: TokenClaim,
  hosts: readonly string[],
  options: AuthenticationOptions,
): Caller | undefined {
  const [, host, query] = /^([^/?]+)\/?\?(.+)$/s.exec(token) ?? []
  if (host === undefined || query === undefined || !hosts.includes(host.toLowerCase())) {
    return undefined
  }
  const parameters = new URLSearchParams(query)
  if (parameters.get('Action') !== 'connect' || parameters.get('DBUser') !== user) return undefined
  if (!(Number(parameters.get('X-Amz-Expires')) <= 900)) return undefined
  try {
    const {
      caller,
      signingService,
      region: signed,
    } = authenticate(
      { method: 'GET', path: '/', query, headers: { host }, bodyHash: emptyHash },
      { dialect: 'query', signingName: 'rds-db', region },
      options,
    )
    return signingService === 'rds-db' && signed === region ? caller : undefined
  } catch {
    return undefined
  }
}

/** SHA-256 of nothing. */
const emptyHash = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
