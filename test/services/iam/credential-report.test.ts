import {
  CreateAccessKeyCommand,
  CreateLoginProfileCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  GenerateCredentialReportCommand,
  GetAccessKeyLastUsedCommand,
  GetCredentialReportCommand,
  IAMClient,
  UpdateAccessKeyCommand,
  UpdateAccountPasswordPolicyCommand,
  UploadSigningCertificateCommand,
} from '@aws-sdk/client-iam'
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'
import { asUser } from './callers.ts'
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

const hours = 3600 * 1000

describe('GetAccessKeyLastUsed', () => {
  const lastUsed = async (AccessKeyId: string) =>
    (await iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId }))).AccessKeyLastUsed

  test('says N/A of a key that was never used', async () => {
    const { credentials } = await asUser(emulator, 'alice')
    const answer = await iam.send(
      new GetAccessKeyLastUsedCommand({ AccessKeyId: credentials.accessKeyId }),
    )
    expect(answer).toMatchObject({
      UserName: 'alice',
      AccessKeyLastUsed: { ServiceName: 'N/A', Region: 'N/A' },
    })
    expect(answer.AccessKeyLastUsed!.LastUsedDate).toBeUndefined()
  })

  test('remembers the first use in fifteen minutes, also of a call that is refused', async () => {
    const alice = await asUser(emulator, 'alice')
    const id = alice.credentials.accessKeyId
    const listBuckets = () => emulator.client(S3Client, alice).send(new ListBucketsCommand({}))
    const whoAmI = () =>
      emulator
        .client(STSClient, { ...alice, region: 'eu-west-1' })
        .send(new GetCallerIdentityCommand({}))
    await expect(listBuckets()).rejects.toMatchObject({ name: 'AccessDenied' })
    await whoAmI()
    expect(await lastUsed(id)).toMatchObject({ ServiceName: 's3', Region: 'us-east-1' })
    await emulator.advance(0.26 * hours)
    await whoAmI()
    const use = await lastUsed(id)
    expect(use).toMatchObject({ ServiceName: 'sts', Region: 'eu-west-1' })
    expect(Math.abs(use!.LastUsedDate!.getTime() - emulator.now())).toBeLessThan(3000)
  })

  test('refuses a key that is not the account’s', async () => {
    await expect(lastUsed('AKIAI44QH8DHBEXAMPLE')).rejects.toMatchObject({
      Error: { Code: 'AccessDenied' },
      message:
        'User: arn:aws:iam::123456789012:user/student is not authorized to perform: ' +
        'iam:GetAccessKeyLastUsed on resource: access key AKIAI44QH8DHBEXAMPLE',
    })
  })

  test('a key can delete itself', async () => {
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({}))
    const { AccessKeyId, SecretAccessKey } = AccessKey!
    const own = emulator.client(IAMClient, {
      credentials: { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey },
    })
    await own.send(new DeleteAccessKeyCommand({ AccessKeyId }))
    await expect(lastUsed(AccessKeyId!)).rejects.toMatchObject({ Error: { Code: 'AccessDenied' } })
  })
})

describe('The credential report', () => {
  const generate = () => iam.send(new GenerateCredentialReportCommand({}))
  const get = async () => {
    const { Content } = await iam.send(new GetCredentialReportCommand({}))
    const [header, ...rows] = Buffer.from(Content!).toString().split('\n')
    const names = header!.split(',')
    return rows.map((row) =>
      Object.fromEntries(row.split(',').map((value, index) => [names[index], value])),
    )
  }

  test('is started, complete at the next look, and good for four hours', async () => {
    await expect(get()).rejects.toMatchObject({
      name: 'CredentialReportNotPresentException',
      Error: { Code: 'ReportNotPresent' },
      $metadata: { httpStatusCode: 410 },
    })
    expect(await generate()).toMatchObject({
      State: 'STARTED',
      Description: 'No report exists. Starting a new report generation task',
    })
    expect(await generate()).toMatchObject({ State: 'COMPLETE' })
    await iam.send(new CreateUserCommand({ UserName: 'later' }))
    expect((await get()).map(({ user }) => user)).toEqual(['<root_account>', 'alice', 'student'])
    await emulator.advance(4.1 * hours)
    await expect(get()).rejects.toMatchObject({ name: 'CredentialReportExpiredException' })
    expect(await generate()).toMatchObject({ State: 'STARTED' })
    expect((await get()).map(({ user }) => user)).toContain('later')
  })

  test('has AWS’s columns, in their order', async () => {
    await generate()
    const { Content, ReportFormat } = await iam.send(new GetCredentialReportCommand({}))
    expect(ReportFormat).toBe('text/csv')
    expect(Buffer.from(Content!).toString().split('\n')[0]).toBe(
      'user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,' +
        'password_next_rotation,mfa_active,access_key_1_active,access_key_1_last_rotated,' +
        'access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,' +
        'access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,' +
        'access_key_2_last_used_region,access_key_2_last_used_service,' +
        'cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated',
    )
  })

  test('tells of passwords, keys and certificates', async () => {
    await iam.send(new UpdateAccountPasswordPolicyCommand({ MaxPasswordAge: 90 }))
    await iam.send(new CreateLoginProfileCommand({ UserName: 'alice', Password: 'Secret-1' }))
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'alice' }))
    await iam.send(
      new UpdateAccessKeyCommand({
        UserName: 'alice',
        AccessKeyId: AccessKey!.AccessKeyId,
        Status: 'Inactive',
      }),
    )
    await iam.send(
      new UploadSigningCertificateCommand({ UserName: 'alice', CertificateBody: leafCertificate }),
    )
    await generate()
    const [, alice, own] = await get()
    const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/
    expect(alice).toMatchObject({
      arn: 'arn:aws:iam::123456789012:user/alice',
      user_creation_time: expect.stringMatching(moment),
      password_enabled: 'true',
      password_last_used: 'no_information',
      mfa_active: 'false',
      access_key_1_active: 'false',
      access_key_1_last_rotated: expect.stringMatching(moment),
      access_key_1_last_used_date: 'N/A',
      access_key_2_active: 'false',
      access_key_2_last_rotated: 'N/A',
      cert_1_active: 'true',
      cert_2_last_rotated: 'N/A',
    })
    const rotation = Date.parse(alice!['password_next_rotation'] ?? '')
    expect(rotation - Date.parse(alice!['password_last_changed'] ?? '')).toBe(90 * 24 * hours)
    expect(own).toMatchObject({
      user: 'student',
      password_enabled: 'false',
      password_last_used: 'N/A',
      access_key_1_active: 'true',
      access_key_1_last_used_service: 'iam',
      access_key_1_last_used_region: 'us-east-1',
    })
  })
})
