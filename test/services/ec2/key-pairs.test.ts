import { execFileSync } from 'node:child_process'
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
} from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CreateKeyPairCommand,
  DeleteKeyPairCommand,
  DescribeKeyPairsCommand,
  ImportKeyPairCommand,
} from '@aws-sdk/client-ec2'
import { describe, expect, test } from 'vitest'
import { readPublicKey } from '../../../emulator/services/ec2/keys/ssh.ts'
import { refusal, useEc2 } from './support.ts'

const { ec2 } = useEc2()

const one = async (name: string) => {
  const { KeyPairs } = await ec2().send(
    new DescribeKeyPairsCommand({ KeyNames: [name], IncludePublicKey: true }),
  )
  return KeyPairs![0]!
}

const colons = (digest: Buffer) => digest.toString('hex').match(/../g)!.join(':')

/** What OpenSSH makes of a private key: its public line. */
function opensshPublicKey(privateKey: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'key-'))
  try {
    const file = join(directory, 'key.pem')
    writeFileSync(file, `${privateKey}\n`, { mode: 0o400 })
    return execFileSync('ssh-keygen', ['-y', '-f', file], { encoding: 'utf8' }).trim()
  } finally {
    rmSync(directory, { recursive: true })
  }
}

describe('CreateKeyPair', () => {
  test('makes an RSA key whose halves belong together, with the fingerprint that AWS computes', async () => {
    const pair = await ec2().send(new CreateKeyPairCommand({ KeyName: 'rsa' }))
    expect(pair.KeyPairId).toMatch(/^key-0[0-9a-f]{16}$/)
    expect(pair.KeyMaterial).toMatch(/^-----BEGIN RSA PRIVATE KEY-----\n/)
    const privateKey = createPrivateKey(pair.KeyMaterial!)
    expect(privateKey.asymmetricKeyDetails?.modulusLength).toBe(2048)
    expect(pair.KeyFingerprint).toBe(
      colons(
        createHash('sha1')
          .update(privateKey.export({ type: 'pkcs8', format: 'der' }))
          .digest(),
      ),
    )
    const described = await one('rsa')
    expect(described).toMatchObject({ KeyType: 'rsa', KeyFingerprint: pair.KeyFingerprint })
    const { key } = readPublicKey(described.PublicKey!)!
    const data = Buffer.from('signed')
    expect(verify('sha256', data, key, sign('sha256', data, privateKey))).toBe(true)
  })

  test.each(['rsa', 'ed25519'] as const)('makes %s keys that OpenSSH reads', async (KeyType) => {
    const KeyName = `openssh-${KeyType}`
    const pair = await ec2().send(new CreateKeyPairCommand({ KeyName, KeyType }))
    const { PublicKey } = await one(KeyName)
    expect(opensshPublicKey(pair.KeyMaterial!).split(' ').slice(0, 2).join(' ')).toBe(PublicKey)
  })

  test('an ED25519 fingerprint is SHA-256 over the public key', async () => {
    const pair = await ec2().send(new CreateKeyPairCommand({ KeyName: 'ed', KeyType: 'ed25519' }))
    expect(pair.KeyMaterial).toMatch(/^-----BEGIN OPENSSH PRIVATE KEY-----\n/)
    const blob = Buffer.from((await one('ed')).PublicKey!.split(' ')[1]!, 'base64')
    expect(pair.KeyFingerprint).toBe(createHash('sha256').update(blob).digest('base64'))
  })

  test('gives PuTTY its own form', async () => {
    const pair = await ec2().send(new CreateKeyPairCommand({ KeyName: 'putty', KeyFormat: 'ppk' }))
    expect(pair.KeyMaterial).toMatch(
      /^PuTTY-User-Key-File-2: ssh-rsa\r\nEncryption: none\r\nComment: putty\r\nPublic-Lines: 6\r\n/,
    )
    expect(pair.KeyMaterial).toMatch(/\r\nPrivate-Lines: \d+\r\n[^]+\r\nPrivate-MAC: [0-9a-f]{40}$/)
  })

  test('refuses a name that is taken', async () => {
    await ec2().send(new CreateKeyPairCommand({ KeyName: 'taken', KeyType: 'ed25519' }))
    const again = ec2().send(new CreateKeyPairCommand({ KeyName: 'taken', KeyType: 'ed25519' }))
    expect(await refusal(again)).toEqual({
      code: 'InvalidKeyPair.Duplicate',
      message: 'The keypair already exists: taken',
      status: 400,
    })
    await ec2('eu-west-1').send(new CreateKeyPairCommand({ KeyName: 'taken', KeyType: 'ed25519' }))
  })

  test('tags the pair', async () => {
    const TagSpecifications = [
      { ResourceType: 'key-pair' as const, Tags: [{ Key: 'team', Value: 'blue' }] },
    ]
    await ec2().send(
      new CreateKeyPairCommand({ KeyName: 'tagged', KeyType: 'ed25519', TagSpecifications }),
    )
    const { KeyPairs } = await ec2().send(
      new DescribeKeyPairsCommand({ Filters: [{ Name: 'tag:team', Values: ['blue'] }] }),
    )
    expect(KeyPairs).toMatchObject([{ KeyName: 'tagged', Tags: [{ Key: 'team', Value: 'blue' }] }])
    expect(KeyPairs![0]!.PublicKey).toBeUndefined()
  })
})

describe('ImportKeyPair', () => {
  test('computes the fingerprint of an RSA key as MD5 over the public key', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const line = opensshPublicKey(
      privateKey.export({ type: 'pkcs1', format: 'pem' }).toString().trim(),
    )
    const PublicKeyMaterial = Buffer.from(`${line} me@home\n`)
    const imported = await ec2().send(
      new ImportKeyPairCommand({ KeyName: 'mine', PublicKeyMaterial }),
    )
    const der = createPublicKey(publicKey.export({ type: 'spki', format: 'pem' })).export({
      type: 'spki',
      format: 'der',
    })
    expect(imported.KeyFingerprint).toBe(colons(createHash('md5').update(der).digest()))
    expect((await one('mine')).PublicKey).toBe(line.split(' ').slice(0, 2).join(' '))
  })

  test.each(['nonsense', 'ssh-rsa AAAA', 'ssh-dss AAAAB3NzaC1kc3MAAAAA'])(
    'refuses %s',
    async (text) => {
      const PublicKeyMaterial = Buffer.from(text)
      const call = ec2().send(new ImportKeyPairCommand({ KeyName: 'bad', PublicKeyMaterial }))
      expect(await refusal(call)).toEqual({
        code: 'InvalidKey.Format',
        message: 'Key is not in valid OpenSSH public key format',
        status: 400,
      })
    },
  )
})

describe('DeleteKeyPair', () => {
  test('deletes by name or id, and what is not there too', async () => {
    const { KeyPairId } = await ec2().send(
      new CreateKeyPairCommand({ KeyName: 'short-lived', KeyType: 'ed25519' }),
    )
    expect(await ec2().send(new DeleteKeyPairCommand({ KeyPairId }))).toMatchObject({
      Return: true,
      KeyPairId,
    })
    expect(await ec2().send(new DeleteKeyPairCommand({ KeyName: 'short-lived' }))).toMatchObject({
      Return: true,
    })
    const call = ec2().send(new DescribeKeyPairsCommand({ KeyNames: ['short-lived'] }))
    expect(await refusal(call)).toEqual({
      code: 'InvalidKeyPair.NotFound',
      message: "The key pair 'short-lived' does not exist",
      status: 400,
    })
  })
})
