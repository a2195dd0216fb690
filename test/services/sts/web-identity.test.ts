import {
  createHmac,
  createPrivateKey,
  generateKeyPairSync,
  sign,
  X509Certificate,
  type KeyObject,
} from 'node:crypto'
import {
  CreateOpenIDConnectProviderCommand,
  IAMClient,
  ListUsersCommand,
} from '@aws-sdk/client-iam'
import {
  AssumeRoleWithWebIdentityCommand,
  GetCallerIdentityCommand,
  STSClient,
} from '@aws-sdk/client-sts'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'
import { allow, policy } from '../iam/callers.ts'
import { account, asSession, makeRole, roleArn } from './roles.ts'
import { newSigner } from './signers.ts'

const issuer = 'idp.example.com/school'
const providerArn = `arn:aws:iam::${account}:oidc-provider/${issuer}`
const audience = 'the-app'

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })

let emulator: TestEmulator
let iam: IAMClient
beforeAll(async () => {
  emulator = await startTestEmulator()
  iam = emulator.client(IAMClient)
})
beforeEach(async () => {
  emulator.reset()
  await iam.send(
    new CreateOpenIDConnectProviderCommand({
      Url: `https://${issuer}`,
      ClientIDList: [audience],
      ThumbprintList: ['a'.repeat(40)],
      Tags: [...keyTags('rsa', rsa.publicKey), ...keyTags('ec', ec.publicKey)],
    }),
  )
  await makeRole(iam, 'pupil', trustOf(), allow('iam:ListUsers'))
})
afterAll(() => emulator.close())

/** A public key as tags of at most 256 characters. */
function keyTags(name: string, key: KeyObject) {
  const text = key.export({ format: 'der', type: 'spki' }).toString('base64')
  return text.match(/.{1,256}/g)!.map((Value, index) => ({
    Key: `pocketcloud:key:${name}${index === 0 ? '' : `/${index + 1}`}`,
    Value,
  }))
}

const trustOf = (more: object = {}, Action: unknown = 'sts:AssumeRoleWithWebIdentity') =>
  policy({ Effect: 'Allow', Principal: { Federated: providerArn }, Action, ...more })

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

function token(claims: object = {}, { alg = 'RS256', key = rsa.privateKey, header = {} } = {}) {
  const now = Math.floor(Date.now() / 1000)
  const payload = {
    iss: `https://${issuer}`,
    sub: 'pupil-7',
    aud: audience,
    exp: now + 300,
    ...claims,
  }
  const signed = `${encode({ typ: 'JWT', alg, ...header })}.${encode(payload)}`
  const signature = sign(
    'sha256',
    Buffer.from(signed),
    alg.startsWith('ES') ? { key, dsaEncoding: 'ieee-p1363' } : key,
  )
  return `${signed}.${signature.toString('base64url')}`
}

/** Without any credentials, as the SDK's own provider does it. */
const federate = (WebIdentityToken: string, more: object = {}) =>
  emulator.client(STSClient).send(
    new AssumeRoleWithWebIdentityCommand({
      RoleArn: roleArn('pupil'),
      RoleSessionName: 'browser',
      WebIdentityToken,
      ...more,
    }),
  )

const refused = (name: string, message: unknown, httpStatusCode = 400) => ({
  name,
  message,
  $metadata: { httpStatusCode },
})
const notAuthorized = refused(
  'AccessDenied',
  'Not authorized to perform sts:AssumeRoleWithWebIdentity',
  403,
)

