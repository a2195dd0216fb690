import {
  DecryptCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  DisableKeyRotationCommand,
  EnableKeyCommand,
  EnableKeyRotationCommand,
  EncryptCommand,
  GetKeyRotationStatusCommand,
  ListKeyRotationsCommand,
  RotateKeyOnDemandCommand,
  type ListKeyRotationsCommandInput,
} from '@aws-sdk/client-kms'
import { expect, test } from 'vitest'
import { day, refusal, text, useKms } from './support.ts'

const { emulator, send, createKey } = useKms()

const encrypt = async (KeyId: string) =>
  (await send(new EncryptCommand({ KeyId, Plaintext: Buffer.from('x') }))).CiphertextBlob!
const decrypt = (CiphertextBlob: Uint8Array) => send(new DecryptCommand({ CiphertextBlob }))
const status = (KeyId: string) => send(new GetKeyRotationStatusCommand({ KeyId }))
const rotations = async (KeyId: string, rest: Partial<ListKeyRotationsCommandInput> = {}) =>
  (await send(new ListKeyRotationsCommand({ KeyId, ...rest }))).Rotations!
const material = async (KeyId: string) =>
  (await send(new DescribeKeyCommand({ KeyId }))).KeyMetadata!.CurrentKeyMaterialId

test('a key rotates every year once that is enabled, and decrypts what it ever encrypted', async () => {
  const { KeyId, Arn } = await createKey()
  expect(await status(KeyId)).toMatchObject({ KeyRotationEnabled: false, KeyId: Arn })
  const start = emulator().now()
  await send(new EnableKeyRotationCommand({ KeyId }))
  const { NextRotationDate, ...enabled } = await status(KeyId)
  expect(enabled).toMatchObject({ KeyRotationEnabled: true, RotationPeriodInDays: 365 })
  expect(Math.abs(NextRotationDate!.getTime() - start - 365 * day)).toBeLessThan(5000)
  const ciphertexts = [await encrypt(KeyId)]
  const first = await material(KeyId)
  await emulator().advance(364 * day)
  expect(await rotations(KeyId)).toEqual([])
  await emulator().advance(2 * day)
  ciphertexts.push(await encrypt(KeyId))
  expect(await material(KeyId)).not.toBe(first)
  await emulator().advance(2 * 365 * day)
  ciphertexts.push(await encrypt(KeyId))
  const listed = await rotations(KeyId)
  expect(listed.map(({ RotationDate }) => RotationDate!.getTime())).toEqual(
    [0, 1, 2].map((year) => NextRotationDate!.getTime() + year * 365 * day),
  )
  expect(listed.map((item) => [item.RotationType, item.KeyMaterialState])).toEqual([
    ['AUTOMATIC', 'NON_CURRENT'],
    ['AUTOMATIC', 'NON_CURRENT'],
    ['AUTOMATIC', 'CURRENT'],
  ])
  const opened = await Promise.all(ciphertexts.map(decrypt))
  expect(opened.map(({ Plaintext }) => text(Plaintext))).toEqual(['x', 'x', 'x'])
  expect(opened.map(({ KeyMaterialId }) => KeyMaterialId)).toEqual([
    first,
    listed[0]!.KeyMaterialId,
    listed[2]!.KeyMaterialId,
  ])
})

test('the period is what was asked for, and stays when the same is enabled again', async () => {
  const { KeyId } = await createKey()
  await send(new EnableKeyRotationCommand({ KeyId, RotationPeriodInDays: 90 }))
  const before = (await status(KeyId)).NextRotationDate
  await emulator().advance(10 * day)
  await send(new EnableKeyRotationCommand({ KeyId, RotationPeriodInDays: 90 }))
  expect(await status(KeyId)).toMatchObject({ RotationPeriodInDays: 90, NextRotationDate: before })
  await emulator().advance(81 * day)
  expect(await rotations(KeyId)).toHaveLength(1)
  await send(new EnableKeyRotationCommand({ KeyId }))
  expect(await status(KeyId)).toMatchObject({ RotationPeriodInDays: 365 })
  await send(new DisableKeyRotationCommand({ KeyId }))
  await emulator().advance(1000 * day)
  expect(await rotations(KeyId)).toHaveLength(1)
  const short = send(new EnableKeyRotationCommand({ KeyId, RotationPeriodInDays: 89 }))
  expect(await refusal(short)).toMatch(/^ValidationException: .*greater than or equal to 90$/)
})

test('a disabled key does not rotate; enabled again, it makes up for it at once', async () => {
  const { KeyId } = await createKey()
  await send(new EnableKeyRotationCommand({ KeyId, RotationPeriodInDays: 100 }))
  await emulator().advance(150 * day)
  await send(new DisableKeyCommand({ KeyId }))
  await emulator().advance(500 * day)
  expect(await rotations(KeyId)).toHaveLength(1)
  await send(new EnableKeyCommand({ KeyId }))
  const listed = await rotations(KeyId)
  expect(listed).toHaveLength(2)
  expect(Math.abs(listed[1]!.RotationDate!.getTime() - emulator().now())).toBeLessThan(5000)
  await emulator().advance(101 * day)
  expect(await rotations(KeyId)).toHaveLength(3)
})

test('RotateKeyOnDemand gives new material at once, 25 times', async () => {
  const { KeyId, Arn } = await createKey()
  const old = await encrypt(KeyId)
  for (let time = 0; time < 25; time++) {
    expect(await send(new RotateKeyOnDemandCommand({ KeyId }))).toMatchObject({ KeyId: Arn })
  }
  expect(await refusal(send(new RotateKeyOnDemandCommand({ KeyId })))).toMatch(
    /^LimitExceededException/,
  )
  expect(await rotations(KeyId)).toHaveLength(25)
  expect((await rotations(KeyId))[0]!.RotationType).toBe('ON_DEMAND')
  expect(await rotations(KeyId, { IncludeKeyMaterial: 'ALL_KEY_MATERIAL' })).toHaveLength(26)
  expect(text((await decrypt(old)).Plaintext)).toBe('x')
  const page = await send(new ListKeyRotationsCommand({ KeyId, Limit: 20 }))
  expect([page.Rotations!.length, page.Truncated]).toEqual([20, true])
  expect(await rotations(KeyId, { Marker: page.NextMarker! })).toHaveLength(5)
})

test('only symmetric keys rotate', async () => {
  const { KeyId } = await createKey({ KeySpec: 'HMAC_256', KeyUsage: 'GENERATE_VERIFY_MAC' })
  for (const call of [
    send(new EnableKeyRotationCommand({ KeyId })),
    send(new RotateKeyOnDemandCommand({ KeyId })),
  ]) {
    expect(await refusal(call)).toMatch(/^UnsupportedOperationException/)
  }
  expect(await status(KeyId)).toMatchObject({ KeyRotationEnabled: false })
})
