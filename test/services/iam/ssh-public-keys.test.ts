import { createHash, generateKeyPairSync } from 'node:crypto'
import {
  CreateUserCommand,
  DeleteSSHPublicKeyCommand,
  DeleteUserCommand,
  GetSSHPublicKeyCommand,
  IAMClient,
  ListSSHPublicKeysCommand,
  UpdateSSHPublicKeyCommand,
  UploadSSHPublicKeyCommand,
} from '@aws-sdk/client-iam'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'
import { leafCertificate } from './certificates-in-pem.ts'

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
