import {
  CreateUserCommand,
  DeleteServerCertificateCommand,
  GetServerCertificateCommand,
  IAMClient,
  ListServerCertificatesCommand,
  ListServerCertificateTagsCommand,
  TagServerCertificateCommand,
  UntagServerCertificateCommand,
  UpdateServerCertificateCommand,
  UploadServerCertificateCommand,
} from '@aws-sdk/client-iam'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'
import {
  expiredCertificate,
  expiredKey,
  leafCertificate,
  leafKey,
  otherCertificate,
  otherKey,
  rootCertificate,
} from './certificates-in-pem.ts'

let emulator: TestEmulator
let iam: IAMClient
beforeAll(async () => {
  emulator = await startTestEmulator()
  iam = emulator.client(IAMClient)
})
beforeEach(async () => {
  emulator.reset()
  await iam.send(new CreateUserCommand({ UserName: 'alice' }))
})
afterAll(() => emulator.close())

describe('UploadServerCertificate', () => {
  const upload = (rest: object = {}) =>
    iam.send(
      new UploadServerCertificateCommand({
        ServerCertificateName: 'www',
        CertificateBody: leafCertificate,
        PrivateKey: leafKey,
        ...rest,
      }),
    )

  test('keeps a certificate with its chain, and never shows the key', async () => {
    const { ServerCertificateMetadata } = await upload({
      Path: '/cloudfront/',
      CertificateChain: rootCertificate,
    })
    expect(ServerCertificateMetadata).toMatchObject({
      ServerCertificateName: 'www',
      Path: '/cloudfront/',
      Arn: 'arn:aws:iam::123456789012:server-certificate/cloudfront/www',
      ServerCertificateId: expect.stringMatching(/^ASCA[A-Z2-7]{17}$/),
    })
    expect(ServerCertificateMetadata!.Expiration!.getUTCFullYear()).toBe(2126)
    const answer = await iam.send(new GetServerCertificateCommand({ ServerCertificateName: 'WWW' }))
    expect(answer.ServerCertificate).toMatchObject({
      CertificateBody: leafCertificate.trim(),
      CertificateChain: rootCertificate.trim(),
    })
    expect(JSON.stringify(answer)).not.toContain('PRIVATE KEY')
  })

  test.each([
    [
      'no certificate',
      { CertificateBody: 'x' },
      'Unable to parse certificate. Please ensure the certificate is in PEM format.',
    ],
    [
      'two certificates',
      { CertificateBody: leafCertificate + rootCertificate },
      'Unable to parse certificate. Please ensure the certificate is in PEM format.',
    ],
    [
      'no key',
      { PrivateKey: 'x' },
      'Unable to parse private key. Please ensure the private key is in PEM format.',
    ],
    [
      'an expired certificate',
      { CertificateBody: expiredCertificate, PrivateKey: expiredKey },
      "Certificate is no longer valid. The 'Not After' date restriction on the certificate has passed.",
    ],
    [
      'a chain of another authority',
      { CertificateChain: otherCertificate },
      /must start with the immediate signing certificate.* The index within the chain of the invalid certificate is: -1$/,
    ],
    [
      'a chain that goes back to the certificate',
      { CertificateChain: rootCertificate + leafCertificate },
      /The index within the chain of the invalid certificate is: 1$/,
    ],
  ])('refuses %s', async (_, parts, message) => {
    await expect(upload(parts)).rejects.toMatchObject({ name: 'MalformedCertificateException' })
    await expect(upload(parts)).rejects.toThrow(message)
  })

  test('refuses a key of another certificate', async () => {
    await expect(upload({ PrivateKey: otherKey })).rejects.toMatchObject({
      name: 'KeyPairMismatchException',
      $metadata: { httpStatusCode: 400 },
    })
  })

  test('refuses a name that is taken, also in another case', async () => {
    await upload()
    await expect(upload({ ServerCertificateName: 'WWW' })).rejects.toThrow(
      'The Server Certificate with name WWW already exists.',
    )
  })

  test('goes by virtual time: a certificate may have expired by then', async () => {
    await emulator.advance(101 * 365 * 24 * 3600 * 1000)
    await expect(upload()).rejects.toThrow(/is no longer valid/)
  })

  test('refuses the twenty-first', async () => {
    for (let n = 1; n <= 20; n++) await upload({ ServerCertificateName: `c${n}` })
    await expect(upload()).rejects.toThrow(
      'Cannot exceed quota for ServerCertificatesPerAccount: 20',
    )
  })

  test('lists by path and in pages', async () => {
    for (const name of ['a', 'b', 'c']) {
      await upload({ ServerCertificateName: name, Path: name === 'c' ? '/x/' : '/' })
    }
    const page = await iam.send(new ListServerCertificatesCommand({ MaxItems: 2 }))
    expect(page).toMatchObject({ IsTruncated: true })
    const rest = await iam.send(new ListServerCertificatesCommand({ Marker: page.Marker }))
    expect(rest.ServerCertificateMetadataList).toMatchObject([{ ServerCertificateName: 'c' }])
    const inPath = await iam.send(new ListServerCertificatesCommand({ PathPrefix: '/x/' }))
    expect(inPath.ServerCertificateMetadataList).toHaveLength(1)
  })

  test('renames, moves and deletes', async () => {
    await upload()
    await iam.send(
      new UpdateServerCertificateCommand({
        ServerCertificateName: 'www',
        NewServerCertificateName: 'web',
        NewPath: '/x/',
      }),
    )
    const { ServerCertificate } = await iam.send(
      new GetServerCertificateCommand({ ServerCertificateName: 'web' }),
    )
    expect(ServerCertificate!.ServerCertificateMetadata!.Arn).toMatch(/server-certificate\/x\/web$/)
    await iam.send(new DeleteServerCertificateCommand({ ServerCertificateName: 'web' }))
    await expect(
      iam.send(new DeleteServerCertificateCommand({ ServerCertificateName: 'web' })),
    ).rejects.toMatchObject({
      name: 'NoSuchEntityException',
      message: 'The Server Certificate with name web cannot be found.',
    })
  })

  test('has tags', async () => {
    const { Tags } = await upload({ Tags: [{ Key: 'a', Value: '1' }] })
    expect(Tags).toEqual([{ Key: 'a', Value: '1' }])
    const on = { ServerCertificateName: 'www' }
    await iam.send(new TagServerCertificateCommand({ ...on, Tags: [{ Key: 'b', Value: '2' }] }))
    await iam.send(new UntagServerCertificateCommand({ ...on, TagKeys: ['a'] }))
    const listed = await iam.send(new ListServerCertificateTagsCommand(on))
    expect(listed.Tags).toEqual([{ Key: 'b', Value: '2' }])
    await expect(
      iam.send(new UntagServerCertificateCommand({ ...on, TagKeys: [] })),
    ).rejects.toMatchObject({ name: 'InvalidInputException' })
  })
})
