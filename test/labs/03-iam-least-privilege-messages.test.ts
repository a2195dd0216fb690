import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  AttachUserPolicyCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreateUserCommand,
  IAMClient,
} from '@aws-sdk/client-iam'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { findLab } from '../../checker/catalogue.ts'
import { controlClient } from '../../checker/control-client.ts'
import { grade } from '../../checker/grade.ts'
import type { TestEmulator } from '../support/emulator.ts'
import { startTestEmulator } from '../support/emulator.ts'

// What the wrong answers leave out: other ways to write the policy, by the SDK, which is quicker than the CLI.

let emulator: TestEmulator
let iam: IAMClient
beforeAll(async () => {
  emulator = await startTestEmulator()
  iam = emulator.client(IAMClient)
})
beforeEach(() => emulator.reset())
afterAll(() => emulator.close())

const lab = findLab('iam-least-privilege')!
const account = '123456789012'
const bucket = `ml-research-${account}`

/** The policies that the lab's text writes, one after the other. */
const [draft, final] = Array.from(
  lab.text.matchAll(/^cat > policy\.json <<JSON\n(.*?)^JSON$/gms),
  ([, text]) =>
    JSON.parse(text!.replaceAll('$BUCKET', bucket).replaceAll('$ACCOUNT', account)) as Policy,
) as [Policy, Policy]

interface Policy {
  readonly Version: string
  readonly Statement: readonly { readonly Sid: string; readonly [element: string]: unknown }[]
}

/** The policy with statements replaced by their Sid, or added. */
function changed(...statements: Policy['Statement'][number][]): Policy {
  const others = final.Statement.filter(({ Sid }) => !statements.some((one) => one.Sid === Sid))
  return { ...final, Statement: [...others, ...statements] }
}

/** Gives a policy to carol, and everything else she needs. */
async function give(policy: Policy, UserName = 'carol') {
  await emulator.client(S3Client).send(new CreateBucketCommand({ Bucket: bucket }))
  await iam.send(new CreateUserCommand({ UserName }))
  const { Policy: made } = await iam.send(
    new CreatePolicyCommand({ PolicyName: 'Hers', PolicyDocument: JSON.stringify(policy) }),
  )
  return { UserName, PolicyArn: made!.Arn! }
}

/** What is lost, with the messages and calls. */
async function lost() {
  const { tasks, state } = await grade(lab, { endpoint: emulator.url, since: { sequence: 0 } })
  expect(state).not.toBe('ungradable')
  const conditions = tasks.flatMap((task) =>
    task.conditions.map((condition) => ({ ...condition, path: `${task.id}/${condition.id}` })),
  )
  return new Map(conditions.filter((one) => one.state !== 'passed').map((one) => [one.path, one]))
}

async function lostBy(policy: Policy) {
  await iam.send(new AttachUserPolicyCommand(await give(policy)))
  return lost()
}

describe('a policy', () => {
  it('as the first draft allows all she needs, and is narrowed line by line', async () => {
    const found = await lostBy(draft)
    expect([...found.keys()]).toEqual([
      'bucket/reads-no-more',
      'bucket/writes-no-more',
      'bucket/deletes-nothing',
      'machines/types',
      'machines/regions',
      'machines/tags',
      'machines/nothing-else',
    ])
    expect(found.get('bucket/deletes-nothing')).toMatchObject({
      message: `Your policy Hers allows s3:DeleteObject on data/check-2.csv, s3:DeleteObject on models/check.bin: its statement Bucket says s3:* on arn:aws:s3:::${bucket}/*. Your policy Hers allows s3:DeleteBucket on ${bucket}: its statement Bucket says s3:* on arn:aws:s3:::${bucket}. Expected that she deletes nothing, not even a model: older ones are evidence.`,
      call: { service: 'iam', operation: 'CreatePolicy' },
    })
  })

  it('by a group of hers is as good', async () => {
    const { UserName, PolicyArn } = await give(final)
    const GroupName = 'Researchers'
    await iam.send(new CreateGroupCommand({ GroupName }))
    await iam.send(new AddUserToGroupCommand({ GroupName, UserName }))
    await iam.send(new AttachGroupPolicyCommand({ GroupName, PolicyArn }))
    expect([...(await lost()).keys()]).toEqual([])
  })

  it('of a user by another name costs one point', async () => {
    await iam.send(new AttachUserPolicyCommand(await give(final, 'caroline')))
    const found = await lost()
    expect([...found.keys()]).toEqual(['policy/attached'])
    expect(found.get('policy/attached')!.message).toBe(
      'Your user is called caroline. Expected carol.',
    )
  })

  it('may say the same by forbidding', async () => {
    const deny = { Effect: 'Deny', Resource: '*' }
    const found = await lostBy({
      Version: '2012-10-17',
      Statement: [
        ...final.Statement.filter(({ Sid }) => !/^(Launch|Tag)/.test(Sid)),
        {
          Sid: 'Launch',
          Effect: 'Allow',
          Action: ['ec2:RunInstances', 'ec2:CreateTags'],
          Resource: '*',
        },
        {
          Sid: 'Small',
          ...deny,
          Action: 'ec2:RunInstances',
          Resource: 'arn:aws:ec2:*:*:instance/*',
          Condition: { StringNotEquals: { 'ec2:InstanceType': ['t3.micro', 't3.small'] } },
        },
        {
          Sid: 'Tagged',
          ...deny,
          Action: 'ec2:RunInstances',
          Resource: 'arn:aws:ec2:*:*:instance/*',
          Condition: { StringNotEquals: { 'aws:RequestTag/Team': 'data-science' } },
        },
        {
          Sid: 'Here',
          ...deny,
          Action: 'ec2:*',
          Condition: { StringNotEquals: { 'aws:RequestedRegion': 'us-east-1' } },
        },
        {
          Sid: 'AtLaunch',
          ...deny,
          Action: 'ec2:CreateTags',
          Condition: { StringNotEquals: { 'ec2:CreateAction': 'RunInstances' } },
        },
      ],
    })
    expect([...found.keys()]).toEqual([])
  })

  it('that lets her list the whole bucket says which statement does', async () => {
    const found = await lostBy(
      changed({
        Sid: 'ListData',
        Effect: 'Allow',
        Action: 's3:ListBucket',
        Resource: `arn:aws:s3:::${bucket}`,
      }),
    )
    expect([...found.keys()]).toEqual(['bucket/reads-no-more'])
    expect(found.get('bucket/reads-no-more')!.message).toContain(
      `Your policy Hers allows s3:ListBucket on the whole bucket ${bucket}, s3:ListBucket on ${bucket} for payroll/: its statement ListData says s3:ListBucket on arn:aws:s3:::${bucket}.`,
    )
  })

  it('that lets her write her own policy anew is found out', async () => {
    const found = await lostBy(
      changed({
        Sid: 'Own',
        Effect: 'Allow',
        Action: 'iam:CreatePolicyVersion',
        Resource: `arn:aws:iam::${account}:policy/Hers`,
      }),
    )
    expect([...found.keys()]).toEqual(['iam/untouched'])
    expect(found.get('iam/untouched')!.message).toContain(
      'Your policy Hers allows iam:CreatePolicyVersion on her own policy Hers: its statement Own says',
    )
  })
})

it('what is tried leaves no trace in the cloud, nor in its history', async () => {
  await iam.send(new AttachUserPolicyCommand(await give(draft)))
  const before = await controlClient(emulator.url).events(0, 1000)
  await lost()
  expect(await controlClient(emulator.url).events(0, 1000)).toEqual(before)
})
