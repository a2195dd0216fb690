import { createHash, generateKeyPairSync } from 'node:crypto'
import {
  CreateUserCommand,
  DeleteServerCertificateCommand,
  DeleteSigningCertificateCommand,
  DeleteSSHPublicKeyCommand,
  DeleteUserCommand,
  GetServerCertificateCommand,
  GetSSHPublicKeyCommand,
  IAMClient,
  ListServerCertificatesCommand,
  ListServerCertificateTagsCommand,
  ListSigningCertificatesCommand,
  ListSSHPublicKeysCommand,
  TagServerCertificateCommand,
  UntagServerCertificateCommand,
  UpdateServerCertificateCommand,
  UpdateSigningCertificateCommand,
  UpdateSSHPublicKeyCommand,
  UploadServerCertificateCommand,
  UploadSigningCertificateCommand,
  UploadSSHPublicKeyCommand,
  type StatusType,
} from '@aws-sdk/client-iam'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'
import { asRoot } from './callers.ts'
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

describe('Signing certificates', () => {
  const upload = async (CertificateBody: string, UserName = 'alice') => {
    const answer = await iam.send(
      new UploadSigningCertificateCommand({ UserName, CertificateBody }),
    )
    return answer.Certificate!
  }
  const list = async (UserName = 'alice') =>
    (await iam.send(new ListSigningCertificatesCommand({ UserName }))).Certificates!
  const setStatus = (CertificateId: string, Status: StatusType) =>
    iam.send(new UpdateSigningCertificateCommand({ UserName: 'alice', CertificateId, Status }))

  test('have the digest of the certificate as their id', async () => {
    const der = Buffer.from(leafCertificate.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64')
    const { CertificateId, Status } = await upload(leafCertificate)
    expect(CertificateId).toBe(base32(createHash('sha1').update(der).digest('hex')))
    expect(Status).toBe('Active')
  })

  test('are the same when uploaded again, and inactive ones stay so', async () => {
    const { CertificateId } = await upload(leafCertificate)
    await setStatus(CertificateId!, 'Inactive')
    expect(await upload(leafCertificate)).toMatchObject({ CertificateId, Status: 'Active' })
    expect(await list()).toMatchObject([{ CertificateId, Status: 'Inactive' }])
  })

  test('belong to one user', async () => {
    await iam.send(new CreateUserCommand({ UserName: 'bob' }))
    const { CertificateId } = await upload(leafCertificate)
    await expect(upload(leafCertificate, 'bob')).rejects.toMatchObject({
      name: 'DuplicateCertificateException',
      $metadata: { httpStatusCode: 409 },
    })
    await expect(
      iam.send(new DeleteSigningCertificateCommand({ UserName: 'bob', CertificateId })),
    ).rejects.toThrow(`The Certificate with id ${CertificateId} cannot be found.`)
  })

  test('are two at most, and refused when malformed or expired', async () => {
    await expect(upload('nonsense')).rejects.toThrow('Certificate nonsense is malformed.')
    await expect(upload(expiredCertificate)).rejects.toMatchObject({
      name: 'MalformedCertificateException',
    })
    await upload(leafCertificate)
    await upload(rootCertificate)
    await expect(upload(otherCertificate)).rejects.toThrow(
      'Cannot exceed quota for CertificatesPerUser: 2',
    )
  })

  test('cannot be made to expire, and keep their user from being deleted', async () => {
    const { CertificateId } = await upload(leafCertificate)
    await expect(setStatus(CertificateId!, 'Expired')).rejects.toMatchObject({
      name: 'InvalidInputException',
      message: 'Operation does not support status Expired',
    })
    const deleteAlice = new DeleteUserCommand({ UserName: 'alice' })
    await expect(iam.send(deleteAlice)).rejects.toThrow(
      'Cannot delete entity, must delete certificates first.',
    )
    await iam.send(new DeleteSigningCertificateCommand({ UserName: 'alice', CertificateId }))
    await iam.send(deleteAlice)
  })

  test('the root user has some of its own', async () => {
    const root = emulator.client(IAMClient, asRoot)
    await root.send(new UploadSigningCertificateCommand({ CertificateBody: leafCertificate }))
    const { Certificates } = await root.send(new ListSigningCertificatesCommand({}))
    expect(Certificates).toMatchObject([{ UserName: '123456789012' }])
  })
})

describe('SSH public keys', () => {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString()
  const { e, n } = publicKey.export({ format: 'jwk' })
  const wire = Buffer.concat([
    lengthened(Buffer.from('ssh-rsa')),
    lengthened(Buffer.from(e!, 'base64url')),
    // The first bit of a modulus is 1, which needs a zero byte before it.
    lengthened(Buffer.concat([Buffer.alloc(1), Buffer.from(n!, 'base64url')])),
  ])
  const openSsh = `ssh-rsa ${wire.toString('base64')}`

  const upload = async (SSHPublicKeyBody: string, UserName = 'alice') => {
    const answer = await iam.send(new UploadSSHPublicKeyCommand({ UserName, SSHPublicKeyBody }))
    return answer.SSHPublicKey!
  }
  const get = async (SSHPublicKeyId: string, Encoding: 'SSH' | 'PEM') => {
    const command = new GetSSHPublicKeyCommand({ UserName: 'alice', SSHPublicKeyId, Encoding })
    return (await iam.send(command)).SSHPublicKey!
  }

  test('are given back in either encoding, without comment', async () => {
    const key = await upload(`${openSsh} alice@laptop`)
    expect(key.SSHPublicKeyId).toMatch(/^APKA[A-Z2-7]{16}$/)
    expect(key.SSHPublicKeyBody).toBe(`${openSsh} alice@laptop`)
    const md5 = createHash('md5').update(wire).digest('hex')
    expect(key.Fingerprint).toBe(md5.replaceAll(/(..)(?!$)/g, '$1:'))
    expect((await get(key.SSHPublicKeyId!, 'SSH')).SSHPublicKeyBody).toBe(openSsh)
    expect((await get(key.SSHPublicKeyId!, 'PEM')).SSHPublicKeyBody).toBe(pem)
  })

  test('are the same key in PEM, for one user', async () => {
    await upload(openSsh)
    await expect(upload(pem)).rejects.toMatchObject({ name: 'DuplicateSSHPublicKeyException' })
    await iam.send(new CreateUserCommand({ UserName: 'bob' }))
    await upload(pem, 'bob')
  })

  test.each([
    ['nonsense', 'UnrecognizedPublicKeyEncodingException'],
    [leafCertificate, 'UnrecognizedPublicKeyEncodingException'],
    ['ssh-rsa AAAA', 'UnrecognizedPublicKeyEncodingException'],
    [
      'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPqzV6pmpaXcQWfFaFJcGgYAAAAAAAAAAAAAAAAAAAAA',
      'InvalidPublicKeyException',
    ],
    [
      generateKeyPairSync('rsa', { modulusLength: 1024 })
        .publicKey.export({ type: 'spki', format: 'pem' })
        .toString(),
      'InvalidPublicKeyException',
    ],
  ])('refuses %.20s', async (body, name) => {
    await expect(upload(body)).rejects.toMatchObject({ name, $metadata: { httpStatusCode: 400 } })
  })

  test('are listed, disabled and deleted, and keep their user from being deleted', async () => {
    const { SSHPublicKeyId } = await upload(openSsh)
    const on = { UserName: 'alice', SSHPublicKeyId }
    await iam.send(new UpdateSSHPublicKeyCommand({ ...on, Status: 'Inactive' }))
    const { SSHPublicKeys } = await iam.send(new ListSSHPublicKeysCommand({ UserName: 'alice' }))
    expect(SSHPublicKeys).toMatchObject([{ SSHPublicKeyId, Status: 'Inactive' }])
    await expect(iam.send(new DeleteUserCommand({ UserName: 'alice' }))).rejects.toThrow(
      'Cannot delete entity, must remove referenced objects first.',
    )
    await iam.send(new DeleteSSHPublicKeyCommand(on))
    await expect(iam.send(new DeleteSSHPublicKeyCommand(on))).rejects.toThrow(
      `User has no Public Key with id ${SSHPublicKeyId}.`,
    )
  })
})

function lengthened(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from(bytes.length.toString(16).padStart(8, '0'), 'hex'), bytes])
}

function base32(hex: string): string {
  const bits = BigInt(`0x${hex}`).toString(2).padStart(160, '0')
  return bits
    .match(/.{5}/g)!
    .map((digit) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[Number.parseInt(digit, 2)])
    .join('')
}
