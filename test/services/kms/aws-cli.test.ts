import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { useKms } from './support.ts'

const { emulator } = useKms()

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pocketcloud-kms-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Runs `aws kms …`, which has to succeed; gives what it says as text. */
async function kms(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await emulator().aws('kms', ...args)
  expect(stderr).toBe('')
  expect(code).toBe(0)
  return stdout.trim()
}

const text = ['--output', 'text', '--query']

test('the AWS CLI encrypts a file and decrypts it again', async () => {
  const plain = join(folder, 'plain.txt')
  const sealed = join(folder, 'sealed.bin')
  writeFileSync(plain, 'my secret\n')
  const id = await kms('create-key', '--description', 'lab', ...text, 'KeyMetadata.KeyId')
  await kms('create-alias', '--alias-name', 'alias/lab', '--target-key-id', id)
  const context = ['--encryption-context', 'purpose=lab']
  const encrypted = await kms(
    'encrypt',
    '--key-id',
    'alias/lab',
    '--plaintext',
    `fileb://${plain}`,
    ...context,
    ...text,
    'CiphertextBlob',
  )
  writeFileSync(sealed, Buffer.from(encrypted, 'base64'))
  expect(readFileSync(sealed).includes('my secret')).toBe(false)
  const decrypt = ['decrypt', '--ciphertext-blob', `fileb://${sealed}`]
  const opened = await kms(...decrypt, ...context, ...text, 'Plaintext')
  expect(Buffer.from(opened, 'base64').toString()).toBe('my secret\n')
  const refused = await emulator().aws('kms', ...decrypt)
  expect(refused.code).not.toBe(0)
  expect(refused.stderr).toContain(
    '(InvalidCiphertextException) when calling the Decrypt operation',
  )
})

test('the AWS CLI looks at keys, rotates and deletes them', async () => {
  const id = await kms('create-key', '--tags', 'TagKey=a,TagValue=b', ...text, 'KeyMetadata.KeyId')
  await kms('enable-key-rotation', '--key-id', id)
  await kms('rotate-key-on-demand', '--key-id', id)
  const rotations = ['list-key-rotations', '--key-id', id, ...text]
  expect(await kms(...rotations, 'Rotations[].RotationType')).toBe('ON_DEMAND')
  expect(await kms('list-keys', ...text, 'Keys[].KeyId')).toBe(id)
  const policy = await kms(
    'get-key-policy',
    '--key-id',
    id,
    '--policy-name',
    'default',
    ...text,
    'Policy',
  )
  expect(JSON.parse(policy)).toMatchObject({ Id: 'key-default-1' })
  const alias = "Aliases[?AliasName=='alias/aws/ebs'].AliasName"
  expect(await kms('list-aliases', ...text, alias)).toBe('alias/aws/ebs')
  const deletion = ['schedule-key-deletion', '--key-id', id, '--pending-window-in-days', '7']
  expect(await kms(...deletion, ...text, 'KeyState')).toBe('PendingDeletion')
})
