import { CreateSAMLProviderCommand, IAMClient, ListUsersCommand } from '@aws-sdk/client-iam'
import { AssumeRoleWithSAMLCommand, STSClient } from '@aws-sdk/client-sts'
import { SignedXml } from 'xml-crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'
import { allow, policy } from '../iam/callers.ts'
import { account, asSession, makeRole, roleArn } from './roles.ts'
import { newSigner, type Signer } from './signers.ts'

const issuer = 'https://idp.example.com/saml'
const providerArn = `arn:aws:iam::${account}:saml-provider/School`
const attributes = 'https://aws.amazon.com/SAML/Attributes/'

let ours: Signer
let theirs: Signer
let emulator: TestEmulator
let iam: IAMClient

beforeAll(async () => {
  ours = newSigner()
  theirs = newSigner()
  emulator = await startTestEmulator()
  iam = emulator.client(IAMClient)
})
beforeEach(async () => {
  emulator.reset()
  const certificate = ours.certificate.replaceAll(/-----[^-]+-----|\s/g, '')
  // IAM takes no metadata of less than 1,000 characters.
  await iam.send(
    new CreateSAMLProviderCommand({
      Name: 'School',
      SAMLMetadataDocument: `<?xml version="1.0"?>
<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${issuer}">
  <md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">
    <md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data>
      <ds:X509Certificate>${certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
    <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="${issuer}/sso"/>
  </md:IDPSSODescriptor>
</md:EntityDescriptor>`,
    }),
  )
  await makeRole(iam, 'pupil', trustOf(), allow('iam:ListUsers'))
})
afterAll(() => emulator.close())

const trustOf = (Condition?: object) =>
  policy({
    Effect: 'Allow',
    Principal: { Federated: providerArn },
    Action: ['sts:AssumeRoleWithSAML', 'sts:TagSession'],
    ...(Condition && { Condition }),
  })

interface Facts {
  issuer?: string
  audience?: string
  minutes?: number
  role?: string
  session?: string
  more?: string
  signer?: Signer
}

const attribute = (name: string, value: string) =>
  `<saml:Attribute Name="${attributes}${name}"><saml:AttributeValue>${value}</saml:AttributeValue></saml:Attribute>`

/** A response as an identity provider posts it, with a signed assertion. */
function response(facts: Facts = {}): string {
  const { minutes = 5, role = 'pupil', session = 'ann@school.example', more = '' } = facts
  const at = (offset: number) => new Date(Date.now() + offset * 60_000).toISOString()
  const assertion = `<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="_a1" Version="2.0" IssueInstant="${at(0)}">
<saml:Issuer>${facts.issuer ?? issuer}</saml:Issuer>
<saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">ann</saml:NameID>
<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData NotOnOrAfter="${at(minutes)}" Recipient="https://signin.aws.amazon.com/saml"/></saml:SubjectConfirmation></saml:Subject>
<saml:Conditions NotBefore="${at(minutes - 6)}" NotOnOrAfter="${at(minutes)}"><saml:AudienceRestriction><saml:Audience>${facts.audience ?? 'https://signin.aws.amazon.com/saml'}</saml:Audience></saml:AudienceRestriction></saml:Conditions>
<saml:AttributeStatement>${attribute('Role', `${roleArn(role)},${providerArn}`)}${session && attribute('RoleSessionName', session)}${more}</saml:AttributeStatement>
</saml:Assertion>`
  const document = `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" ID="_r1" Version="2.0">${assertion}</samlp:Response>`
  return Buffer.from(signed(document, facts.signer ?? ours)).toString('base64')
}

function signed(document: string, { key, certificate }: Signer): string {
  const signature = new SignedXml({
    privateKey: key,
    publicCert: certificate,
    signatureAlgorithm: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    canonicalizationAlgorithm: 'http://www.w3.org/2001/10/xml-exc-c14n#',
  })
  signature.addReference({
    xpath: "//*[local-name(.)='Assertion']",
    digestAlgorithm: 'http://www.w3.org/2001/04/xmlenc#sha256',
    transforms: [
      'http://www.w3.org/2000/09/xmldsig#enveloped-signature',
      'http://www.w3.org/2001/10/xml-exc-c14n#',
    ],
  })
  signature.computeSignature(document, {
    location: {
      reference: "//*[local-name(.)='Assertion']/*[local-name(.)='Issuer']",
      action: 'after',
    },
  })
  return signature.getSignedXml()
}

const federate = (SAMLAssertion: string, more: object = {}) =>
  emulator.client(STSClient).send(
    new AssumeRoleWithSAMLCommand({
      RoleArn: roleArn('pupil'),
      PrincipalArn: providerArn,
      SAMLAssertion,
      ...more,
    }),
  )

const invalid = (message: unknown) => ({
  name: 'InvalidIdentityTokenException',
  message,
  $metadata: { httpStatusCode: 400 },
})
const badSignature = invalid('Response signature invalid')

/** Changes the text of a response after it was signed. */
const changed = (encoded: string, change: (xml: string) => string) =>
  Buffer.from(change(Buffer.from(encoded, 'base64').toString())).toString('base64')

