import { generateKeyPairSync } from 'node:crypto'
import {
  CreateSAMLProviderCommand,
  DeleteSAMLProviderCommand,
  GetSAMLProviderCommand,
  IAMClient,
  ListSAMLProvidersCommand,
  ListSAMLProviderTagsCommand,
  TagSAMLProviderCommand,
  UntagSAMLProviderCommand,
  UpdateSAMLProviderCommand,
} from '@aws-sdk/client-iam'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'
import { rootCertificate } from './certificates-in-pem.ts'

let emulator: TestEmulator
let iam: IAMClient
beforeAll(async () => {
  emulator = await startTestEmulator()
  iam = emulator.client(IAMClient)
})
beforeEach(() => emulator.reset())
afterAll(() => emulator.close())

describe('SAML providers', () => {
  const certificate = rootCertificate.replaceAll(/-----[^-]+-----|\s/g, '')
  const metadata = ({
    entity = 'https://idp.example.com/',
    key = certificate,
    prefix = '',
  } = {}) => {
    const name = (text: string) => (prefix ? `${prefix}:${text}` : text)
    const namespace = `xmlns${prefix && `:${prefix}`}="urn:oasis:names:tc:SAML:2.0:metadata"`
    return (
      `<${name('EntityDescriptor')} ${namespace} entityID="${entity}">` +
      `<${name('IDPSSODescriptor')} protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">` +
      `<${name('KeyDescriptor')} use="signing"><KeyInfo xmlns="http://www.w3.org/2000/09/xmldsig#">` +
      `<X509Data><X509Certificate>${key}</X509Certificate></X509Data></KeyInfo></${name('KeyDescriptor')}>` +
      `</${name('IDPSSODescriptor')}></${name('EntityDescriptor')}>${' '.repeat(1000)}`
    )
  }
  const privateKey = () =>
    generateKeyPairSync('rsa', { modulusLength: 2048 })
      .privateKey.export({ type: 'pkcs8', format: 'pem' })
      .toString()

  const create = async (SAMLMetadataDocument = metadata(), rest = {}) => {
    const answer = await iam.send(
      new CreateSAMLProviderCommand({ Name: 'idp', SAMLMetadataDocument, ...rest }),
    )
    return answer.SAMLProviderArn!
  }
  const get = (SAMLProviderArn: string) => iam.send(new GetSAMLProviderCommand({ SAMLProviderArn }))
  const update = (SAMLProviderArn: string, rest: object) =>
    iam.send(new UpdateSAMLProviderCommand({ SAMLProviderArn, ...rest }))

  test('keep their metadata, and are valid for a hundred years', async () => {
    const arn = await create(metadata(), { Tags: [{ Key: 'k', Value: 'v' }] })
    expect(arn).toBe('arn:aws:iam::123456789012:saml-provider/idp')
    const provider = await get(arn)
    expect(provider).toMatchObject({
      SAMLMetadataDocument: metadata(),
      SAMLProviderUUID: expect.stringMatching(/^SAMLSP[A-Z0-9]{16}$/),
      AssertionEncryptionMode: 'Allowed',
      PrivateKeyList: [],
      Tags: [{ Key: 'k', Value: 'v' }],
    })
    const years = provider.ValidUntil!.getUTCFullYear() - provider.CreateDate!.getUTCFullYear()
    expect(years).toBe(100)
  })

  test('may use a prefix for their elements, and stand among others', async () => {
    const among = `<EntitiesDescriptor>${metadata().trim()}</EntitiesDescriptor>${' '.repeat(1000)}`
    const arn = await create(among)
    expect(await get(arn)).toMatchObject({ SAMLMetadataDocument: among })
    expect(await create(metadata({ prefix: 'md' }), { Name: 'prefixed' })).toMatch(/prefixed$/)
  })

  test.each([
    ['no XML', 'x'.repeat(1000), 'Could not parse metadata'],
    [
      'another document',
      metadata().replaceAll('EntityDescriptor', 'Other'),
      'Could not parse metadata',
    ],
    ['no certificate', metadata({ key: 'a'.repeat(1200) }), 'Could not parse metadata'],
    [
      'no identity provider',
      `<EntityDescriptor entityID="x"/>${' '.repeat(1000)}`,
      'SAML Provider must reference at least one SAML assertion issuer.',
    ],
  ])('refuses metadata that is %s', async (_, document, message) => {
    await expect(create(document)).rejects.toMatchObject({ name: 'InvalidInputException', message })
  })

  test('refuses a name that is taken, and a document that is too short', async () => {
    await create()
    await expect(create()).rejects.toThrow('Provider with name idp already exists.')
    await expect(create('short')).rejects.toThrow(
      /Member must have length greater than or equal to 1000/,
    )
  })

  test('take one change or another', async () => {
    const arn = await create()
    await expect(update(arn, {})).rejects.toMatchObject({ name: 'ValidationError' })
    await expect(
      update(arn, { AddPrivateKey: 'x', RemovePrivateKey: 'x'.repeat(22) }),
    ).rejects.toMatchObject({ name: 'ValidationError' })
    const changed = metadata({ entity: 'https://new.example.com/' })
    await update(arn, { SAMLMetadataDocument: changed })
    expect(await get(arn)).toMatchObject({ SAMLMetadataDocument: changed })
  })

  test('require encryption only with a private key, of which they have two at most', async () => {
    const arn = await create()
    await expect(update(arn, { AssertionEncryptionMode: 'Required' })).rejects.toThrow(
      'Failed to set assertion encryption mode to Required because no private key is present.',
    )
    await expect(update(arn, { AddPrivateKey: 'nonsense' })).rejects.toMatchObject({
      name: 'InvalidInputException',
    })
    await update(arn, { AddPrivateKey: privateKey() })
    await update(arn, { AssertionEncryptionMode: 'Required' })
    await update(arn, { AddPrivateKey: privateKey() })
    await expect(update(arn, { AddPrivateKey: privateKey() })).rejects.toMatchObject({
      name: 'LimitExceededException',
      message: 'Private key limit of 2 is reached.',
    })
    const { PrivateKeyList } = await get(arn)
    const [first, second] = PrivateKeyList!.map(({ KeyId }) => KeyId)
    expect(first).toMatch(/^SAMLPK[A-Z0-9]{16}$/)
    await update(arn, { RemovePrivateKey: first })
    await expect(update(arn, { RemovePrivateKey: second })).rejects.toThrow(
      'Failed to remove private key.',
    )
  })

  test('are listed, tagged and deleted', async () => {
    const SAMLProviderArn = await create()
    const { SAMLProviderList } = await iam.send(new ListSAMLProvidersCommand({}))
    expect(SAMLProviderList).toMatchObject([{ Arn: SAMLProviderArn }])
    const Tags = [{ Key: 'a', Value: '1' }]
    await iam.send(new TagSAMLProviderCommand({ SAMLProviderArn, Tags }))
    const listed = () => iam.send(new ListSAMLProviderTagsCommand({ SAMLProviderArn }))
    expect(await listed()).toMatchObject({ Tags })
    await iam.send(new UntagSAMLProviderCommand({ SAMLProviderArn, TagKeys: ['a'] }))
    expect(await listed()).toMatchObject({ Tags: [] })
    await iam.send(new DeleteSAMLProviderCommand({ SAMLProviderArn }))
    await expect(get(SAMLProviderArn)).rejects.toMatchObject({
      name: 'NoSuchEntityException',
      message: `Manifest not found for arn ${SAMLProviderArn}`,
    })
  })

  test('leave no private key in the event history', async () => {
    await create(metadata(), { AddPrivateKey: privateKey() })
    const answer = await fetch(`${emulator.url}/_pocketcloud/events?operation=CreateSAMLProvider`)
    const text = await answer.text()
    expect(text).toContain('saml-provider/idp')
    expect(text).not.toContain('PRIVATE KEY')
  })
})