describe('AssumeRoleWithWebIdentity', () => {
  test('gives the role to whoever shows a token of the provider, without a signature', async () => {
    const answer = await federate(token())
    expect(answer).toMatchObject({
      SubjectFromWebIdentityToken: 'pupil-7',
      Audience: audience,
      Provider: providerArn,
      AssumedRoleUser: { Arn: `arn:aws:sts::${account}:assumed-role/pupil/browser` },
    })
    const session = asSession(answer.Credentials!)
    await emulator.client(IAMClient, session).send(new ListUsersCommand({}))
    const { Arn } = await emulator.client(STSClient, session).send(new GetCallerIdentityCommand({}))
    expect(Arn).toBe(answer.AssumedRoleUser!.Arn)
  })

  test('takes ECDSA signatures as well', async () => {
    const { Audience } = await federate(token({}, { alg: 'ES256', key: ec.privateKey }))
    expect(Audience).toBe(audience)
  })

  test('refuses tokens of other keys, changed ones and those that only say they are signed', async () => {
    const invalid = refused('InvalidIdentityTokenException', expect.stringContaining('signature'))
    const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
    await expect(federate(token({}, { key: other }))).rejects.toMatchObject(invalid)
    const [header, , signature] = token().split('.')
    const [, payload] = token({ sub: 'teacher' }).split('.')
    await expect(federate(`${header}.${payload}.${signature}`)).rejects.toMatchObject(invalid)
    const [, ours] = token().split('.')
    await expect(federate(`${encode({ alg: 'none' })}.${ours}.`)).rejects.toMatchObject(invalid)
    // The public key as the secret of an HMAC: who knows the key could sign.
    const secret = rsa.publicKey.export({ format: 'pem', type: 'spki' })
    const hmac = `${encode({ alg: 'HS256' })}.${ours}`
    const mac = createHmac('sha256', secret).update(hmac).digest('base64url')
    await expect(federate(`${hmac}.${mac}`)).rejects.toMatchObject(invalid)
  })

  test('refuses tokens for somebody else, of somebody else, and late ones', async () => {
    await expect(federate(token({ aud: 'other' }))).rejects.toMatchObject(
      refused('InvalidIdentityTokenException', 'Incorrect token audience'),
    )
    await expect(federate(token({ iss: 'https://evil.example.com' }))).rejects.toMatchObject(
      refused(
        'InvalidIdentityTokenException',
        'No OpenIDConnect provider found in your account for https://evil.example.com',
      ),
    )
    const past = Math.floor(Date.now() / 1000) - 1
    await expect(federate(token({ exp: past }))).rejects.toMatchObject(
      refused('ExpiredTokenException', expect.stringMatching(/^Token expired: /)),
    )
    await expect(federate('no.token')).rejects.toMatchObject(
      refused('InvalidIdentityTokenException', expect.stringContaining('is not a valid JWT')),
    )
  })

  test('asks the trust policy, with what the token says', async () => {
    const onlySeven = (sub: string) =>
      trustOf({
        Condition: { StringEquals: { [`${issuer}:sub`]: sub, [`${issuer}:aud`]: audience } },
      })
    await makeRole(iam, 'seven', onlySeven('pupil-7'))
    await makeRole(iam, 'eight', onlySeven('pupil-8'))
    await makeRole(iam, 'plain', trustOf({}, 'sts:AssumeRole'))
    await federate(token(), { RoleArn: roleArn('seven') })
    for (const name of ['eight', 'plain', 'missing']) {
      await expect(federate(token(), { RoleArn: roleArn(name) })).rejects.toMatchObject(
        notAuthorized,
      )
    }
  })

  test('passes tags and a source identity that the provider put into the token', async () => {
    const claims = {
      'https://aws.amazon.com/tags': {
        principal_tags: { team: ['blue'] },
        transitive_tag_keys: [],
      },
      'https://aws.amazon.com/source_identity': 'pupil-7',
    }
    await expect(federate(token(claims))).rejects.toMatchObject({ name: 'AccessDenied' })
    const byTag = policy({
      Effect: 'Allow',
      Action: 'iam:ListUsers',
      Resource: '*',
      Condition: {
        StringEquals: {
          'aws:PrincipalTag/team': 'blue',
          'aws:SourceIdentity': 'pupil-7',
          'aws:FederatedProvider': providerArn,
        },
      },
    })
    const actions = ['sts:AssumeRoleWithWebIdentity', 'sts:TagSession', 'sts:SetSourceIdentity']
    await makeRole(iam, 'tagged', trustOf({}, actions), byTag)
    const answer = await federate(token(claims), { RoleArn: roleArn('tagged') })
    expect(answer.SourceIdentity).toBe('pupil-7')
    const session = asSession(answer.Credentials!)
    await emulator.client(IAMClient, session).send(new ListUsersCommand({}))
  })

  test('believes a certificate that the token brings along only where it is a thumbprint of the provider', async () => {
    const signer = newSigner()
    const certificate = new X509Certificate(signer.certificate)
    const url = 'certified.example.com'
    await iam.send(
      new CreateOpenIDConnectProviderCommand({
        Url: `https://${url}`,
        ClientIDList: [audience],
        ThumbprintList: [certificate.fingerprint.replaceAll(':', '')],
      }),
    )
    const Principal = { Federated: `arn:aws:iam::${account}:oidc-provider/${url}` }
    await makeRole(iam, 'certified', trustOf({ Principal }))
    const by = ({ key, certificate: pem }: typeof signer) =>
      token(
        { iss: `https://${url}` },
        {
          key: createPrivateKey(key),
          header: { x5c: [new X509Certificate(pem).raw.toString('base64')] },
        },
      )
    const RoleArn = roleArn('certified')
    const { Provider } = await federate(by(signer), { RoleArn })
    expect(Provider).toBe(Principal.Federated)
    await expect(federate(by(newSigner()), { RoleArn })).rejects.toMatchObject({
      name: 'InvalidIdentityTokenException',
    })
  })

  test.each([
    ['nothing between its dots', '....'],
    ['no JSON', 'a.b.c'],
    ['a list', `${encode([])}.${encode([])}.x`],
    ['no claims', `${encode({ alg: 'RS256' })}.${encode({})}.x`],
    [
      'claims of other types',
      `${encode({ alg: 1 })}.${encode({ iss: 1, sub: [], aud: {}, exp: '' })}.x`,
    ],
    [
      'a key of its own',
      `${encode({ alg: 'RS256', x5c: ['x'], jwk: {} })}.${encode({ iss: `https://${issuer}`, sub: 'a', aud: audience, exp: 1 })}.x`,
    ],
  ])('refuses a token with %s', async (_what, text) => {
    await expect(federate(text)).rejects.toMatchObject({
      name: 'InvalidIdentityTokenException',
      $metadata: { httpStatusCode: 400 },
    })
  })

  test('says that it knows no key of a provider that was registered without one', async () => {
    await iam.send(
      new CreateOpenIDConnectProviderCommand({
        Url: 'https://keyless.example.com',
        ClientIDList: [audience],
      }),
    )
    await expect(federate(token({ iss: 'https://keyless.example.com' }))).rejects.toMatchObject(
      refused(
        'InvalidIdentityTokenException',
        expect.stringContaining("Couldn't retrieve verification key from your identity provider"),
      ),
    )
  })

  test('no other call of STS goes without a signature', async () => {
    const answer = await fetch(emulator.url, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'Action=GetCallerIdentity&Version=2011-06-15',
    })
    expect(answer.status).toBe(403)
    expect(await answer.text()).toContain('<Code>MissingAuthenticationToken</Code>')
  })
})
