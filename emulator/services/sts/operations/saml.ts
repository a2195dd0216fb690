import { hash } from 'node:crypto'
import type { AssumeRoleWithSAMLRequest, AssumeRoleWithSAMLResponse } from '@aws-sdk/client-sts'
import { operation, type Call } from '../../../operation.ts'
import { startRoleSession } from '../assumed-roles.ts'
import { invalidIdentityToken, notTheRolesAssertion } from '../errors.ts'
import {
  federatedFacts,
  federatedPermissions,
  type FederatedIdentity,
} from '../federated-callers.ts'
import { readAssertion, type Assertion } from '../saml-assertion.ts'

const attributePrefix = 'https://aws.amazon.com/SAML/Attributes/'
const tagPrefix = `${attributePrefix}PrincipalTag:`
const defaultDuration = 3600

/** Whoever shows a provider's assertion needs no signature. https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithSAML.html */
export const AssumeRoleWithSAML = operation<AssumeRoleWithSAMLRequest, AssumeRoleWithSAMLResponse>({
  anonymous: true,
  authorize: (input, call) =>
    federatedPermissions(call, input.RoleArn!, identityOf(input, call).identity),
  run(input, call) {
    const { identity, assertion } = identityOf(input, call)
    const session = startRoleSession(
      call,
      {
        ...input,
        RoleSessionName: identity.sessionName,
        DurationSeconds: durationOf(input, assertion, call.wallNow),
      },
      federatedFacts(identity),
    )
    return {
      ...session,
      Subject: assertion.subject,
      SubjectType: assertion.subjectType,
      Issuer: assertion.issuer,
      Audience: assertion.recipient,
      NameQualifier: nameQualifier(assertion.issuer, input.PrincipalArn!),
    }
  },
})

/** What is asked for, but no longer than the provider's own session. */
function durationOf(
  { DurationSeconds = defaultDuration }: AssumeRoleWithSAMLRequest,
  { sessionNotOnOrAfter }: Assertion,
  wallNow: number,
): number {
  if (sessionNotOnOrAfter === undefined) return DurationSeconds
  return Math.max(1, Math.min(DurationSeconds, Math.floor((sessionNotOnOrAfter - wallNow) / 1000)))
}

/** `BASE64 ( SHA1 ( "https://example.com/saml" + "123456789012" + "/MySAMLIdP" ) )` */
function nameQualifier(issuer: string, providerArn: string): string {
  const [account, name] = [providerArn.split(':')[4], providerArn.split('/').at(-1)]
  return hash('sha1', `${issuer}${account}/${name}`, 'base64')
}

/** @throws InvalidIdentityToken, ExpiredTokenException, AccessDenied */
function identityOf(
  { RoleArn, PrincipalArn, SAMLAssertion }: AssumeRoleWithSAMLRequest,
  { db, ports, wallNow }: Call,
): { identity: FederatedIdentity; assertion: Assertion } {
  const provider = ports.identityProviders?.findSaml(db, PrincipalArn!)
  if (!provider) throw invalidIdentityToken("Specified provider doesn't exist")
  const assertion = readAssertion(SAMLAssertion!, provider, wallNow)
  const { attributes } = assertion
  const valueOf = (name: string) => attributes.get(attributePrefix + name)?.[0]
  const pairs = (attributes.get(`${attributePrefix}Role`) ?? []).map((pair) =>
    pair.split(',').map((arn) => arn.trim()),
  )
  if (!pairs.some((pair) => pair.includes(RoleArn!) && pair.includes(PrincipalArn!))) {
    throw notTheRolesAssertion()
  }
  const sessionName = valueOf('RoleSessionName')
  if (!sessionName) throw invalidIdentityToken('RoleSessionName is required in AuthnResponse')
  if (!/^[a-zA-Z_0-9+=,.@-]{2,64}$/.test(sessionName)) {
    throw invalidIdentityToken(
      'RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}',
    )
  }
  const tags = [...attributes].flatMap(([name, values]) =>
    name.startsWith(tagPrefix) ? [[name.slice(tagPrefix.length), values[0] ?? ''] as const] : [],
  )
  const identity: FederatedIdentity = {
    action: 'sts:AssumeRoleWithSAML',
    providerArn: PrincipalArn!,
    subject: assertion.subject,
    sessionName,
    context: {
      'saml:aud': assertion.recipient,
      'saml:iss': assertion.issuer,
      'saml:sub': assertion.subject,
      'saml:sub_type': assertion.subjectType,
      'saml:namequalifier': nameQualifier(assertion.issuer, PrincipalArn!),
      'saml:doc': `${PrincipalArn!.split(':')[4]}/${PrincipalArn!.split('/').at(-1)}`,
    },
    tags: Object.fromEntries(tags),
    transitiveTagKeys: attributes.get(`${attributePrefix}TransitiveTagKeys`) ?? [],
    sourceIdentity: valueOf('SourceIdentity'),
  }
  return { identity, assertion }
}
