import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CreateUserCommand, IAMClient, PutUserPolicyCommand } from '@aws-sdk/client-iam'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { asUser, policy } from '../services/iam/callers.ts'
import { startTestEmulator, type TestEmulator } from '../support/emulator.ts'
import { cliArguments, person, type Person } from './command-line.ts'

let emulator: TestEmulator
let student: Person
let alice: Awaited<ReturnType<typeof asUser>>
beforeAll(async () => {
  emulator = await startTestEmulator()
  student = person({ POCKETCLOUD_ENDPOINT: emulator.url })
  const iam = emulator.client(IAMClient)
  await iam.send(new CreateUserCommand({ UserName: 'alice' }))
  alice = await asUser(emulator, 'alice')
})
afterAll(async () => {
  await student.leave()
  await emulator.close()
})

const aliceMay = (...statements: object[]) =>
  emulator.client(IAMClient).send(
    new PutUserPolicyCommand({
      UserName: 'alice',
      PolicyName: 'own',
      PolicyDocument: policy(...statements),
    }),
  )

/** Alice makes a bucket; the request's id. */
async function makeBucket(Bucket: string): Promise<string> {
  const made = emulator.client(S3Client, alice).send(new CreateBucketCommand({ Bucket }))
  const { $metadata } = await made.catch(
    (error: unknown) => error as { $metadata: { requestId?: string } },
  )
  return $metadata.requestId!
}

describe('pocketcloud why', () => {
  test('says that nothing was denied', async () => {
    expect((await student.pocketcloud('why')).stdout).toBe('Nothing was denied so far.\n')
  })

  test('explains the last denial for a person', async () => {
    const Condition = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }
    await aliceMay({ Effect: 'Allow', Action: 's3:*', Resource: '*', Condition })
    const requestId = await makeBucket('notes')
    const { stdout, status } = await student.pocketcloud('why')
    expect(status).toBe(0)
    expect(stdout.replace(/when .*/, 'when')).toBe(`s3:CreateBucket was denied
who       arn:aws:iam::123456789012:user/alice
what      s3:CreateBucket on arn:aws:s3:::notes
when
why       no identity-based policy allows s3:CreateBucket

Policies looked at
  own of the user (1 statement)

Statements about s3:CreateBucket
  Allow number 1 in own of the user: does not apply: Bool asks aws:MultiFactorAuthPresent for true, and the request does not have it

This would allow it, in a policy of user alice
  {
    "Effect": "Allow",
    "Action": "s3:CreateBucket",
    "Resource": "arn:aws:s3:::notes"
  }
`)
    expect(stdout).toContain(`request ${requestId}`)
  })

  test('explains the call with a request id, and says it where that was not denied', async () => {
    await aliceMay(
      { Effect: 'Allow', Action: 's3:*', Resource: '*' },
      { Sid: 'NotThis', Effect: 'Deny', Action: 's3:*', Resource: 'arn:aws:s3:::forbidden' },
    )
    const refused = await makeBucket('forbidden')
    const made = await makeBucket('allowed')
    const { stdout } = await student.pocketcloud('why', refused)
    expect(stdout).toContain('s3:CreateBucket was denied, explicitly')
    expect(stdout).toContain('As long as this applies, nothing else can allow it\n  Deny "NotThis"')
    expect(stdout).not.toContain('would allow it')
    expect((await student.pocketcloud('why', made)).stdout).toBe(
      's3:CreateBucket was not denied: it succeeded.\n',
    )
    expect(await student.pocketcloud('why', 'unknown')).toMatchObject({
      status: 1,
      stderr: 'pocketcloud: No call unknown is in the event history.\n',
    })
  })

  test('answers a program with JSON', async () => {
    const { stdout } = await student.pocketcloud('why', '--json')
    expect(JSON.parse(stdout)).toMatchObject({
      principal: 'arn:aws:iam::123456789012:user/alice',
      decision: 'explicitDeny',
      denying: [{ sid: 'NotThis' }],
    })
  })
})

