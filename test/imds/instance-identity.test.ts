import { verify, X509Certificate } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { run, startTestEmulator, type TestEmulator } from '../support/emulator.ts'
import { ask, askEndpoint, instancesOf } from './support.ts'

let emulator: TestEmulator
let folder: string
let id: string
let url: string
let certificate: string
beforeAll(async () => {
  emulator = await startTestEmulator()
  folder = mkdtempSync(join(tmpdir(), 'pocketcloud-identity-'))
  id = await instancesOf(emulator).launch()
  const { body } = await askEndpoint(emulator, id)
  url = body.url
  certificate = body.certificate
})
afterAll(async () => {
  await emulator.close()
  rmSync(folder, { recursive: true })
})

const read = async (name: string) =>
  (await ask(url, `/latest/dynamic/instance-identity/${name}`)).text

test('the document says which instance it is', async () => {
  const text = await read('document')
  expect(JSON.parse(text)).toMatchObject({
    accountId: '123456789012',
    architecture: 'x86_64',
    imageId: 'ami-0c55b159cbfafe1f0',
    instanceId: id,
    instanceType: 't3.micro',
    kernelId: null,
    region: 'us-east-1',
    version: '2017-09-30',
  })
  expect(text).toContain(`\n  "instanceId" : "${id}",\n`)
})

test('the signature verifies against the certificate, and for no other document', async () => {
  const { publicKey } = new X509Certificate(certificate)
  const signature = Buffer.from(await read('signature'), 'base64')
  const document = await read('document')
  expect(verify('sha256', Buffer.from(document), publicKey, signature)).toBe(true)
  const forged = document.replace('t3.micro', 't3.large')
  expect(verify('sha256', Buffer.from(forged), publicKey, signature)).toBe(false)
})

test('the certificate signs itself, and is valid for as long as anybody advances the clock', () => {
  const parsed = new X509Certificate(certificate)
  expect(parsed.verify(parsed.publicKey)).toBe(true)
  expect(parsed.subject).toContain('O=pocketcloud')
  expect(new Date(parsed.validTo).getUTCFullYear()).toBe(2199)
})

test.each(['rsa2048', 'pkcs7'])('openssl takes the document out of %s', async (name) => {
  const message = await read(name)
  expect(message).toMatch(/^[A-Za-z0-9+/\n]+=*$/)
  const put = (file: string, text: string) => {
    writeFileSync(join(folder, file), text)
    return join(folder, file)
  }
  const pem = put('message', `-----BEGIN PKCS7-----\n${message}\n-----END PKCS7-----\n`)
  const own = put('certificate', certificate)
  const smime = ['smime', '-verify', '-inform', 'PEM', '-noverify', '-in', pem, '-certfile']
  const { code, stdout } = await run('openssl', [...smime, own])
  expect(code).toBe(0)
  expect(stdout).toBe(await read('document'))

  const other = await startTestEmulator()
  try {
    const { body } = await askEndpoint(other, await instancesOf(other).launch())
    const foreign = put('foreign', body.certificate)
    expect((await run('openssl', [...smime, foreign])).code).not.toBe(0)
  } finally {
    await other.close()
  }
})
