import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DescribeInstancesCommand, EC2Client, RunInstancesCommand } from '@aws-sdk/client-ec2'
import { CreateUserCommand, IAMClient } from '@aws-sdk/client-iam'
import { DecodeAuthorizationMessageCommand, STSClient } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { asUser } from '../services/iam/callers.ts'
import { startTestEmulator, type TestEmulator } from '../support/emulator.ts'

let emulator: TestEmulator
beforeAll(async () => {
  emulator = await startTestEmulator()
})
beforeEach(() => emulator.reset())
afterAll(() => emulator.close())

interface Decoded {
  readonly allowed: boolean
  readonly explicitDeny: boolean
  readonly matchedStatements: { readonly items: readonly object[] }
  readonly failures: { readonly items: readonly object[] }
  readonly context: {
    readonly principal: object
    readonly action: string
    readonly resource: string
    readonly conditions: {
      readonly items: readonly {
        readonly key: string
        readonly values: { readonly items: readonly { readonly value: string }[] }
      }[]
    }
  }
}

const launch = new RunInstancesCommand({
  ImageId: 'ami-0123456789abcdef0',
  InstanceType: 'p3.2xlarge',
  MinCount: 1,
  MaxCount: 1,
})

async function userMay(on: TestEmulator, UserName: string, ...Statement: object[]) {
  await on.client(IAMClient).send(new CreateUserCommand({ UserName }))
  const document = JSON.stringify({ Version: '2012-10-17', Statement })
  return asUser(on, UserName, document)
}

/** The encoded message of alice's refused launch. */
async function refusedLaunch(on: TestEmulator, ...statements: object[]): Promise<string> {
  const ec2 = on.client(EC2Client, await userMay(on, 'alice', ...statements))
  const error = (await ec2.send(launch).catch((thrown: unknown) => thrown)) as Error
  expect(error.name).toBe('UnauthorizedOperation')
  return /Encoded authorization failure message: ([\w-]+)$/.exec(error.message)![1]!
}

async function decode(on: TestEmulator, EncodedMessage: string, options = {}): Promise<Decoded> {
  const answer = await on
    .client(STSClient, options)
    .send(new DecodeAuthorizationMessageCommand({ EncodedMessage }))
  return JSON.parse(answer.DecodedMessage!) as Decoded
}

const noGpus = {
  Sid: 'NoGpus',
  Effect: 'Deny',
  Action: 'ec2:RunInstances',
  Resource: 'arn:aws:ec2:*:*:instance/*',
  Condition: { StringLike: { 'ec2:InstanceType': ['p3.*', 'g5.*'] } },
}
const everything = { Effect: 'Allow', Action: '*', Resource: '*' }

test('a refused launch is explained to who may decode: the Deny that matched, and the keys it was asked with', async () => {
  const decoded = await decode(emulator, await refusedLaunch(emulator, everything, noGpus))
  expect(decoded).toMatchObject({
    allowed: false,
    explicitDeny: true,
    matchedStatements: {
      items: [
        {
          statementId: 'NoGpus',
          effect: 'DENY',
          principals: { items: [{ value: expect.stringMatching(/^AIDA/) as string }] },
          principalGroups: { items: [] },
          actions: { items: [{ value: 'ec2:RunInstances' }] },
          resources: { items: [{ value: 'arn:aws:ec2:*:*:instance/*' }] },
          conditions: {
            items: [
              {
                key: 'ec2:InstanceType',
                values: { items: [{ value: 'p3.*' }, { value: 'g5.*' }] },
              },
            ],
          },
        },
      ],
    },
    failures: { items: [] },
    context: {
      principal: {
        id: expect.stringMatching(/^AIDA/) as string,
        name: 'alice',
        arn: 'arn:aws:iam::123456789012:user/alice',
      },
      action: 'ec2:RunInstances',
      resource: 'arn:aws:ec2:us-east-1:123456789012:instance/*',
    },
  })
  const keys = Object.fromEntries(
    decoded.context.conditions.items.map(({ key, values }) => [key, values.items[0]?.value]),
  )
  expect(keys).toMatchObject({
    'ec2:InstanceType': 'p3.2xlarge',
    'aws:Region': 'us-east-1',
    'aws:Service': 'ec2',
    'aws:Resource': 'instance/*',
  })
})

test('without a Deny no statement matched', async () => {
  const decoded = await decode(
    emulator,
    await refusedLaunch(emulator, { ...everything, Action: 's3:*' }),
  )
  expect(decoded).toMatchObject({ explicitDeny: false, matchedStatements: { items: [] } })
})

test('a message is decoded for those who may, and only in its account', async () => {
  const message = await refusedLaunch(emulator, { ...everything, Action: 'iam:*' })
  const bob = await userMay(emulator, 'bob', { ...everything, Action: 'ec2:*' })
  await expect(decode(emulator, message, bob)).rejects.toMatchObject({
    name: 'AccessDenied',
    message: expect.stringContaining('sts:DecodeAuthorizationMessage') as string,
  })
  const stranger = { credentials: { accessKeyId: '210987654321', secretAccessKey: 'any' } }
  await expect(decode(emulator, message, stranger)).rejects.toMatchObject({
    name: 'InvalidAuthorizationMessageException',
  })
})

test('a message that was changed is refused', async () => {
  const message = await refusedLaunch(emulator, { ...everything, Action: 'iam:*' })
  const other = message.at(40) === 'A' ? 'B' : 'A'
  for (const wrong of [
    'x',
    'not a message',
    message.slice(0, -4),
    message.slice(0, 40) + other + message.slice(41),
  ]) {
    await expect(decode(emulator, wrong)).rejects.toMatchObject({
      name: 'InvalidAuthorizationMessageException',
      $metadata: { httpStatusCode: 400 },
    })
  }
})

test('calls that only look are refused without a message', async () => {
  const alice = await userMay(emulator, 'alice', { ...everything, Action: 's3:*' })
  const look = emulator.client(EC2Client, alice).send(new DescribeInstancesCommand({}))
  await expect(look).rejects.toMatchObject({
    message: expect.not.stringContaining('Encoded') as string,
  })
})

test('a message can be decoded after a restart, and not after a reset', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'pocketcloud-messages-'))
  let running = await startTestEmulator({ dataDir })
  try {
    const message = await refusedLaunch(running, everything, noGpus)
    await running.close()
    running = await startTestEmulator({ dataDir })
    expect(await decode(running, message)).toMatchObject({ explicitDeny: true })
    running.reset()
    await expect(decode(running, message)).rejects.toMatchObject({
      name: 'InvalidAuthorizationMessageException',
    })
  } finally {
    await running.close()
    rmSync(dataDir, { recursive: true })
  }
})
