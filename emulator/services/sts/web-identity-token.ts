import { createPublicKey, verify, X509Certificate, type KeyObject } from 'node:crypto'
import type { OpenIdConnectProvider } from '../../ports.ts'
import { expiredIdentityToken, invalidIdentityToken } from './errors.ts'

/** What a token of an identity provider says. */
export interface Claims {
  readonly iss: string
  readonly sub: string
  /** Whom the token was made for: `azp` where there is one, else `aud`. */
  readonly audience: string
  /** `aud`, where the audience is `azp`. */
  readonly originalAudience?: string
  readonly all: Readonly<Record<string, unknown>>
}

interface Token {
  readonly header: Readonly<Record<string, unknown>>
  readonly claims: Claims
  readonly signed: Buffer
  readonly signature: Buffer
  /** Seconds since the epoch. */
  readonly expires: number
  readonly notBefore: number | undefined
}

const notAToken = () =>
  invalidIdentityToken(
    'The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)',
  )

/** Reads a token without believing it. @throws InvalidIdentityToken */
export function readToken(text: string): Token {
  const parts = text.split('.')
  if (parts.length !== 3) throw notAToken()
  const [header, payload] = parts.slice(0, 2).map(decodeJson)
  if (!header || !payload) throw notAToken()
  const { iss, sub, aud, azp, exp, nbf } = payload
  const audiences = (Array.isArray(aud) ? aud : [aud]).filter((one) => typeof one === 'string')
  const [audience] = typeof azp === 'string' ? [azp] : audiences
  if (typeof iss !== 'string' || typeof sub !== 'string' || audience === undefined) {
    throw invalidIdentityToken('Missing a required claim')
  }
  if (typeof exp !== 'number') throw invalidIdentityToken('Missing a required claim: exp')
  const claims: Claims = {
    iss,
    sub,
    audience,
    ...(typeof azp === 'string' &&
      audiences[0] !== undefined && { originalAudience: audiences[0] }),
    all: payload,
  }
  return {
    header,
    claims,
    signed: Buffer.from(`${parts[0]}.${parts[1]}`),
    signature: Buffer.from(parts[2]!, 'base64url'),
    expires: exp,
    notBefore: typeof nbf === 'number' ? nbf : undefined,
  }
}

function decodeJson(part: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}

/**
 * Believes a token that the provider signed, for an audience that it is registered with, and that is in time.
 *
 * @param wallNow ms since the epoch: providers outside know no other time
 * @throws InvalidIdentityToken, ExpiredTokenException
 */
export function verifyToken(token: Token, provider: OpenIdConnectProvider, wallNow: number): void {
  if (!provider.clientIds.includes(token.claims.audience)) {
    throw invalidIdentityToken('Incorrect token audience')
  }
  const keys = keysOf(token, provider)
  if (keys.length === 0) {
    throw invalidIdentityToken(
      "Couldn't retrieve verification key from your identity provider,  please reference " +
        'AssumeRoleWithWebIdentity documentation for requirements',
    )
  }
  if (!keys.some((key) => isSignedBy(token, key))) {
    throw invalidIdentityToken('The ID Token provided has an invalid signature')
  }
  const seconds = Math.floor(wallNow / 1000)
  if (seconds >= token.expires) {
    throw expiredIdentityToken(
      `Token expired: current date/time ${seconds} must be before the expiration date/time ${token.expires}`,
    )
  }
  if (token.notBefore !== undefined && seconds < token.notBefore) {
    throw invalidIdentityToken('The ID Token provided is not yet valid')
  }
}

/**
 * There is no network to fetch a provider's keys from, so whoever may change the provider registers them with it: as tags
 * `pocketcloud:key:NAME` with the public key (SubjectPublicKeyInfo, DER in base 64), which continues in `NAME/2`,
 * `NAME/3` where 256 characters are not enough. A token that brings its certificates along (`x5c`) is believed as well if
 * their last is one of the provider's thumbprints.
 */
function keysOf({ header }: Token, provider: OpenIdConnectProvider): readonly KeyObject[] {
  const certified = certifiedKey(header['x5c'], provider.thumbprints)
  return certified ? [...taggedKeys(provider.tags), certified] : taggedKeys(provider.tags)
}

const keyTag = /^pocketcloud:key:(.+?)(?:\/(\d+))?$/

function taggedKeys(tags: Readonly<Record<string, string>>): readonly KeyObject[] {
  const parts = new Map<string, [number, string][]>()
  for (const [tag, text] of Object.entries(tags)) {
    const match = keyTag.exec(tag)
    if (!match) continue
    const list = parts.get(match[1]!) ?? []
    list.push([Number(match[2] ?? 1), text])
    parts.set(match[1]!, list)
  }
  return [...parts.values()].flatMap((list) => {
    const text = list
      .toSorted(([a], [b]) => a - b)
      .map(([, part]) => part)
      .join('')
    try {
      return createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' })
    } catch {
      return []
    }
  })
}

const longestChain = 5

function certifiedKey(x5c: unknown, thumbprints: readonly string[]): KeyObject | undefined {
  if (!Array.isArray(x5c) || x5c.length === 0 || x5c.length > longestChain) return undefined
  try {
    const chain = x5c.map((text) => new X509Certificate(Buffer.from(String(text), 'base64')))
    const linked = chain.every((one, index) => {
      const issuer = chain[index + 1]
      return issuer === undefined || (one.checkIssued(issuer) && one.verify(issuer.publicKey))
    })
    const top = chain.at(-1)!.fingerprint.replaceAll(':', '').toLowerCase()
    const trusted = thumbprints.some((thumbprint) => thumbprint.toLowerCase() === top)
    return linked && trusted ? chain[0]!.publicKey : undefined
  } catch {
    return undefined
  }
}

const hashes: Readonly<Record<string, string>> = {
  '256': 'sha256',
  '384': 'sha384',
  '512': 'sha512',
}

/** The algorithm must fit the key: one that the token alone chose (`none`, an HMAC) proves nothing. */
function isSignedBy({ header, signed, signature }: Token, key: KeyObject): boolean {
  const [, family, size] = /^(RS|ES)(256|384|512)$/.exec(String(header['alg'])) ?? []
  const hash = size === undefined ? undefined : hashes[size]
  if (hash === undefined) return false
  if (family === 'RS' && key.asymmetricKeyType === 'rsa') {
    return verify(hash, signed, key, signature)
  }
  return (
    family === 'ES' &&
    key.asymmetricKeyType === 'ec' &&
    verify(hash, signed, { key, dsaEncoding: 'ieee-p1363' }, signature)
  )
}
