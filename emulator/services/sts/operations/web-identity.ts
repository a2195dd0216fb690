import type {
  AssumeRoleWithWebIdentityRequest,
  AssumeRoleWithWebIdentityResponse,
} from '@aws-sdk/client-sts'
import { operation, type Call } from '../../../operation.ts'
import { startRoleSession } from '../assumed-roles.ts'
import { idpUnreachable, invalidIdentityToken, invalidRoleArn } from '../errors.ts'
import {
  federatedFacts,
  federatedPermissions,
  type FederatedIdentity,
} from '../federated-callers.ts'
import { readToken, verifyToken, type Claims } from '../web-identity-token.ts'

/** Whoever shows a provider's token needs no signature. https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html */
export const AssumeRoleWithWebIdentity = operation<
  AssumeRoleWithWebIdentityRequest,
  AssumeRoleWithWebIdentityResponse
>({
  anonymous: true,
  authorize: (input, call) =>
    federatedPermissions(call, input.RoleArn!, identityOf(input, call).identity),
  run(input, call) {
    const { identity, claims } = identityOf(input, call)
    return {
      SubjectFromWebIdentityToken: claims.sub,
      ...startRoleSession(call, input, federatedFacts(identity)),
      Provider: identity.providerArn,
      Audience: claims.audience,
    }
  },
})

/** @throws InvalidIdentityToken, ExpiredTokenException, IDPCommunicationError */
function identityOf(
  { RoleArn, RoleSessionName, WebIdentityToken, ProviderId }: AssumeRoleWithWebIdentityRequest,
  { db, ports, wallNow }: Call,
): { identity: FederatedIdentity; claims: Claims } {
  // An OAuth 2.0 access token only means something to the provider that gave it out.
  if (ProviderId !== undefined) {
    throw idpUnreachable(`${ProviderId} cannot be reached: there is no network here.`)
  }
  const account = /^arn:aws[\w-]*:iam::(\d{12}):role\/./.exec(RoleArn!)?.[1]
  if (account === undefined) throw invalidRoleArn(RoleArn!)
  const token = readToken(WebIdentityToken!)
  const { claims } = token
  const url = claims.iss.replace(/^https:\/\//, '')
  const providerArn = `arn:aws:iam::${account}:oidc-provider/${url}`
  const provider = ports.identityProviders?.findOpenIdConnect(db, providerArn)
  if (!provider) {
    throw invalidIdentityToken(`No OpenIDConnect provider found in your account for ${claims.iss}`)
  }
  verifyToken(token, provider, wallNow)
  const identity: FederatedIdentity = {
    action: 'sts:AssumeRoleWithWebIdentity',
    providerArn,
    subject: claims.sub,
    sessionName: RoleSessionName!,
    context: {
      [`${url}:sub`]: claims.sub,
      [`${url}:aud`]: claims.audience,
      ...(claims.originalAudience !== undefined && { [`${url}:oaud`]: claims.originalAudience }),
      ...(isTexts(claims.all['amr']) && { [`${url}:amr`]: claims.all['amr'] }),
    },
    ...passedWith(claims),
  }
  return { identity, claims }
}

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string')

/**
 * Tags and a source identity come in claims of AWS's own.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_adding-assume-role-idp
 */
function passedWith({
  all,
}: Claims): Pick<FederatedIdentity, 'tags' | 'transitiveTagKeys' | 'sourceIdentity'> {
  const claim = all['https://aws.amazon.com/tags'] as
    | { principal_tags?: Record<string, unknown>; transitive_tag_keys?: unknown }
    | undefined
  const sourceIdentity = all['https://aws.amazon.com/source_identity']
  const tags = Object.entries(claim?.principal_tags ?? {}).flatMap(([key, value]) => {
    const text: unknown = Array.isArray(value) ? value[0] : value
    return typeof text === 'string' ? [[key, text] as const] : []
  })
  const transitive = claim?.transitive_tag_keys
  return {
    tags: Object.fromEntries(tags),
    transitiveTagKeys: isTexts(transitive) ? transitive : [],
    ...(typeof sourceIdentity === 'string' && { sourceIdentity }),
  }
}
