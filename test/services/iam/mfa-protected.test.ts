import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  DescribeImagesCommand,
  EC2Client,
  RunInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2'
import { GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'
import { authenticator } from './authenticator.ts'
import { asUser, policy } from './callers.ts'

// The course's part on MFA, as it prints it: a device for alice, and instances that only a session with MFA may terminate.

let emulator: TestEmulator
let folder: string
beforeAll(async () => {
  emulator = await startTestEmulator()
  folder = mkdtempSync(join(tmpdir(), 'pocketcloud-mfa-'))
})
afterAll(async () => {
  await emulator.close()
  rmSync(folder, { recursive: true })
})

async function cli(line: string): Promise<unknown> {
  const { stderr, json } = await emulator.aws(...line.split(' '))
  expect(stderr).toBe('')
  return json
}

test('alice terminates an instance in a session with MFA, and not without', async () => {
  await cli('iam create-user --user-name alice')
  const alice = await asUser(
    emulator,
    'alice',
    policy(
      { Effect: 'Allow', Action: 'ec2:*', Resource: '*' },
      {
        Effect: 'Deny',
        Action: 'ec2:TerminateInstances',
        Resource: '*',
        Condition: { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } },
      },
    ),
  )
  const picture = join(folder, 'alice-mfa-qr.png')
  await cli(
    `iam create-virtual-mfa-device --virtual-mfa-device-name alice-qr --outfile ${picture} --bootstrap-method QRCodePNG`,
  )
  expect(readFileSync(picture).toString('latin1', 1, 4)).toBe('PNG')
  const seed = join(folder, 'alice-mfa-seed.txt')
  expect(
    await cli(
      `iam create-virtual-mfa-device --virtual-mfa-device-name alice-mfa --outfile ${seed} --bootstrap-method Base32StringSeed`,
    ),
  ).toEqual({
    VirtualMFADevice: { SerialNumber: 'arn:aws:iam::123456789012:mfa/alice-mfa' },
  })
  const device = authenticator({
    SerialNumber: 'arn:aws:iam::123456789012:mfa/alice-mfa',
    Base32StringSeed: readFileSync(seed),
  })
  await cli(
    'iam enable-mfa-device --user-name alice --serial-number arn:aws:iam::123456789012:mfa/alice-mfa ' +
      `--authentication-code1 ${device.code(-1)} --authentication-code2 ${device.code(0)}`,
  )

  const ec2 = emulator.client(EC2Client, alice)
  const { Images } = await ec2.send(new DescribeImagesCommand({ Owners: ['amazon'] }))
  const image = Images!.find(({ Architecture }) => Architecture === 'x86_64')!
  const { Instances } = await ec2.send(
    new RunInstancesCommand({
      ImageId: image.ImageId,
      InstanceType: 't3.micro',
      MinCount: 1,
      MaxCount: 1,
    }),
  )
  const terminate = new TerminateInstancesCommand({ InstanceIds: [Instances![0]!.InstanceId!] })
  await expect(ec2.send(terminate)).rejects.toMatchObject({ name: 'UnauthorizedOperation' })

  const { Credentials } = await emulator
    .client(STSClient, alice)
    .send(new GetSessionTokenCommand({ SerialNumber: device.serial, TokenCode: device.code(1) }))
  const session = emulator.client(EC2Client, {
    credentials: {
      accessKeyId: Credentials!.AccessKeyId,
      secretAccessKey: Credentials!.SecretAccessKey,
      sessionToken: Credentials!.SessionToken,
    },
  })
  const { TerminatingInstances } = await session.send(terminate)
  expect(TerminatingInstances).toHaveLength(1)
}, 120_000)