describe('AssumeRoleWithSAML', () => {
  test('gives the role to whoever shows an assertion that the provider signed', async () => {
    const answer = await federate(response())
    expect(answer).toMatchObject({
      Subject: 'ann',
      SubjectType: 'persistent',
      Issuer: issuer,
      Audience: 'https://signin.aws.amazon.com/saml',
      AssumedRoleUser: {
        Arn: `arn:aws:sts::${account}:assumed-role/pupil/ann@school.example`,
      },
    })
    expect(answer.NameQualifier).toMatch(/^[A-Za-z0-9+/]{27}=$/)
    const session = asSession(answer.Credentials!)
    await emulator.client(IAMClient, session).send(new ListUsersCommand({}))
  })

  test('refuses what somebody else signed, nobody signed or somebody changed', async () => {
    await expect(federate(response({ signer: theirs }))).rejects.toMatchObject(badSignature)
    await expect(
      federate(changed(response(), (xml) => xml.replace(/<Signature.*<\/Signature>/s, ''))),
    ).rejects.toMatchObject(badSignature)
    await expect(
      federate(changed(response(), (xml) => xml.replace('>ann<', '>bob<'))),
    ).rejects.toMatchObject(badSignature)
    await expect(federate('not XML at all')).rejects.toMatchObject(
      invalid('Invalid base64 SAMLResponse'),
    )
  })

  test('reads only the signed assertion, whatever is wrapped around it', async () => {
    await makeRole(iam, 'teacher', trustOf())
    const wrapped = changed(response(), (xml) => {
      const forged = Buffer.from(response({ role: 'teacher', signer: theirs }), 'base64')
        .toString()
        .replace(/<Signature.*<\/Signature>/s, '')
        .replace('_a1', '_evil')
      const assertion = /<saml:Assertion.*<\/saml:Assertion>/s.exec(forged)![0]
      return xml.replace('<saml:Assertion', `${assertion}<saml:Assertion`)
    })
    await expect(federate(wrapped, { RoleArn: roleArn('teacher') })).rejects.toMatchObject({
      name: 'AccessDenied',
      message: 'Not authorized to perform sts:AssumeRoleWithSAML',
    })
  })

  test('refuses assertions of other issuers, for others, about other roles, and late ones', async () => {
    await expect(federate(response({ issuer: 'https://evil.example.com' }))).rejects.toMatchObject(
      invalid('Issuer not present in specified provider'),
    )
    await expect(federate(response({ audience: 'https://other.example' }))).rejects.toMatchObject(
      invalid('Response does not contain the required audience.'),
    )
    await expect(federate(response({ role: 'other' }))).rejects.toMatchObject({
      name: 'AccessDenied',
      message: 'Not authorized to perform sts:AssumeRoleWithSAML',
      $metadata: { httpStatusCode: 403 },
    })
    await expect(federate(response({ minutes: -1 }))).rejects.toMatchObject({
      name: 'ExpiredTokenException',
    })
    await expect(federate(response({ session: '' }))).rejects.toMatchObject(
      invalid('RoleSessionName is required in AuthnResponse'),
    )
    const PrincipalArn = `arn:aws:iam::${account}:saml-provider/Other`
    await expect(federate(response(), { PrincipalArn })).rejects.toMatchObject(
      invalid("Specified provider doesn't exist"),
    )
  })

  test('asks the trust policy, with what the assertion says, and passes its tags', async () => {
    const blue = attribute('PrincipalTag:team', 'blue')
    const condition = {
      StringEquals: {
        'saml:aud': 'https://signin.aws.amazon.com/saml',
        'saml:sub': 'ann',
        'aws:RequestTag/team': 'blue',
      },
    }
    const byTag = policy({
      Effect: 'Allow',
      Action: 'iam:ListUsers',
      Resource: '*',
      Condition: { StringEquals: { 'aws:PrincipalTag/team': 'blue', 'saml:sub': 'ann' } },
    })
    await makeRole(iam, 'tagged', trustOf(condition), byTag)
    const RoleArn = roleArn('tagged')
    await expect(federate(response({ role: 'tagged' }), { RoleArn })).rejects.toMatchObject({
      name: 'AccessDenied',
    })
    const { Credentials } = await federate(response({ role: 'tagged', more: blue }), { RoleArn })
    await emulator.client(IAMClient, asSession(Credentials!)).send(new ListUsersCommand({}))
  })

  test.each([
    ['no XML', 'x'],
    ['broken XML', '<a><b></a>'],
    ['an empty element', '<a/>'],
    ['a document type', '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'],
    ['endless depth', '<a>'.repeat(20_000)],
    ['an empty signature', '<a><Signature xmlns="http://www.w3.org/2000/09/xmldsig#"/></a>'],
    [
      'a signature of nothing',
      '<a><Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignedInfo/><SignatureValue/></Signature></a>',
    ],
  ])('refuses %s as a response', async (_what, xml) => {
    await expect(federate(Buffer.from(xml).toString('base64'))).rejects.toMatchObject({
      name: 'InvalidIdentityTokenException',
      $metadata: { httpStatusCode: 400 },
    })
  })
})