describe('pocketcloud iam', () => {
  test('turns audit on and off', async () => {
    const off = 'audit is off: policies are enforced\n'
    expect((await student.pocketcloud('iam', 'audit')).stdout).toBe(off)
    expect((await student.pocketcloud('iam', 'audit', 'on')).stdout).toBe(
      'audit is on: nothing is denied, what would be is recorded\n',
    )
    expect((await student.pocketcloud('status')).stdout).toContain(
      'audit     on: policies deny nothing\n',
    )
    await makeBucket('forbidden')
    expect((await student.pocketcloud('why')).stdout).toMatch(
      /^s3:CreateBucket would have been denied \(audit is on\), explicitly\n/,
    )
    expect((await student.pocketcloud('iam', 'audit', 'off')).stdout).toBe(off)
    expect((await student.pocketcloud('iam', 'audit', 'maybe')).status).toBe(2)
  })

  test('suggests a policy that can be piped into a file', async () => {
    const { stdout } = await student.pocketcloud('iam', 'suggest', 'alice')
    expect(JSON.parse(stdout)).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Action: 's3:CreateBucket',
          Resource: ['arn:aws:s3:::allowed', 'arn:aws:s3:::forbidden'],
        },
      ],
    })
  })
})

const request = (id: number) => ({
  id,
  request: {
    principal: { type: 'Root', arn: 'arn:aws:iam::123456789012:root', accountId: '123456789012' },
    action: 's3:GetObject',
    resource: 'arn:aws:s3:::notes/naïve\u2028',
    resourceAccountId: '123456789012',
    context: {},
  },
  policies: { identity: [], boundary: [], session: [], resource: null, scps: [], rcps: [] },
})

describe('pocketcloud policy', () => {
  const evaluate = () =>
    spawn(process.execPath, [...cliArguments, 'policy', 'evaluate'], { env: student.env })

  /** Everything that it writes, until it ends. */
  async function answersTo(input: string): Promise<unknown[]> {
    const child = evaluate()
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
    child.stdin.end(input)
    await new Promise((resolve) => child.once('close', resolve))
    expect(output.endsWith('\n')).toBe(true)
    return output
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown)
  }

  test('evaluate answers every line in order, and goes on after one that is wrong', async () => {
    const lines = Array.from({ length: 5000 }, (_, id) =>
      id % 100 === 7 ? `{"id":${id}}` : JSON.stringify(request(id)),
    )
    // The last line needs no line feed.
    const answers = await answersTo(`${lines.join('\n')}\nnonsense`)
    expect(answers).toHaveLength(5001)
    for (const [id, answer] of answers.entries()) {
      expect(answer).toMatchObject(
        id === 5000
          ? { id: null, error: 'the line is no JSON' }
          : id % 100 === 7
            ? { id, error: expect.any(String) as string }
            : { id, decision: 'allowed' },
      )
    }
  })

  test('evaluate answers a line before the next one comes', async () => {
    const child = evaluate()
    const answer = () =>
      new Promise<string>((resolve) => child.stdout.once('data', (chunk) => resolve(String(chunk))))
    child.stdin.write(`${JSON.stringify(request(1))}\n`)
    expect(await answer()).toMatch(/^\{"id":1,.*\}\n$/)
    child.stdin.write(`${JSON.stringify(request(2))}\n`)
    expect(await answer()).toMatch(/^\{"id":2,.*\}\n$/)
    child.stdin.end()
    await new Promise((resolve) => child.once('close', resolve))
  })

  test('validate says what AWS would say', async () => {
    const file = join(student.home, 'policy.json')
    writeFileSync(file, policy({ Effect: 'Allow', Action: 's3:*', Resource: 'notes' }))
    expect(await student.pocketcloud('policy', 'validate', file)).toMatchObject({
      status: 1,
      stdout: `${file}: not valid: Resource notes must be in ARN format or "*".\n`,
    })
    writeFileSync(file, policy({ Effect: 'Allow', Action: 's3:*', Resource: '*' }))
    expect(await student.pocketcloud('policy', 'validate', file)).toMatchObject({
      status: 0,
      stdout: `${file}: valid\n`,
    })
    const trust = await student.pocketcloud('policy', 'validate', '--for', 'trust', file, '--json')
    expect(JSON.parse(trust.stdout)).toMatchObject({
      valid: false,
      problem: 'Missing required field Principal',
    })
    expect((await student.pocketcloud('policy', 'validate', '/nowhere')).status).toBe(2)
  })
})
