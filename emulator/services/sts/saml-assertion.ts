import { createRequire } from 'node:module'
import type Xmldom from '@xmldom/xmldom'
import type XmlCrypto from 'xml-crypto'
import type { SamlProvider } from '../../ports.ts'
import { expiredIdentityToken, invalidIdentityToken } from './errors.ts'

/** What a provider's signed assertion says. */
export interface Assertion {
  readonly issuer: string
  readonly subject: string
  /** The name id's format, without the prefix that SAML's own formats have. */
  readonly subjectType: string
  /** Where the assertion was to be sent. */
  readonly recipient: string
  /** Attribute values by the attribute's name. */
  readonly attributes: ReadonlyMap<string, readonly string[]>
  /** Until when it may be shown, ms since the epoch. */
  readonly notOnOrAfter: number
  /** When sessions made by it end at the latest, ms since the epoch. */
  readonly sessionNotOnOrAfter: number | undefined
}

/** Who never federates by SAML need not load these. */
const load = createRequire(import.meta.url)

const samlNamespace = 'urn:oasis:names:tc:SAML:2.0:assertion'
const protocolNamespace = 'urn:oasis:names:tc:SAML:2.0:protocol'
const signatureNamespace = 'http://www.w3.org/2000/09/xmldsig#'
const formatPrefix = 'urn:oasis:names:tc:SAML:2.0:nameid-format:'
const audiences = new Set(['https://signin.aws.amazon.com/saml', 'urn:amazon:webservices'])

const unreadable = () => invalidIdentityToken('Invalid base64 SAMLResponse')
const badSignature = () => invalidIdentityToken('Response signature invalid')

/**
 * Reads a SAML response, believing only what a certificate of the provider signed: the whole response or its assertion.
 * Everything is read from the signed text itself, so that what was put around it counts for nothing.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml_assertions.html
 *
 * @param encoded the response, XML in base 64
 * @param wallNow ms since the epoch: providers outside know no other time
 * @throws InvalidIdentityToken, ExpiredTokenException
 */
export function readAssertion(encoded: string, provider: SamlProvider, wallNow: number): Assertion {
  const xml = Buffer.from(encoded, 'base64').toString('utf8')
  if (!xml.includes('<') || /<!(?:DOCTYPE|ENTITY)/i.test(xml) || isDeep(xml)) throw unreadable()
  const assertion = signedAssertion(xml, provider)
  const issuer = textOf(child(assertion, 'Issuer'))
  if (issuer !== provider.issuer) {
    throw invalidIdentityToken('Issuer not present in specified provider')
  }
  const conditions = child(assertion, 'Conditions')
  const wanted = all(conditions, 'Audience').map(textOf)
  if (!wanted.some((audience) => audiences.has(audience))) {
    throw invalidIdentityToken('Response does not contain the required audience.')
  }
  const subject = child(assertion, 'Subject')
  const nameId = child(subject, 'NameID')
  const confirmation = all(subject, 'SubjectConfirmationData')[0]
  if (!nameId || !confirmation) throw invalidIdentityToken('Subject is required in AuthnResponse')
  const ends = [conditions, confirmation].map((element) => timeOf(element, 'NotOnOrAfter'))
  const notOnOrAfter = Math.min(...ends.map((end) => end ?? Infinity))
  const notBefore = timeOf(conditions, 'NotBefore')
  if (wallNow >= notOnOrAfter || (notBefore !== undefined && wallNow < notBefore - clockSkew)) {
    throw expiredIdentityToken('Token must be redeemed within 5 minutes of issuance')
  }
  return {
    issuer,
    subject: textOf(nameId),
    subjectType: (nameId.getAttribute('Format') ?? '').replace(formatPrefix, ''),
    recipient: confirmation.getAttribute('Recipient') ?? '',
    attributes: new Map(
      all(assertion, 'Attribute').map((attribute) => [
        attribute.getAttribute('Name') ?? '',
        all(attribute, 'AttributeValue').map(textOf),
      ]),
    ),
    notOnOrAfter,
    sessionNotOnOrAfter: timeOf(child(assertion, 'AuthnStatement'), 'SessionNotOnOrAfter'),
  }
}

