import { createHash } from 'node:crypto'
import {
  CreateUserCommand,
  DeleteSigningCertificateCommand,
  DeleteUserCommand,
  IAMClient,
  ListSigningCertificatesCommand,
  UpdateSigningCertificateCommand,
  UploadSigningCertificateCommand,
  type StatusType,
} from '@aws-sdk/client-iam'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'
import { asRoot } from './callers.ts'
import {
  expiredCertificate,
  leafCertificate,
  otherCertificate,
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

function base32(hex: string): string {
  const bits = BigInt(`0x${hex}`).toString(2).padStart(160, '0')
  return bits
    .match(/.{5}/g)!
    .map((digit) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[Number.parseInt(digit, 2)])
    .join('')
}