const deepest = 64

/** Elements in elements without end are read by recursion, which has one. */
function isDeep(xml: string): boolean {
  let depth = 0
  for (const [tag] of xml.matchAll(/<[^!?][^>]*>/g)) {
    if (tag.startsWith('</')) depth -= 1
    else if (!tag.endsWith('/>')) depth += 1
    if (depth > deepest) return true
  }
  return false
}

/** Clocks of two machines differ. */
const clockSkew = 300_000

function signedAssertion(xml: string, { certificates }: SamlProvider): Element {
  const { SignedXml } = load('xml-crypto') as typeof XmlCrypto
  const document = parse(xml)
  const signatures = Array.from(
    document.getElementsByTagNameNS(signatureNamespace, 'Signature'),
  ).slice(0, 2)
  for (const signature of signatures) {
    for (const certificate of certificates) {
      // The certificate that the response brings along proves nothing: only the provider's own count.
      const signed = new SignedXml({
        publicCert: certificate.toString(),
        getCertFromKeyInfo: () => null,
      })
      const found = verified(() => {
        signed.loadSignature(signature)
        return signed.checkSignature(xml) ? signed.getSignedReferences() : []
      })
      for (const text of found) {
        const assertion = assertionIn(parse(text).documentElement)
        if (assertion) return assertion
      }
    }
  }
  throw badSignature()
}

/** What xml-crypto throws at a signature that it cannot read is one more signature that proves nothing. */
function verified(check: () => readonly string[]): readonly string[] {
  try {
    return check()
  } catch {
    return []
  }
}

function assertionIn(root: Element): Element | undefined {
  if (root.namespaceURI === samlNamespace && root.localName === 'Assertion') return root
  if (root.namespaceURI !== protocolNamespace || root.localName !== 'Response') return undefined
  const assertions = elements(root).filter(
    ({ namespaceURI, localName }) => namespaceURI === samlNamespace && localName === 'Assertion',
  )
  return assertions.length === 1 ? assertions[0] : undefined
}

/** The little of the DOM that is needed; Node's types have none. */
interface Element {
  readonly namespaceURI: string | null
  readonly localName: string
  readonly textContent: string | null
  readonly childNodes: ArrayLike<{ readonly nodeType: number }>
  getAttribute(name: string): string | null
  getElementsByTagNameNS(namespace: string, name: string): ArrayLike<unknown>
}

function parse(xml: string) {
  const { DOMParser } = load('@xmldom/xmldom') as typeof Xmldom
  const refuse = () => {
    throw unreadable()
  }
  const document = new DOMParser({
    errorHandler: { warning: () => {}, error: refuse, fatalError: refuse },
  }).parseFromString(xml, 'text/xml') as ReturnType<
    InstanceType<typeof DOMParser>['parseFromString']
  > | null
  if (!document?.documentElement) throw unreadable()
  return document
}

const elementNode = 1

const elements = (parent: Element): Element[] =>
  Array.from(parent.childNodes).filter(
    ({ nodeType }) => nodeType === elementNode,
  ) as unknown as Element[]

const child = (parent: Element | undefined, name: string): Element | undefined =>
  parent &&
  elements(parent).find(
    ({ namespaceURI, localName }) => namespaceURI === samlNamespace && localName === name,
  )

const all = (parent: Element | undefined, name: string): Element[] =>
  parent ? (Array.from(parent.getElementsByTagNameNS(samlNamespace, name)) as Element[]) : []

const textOf = (element: Element | undefined): string => element?.textContent?.trim() ?? ''

function timeOf(element: Element | undefined, name: string): number | undefined {
  const text = element?.getAttribute(name)
  const time = text ? Date.parse(text) : NaN
  return Number.isNaN(time) ? undefined : time
}
