import {
  DescribeInstancesCommand,
  EC2Client,
  RunInstancesCommand,
  type RunInstancesRequest,
} from '@aws-sdk/client-ec2'
import {
  CreateExperimentTemplateCommand,
  DeleteExperimentTemplateCommand,
  FisClient,
  GetActionCommand,
  GetExperimentCommand,
  GetExperimentTemplateCommand,
  GetTargetResourceTypeCommand,
  ListActionsCommand,
  ListExperimentTemplatesCommand,
  ListExperimentsCommand,
  ListTagsForResourceCommand,
  ListTargetResourceTypesCommand,
  StartExperimentCommand,
  StopExperimentCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateExperimentTemplateCommand,
  type CreateExperimentTemplateActionInput,
  type CreateExperimentTemplateCommandInput,
  type CreateExperimentTemplateTargetInput,
} from '@aws-sdk/client-fis'
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'

let emulator: TestEmulator
let fis: FisClient
let ec2: EC2Client
const roles: Record<string, string> = {}

beforeAll(async () => {
  emulator = await startTestEmulator()
  fis = emulator.client(FisClient)
  ec2 = emulator.client(EC2Client)
  roles['able'] = await makeRole('able', 'ec2:*')
  roles['idle'] = await makeRole('idle', 's3:*')
  roles['other'] = await makeRole('other', 'ec2:*', 'ec2.amazonaws.com')
})
afterAll(() => emulator.close())

async function makeRole(RoleName: string, action: string, trusted = 'fis.amazonaws.com') {
  const iam = emulator.client(IAMClient)
  const document = (Statement: object) => JSON.stringify({ Version: '2012-10-17', Statement })
  const { Role } = await iam.send(
    new CreateRoleCommand({
      RoleName,
      AssumeRolePolicyDocument: document({
        Effect: 'Allow',
        Principal: { Service: trusted },
        Action: 'sts:AssumeRole',
      }),
    }),
  )
  await iam.send(
    new PutRolePolicyCommand({
      RoleName,
      PolicyName: 'own',
      PolicyDocument: document({ Effect: 'Allow', Action: action, Resource: '*' }),
    }),
  )
  return Role!.Arn!
}

async function launch(team: string, more: Partial<RunInstancesRequest> = {}): Promise<string[]> {
  const { Instances } = await ec2.send(
    new RunInstancesCommand({
      ImageId: 'ami-0c55b159cbfafe1f0',
      InstanceType: 't3.micro',
      MinCount: 1,
      MaxCount: 1,
      TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'team', Value: team }] }],
      ...more,
    }),
  )
  return Instances!.map(({ InstanceId }) => InstanceId!)
}
const onSpot = { InstanceMarketOptions: { MarketType: 'spot' } } as const

async function stateOf(...InstanceIds: string[]): Promise<(string | undefined)[]> {
  const { Reservations } = await ec2.send(new DescribeInstancesCommand({ InstanceIds }))
  return Reservations!.flatMap(({ Instances }) => Instances!).map(({ State }) => State!.Name)
}

let token = 0
const newToken = () => `token-${token++}`

const template = (
  targets: Record<string, CreateExperimentTemplateTargetInput>,
  actions: Record<string, CreateExperimentTemplateActionInput>,
  more: Partial<CreateExperimentTemplateCommandInput> = {},
) =>
  fis.send(
    new CreateExperimentTemplateCommand({
      clientToken: newToken(),
      description: 'lose a machine',
      roleArn: roles['able']!,
      stopConditions: [{ source: 'none' }],
      targets,
      actions,
      ...more,
    }),
  )

async function start(experimentTemplateId: string, more = {}): Promise<string> {
  const { experiment } = await fis.send(
    new StartExperimentCommand({ clientToken: newToken(), experimentTemplateId, ...more }),
  )
  expect(experiment!.state!.status).toBe('initiating')
  return experiment!.id!
}
const experimentNow = async (id: string) =>
  (await fis.send(new GetExperimentCommand({ id }))).experiment!

const spots = (team: string, selectionMode = 'ALL') => ({
  resourceType: 'aws:ec2:spot-instance',
  resourceTags: { team },
  filters: [{ path: 'State.Name', values: ['running'] }],
  selectionMode,
})
const interruption = (durationBeforeInterruption = 'PT2M') => ({
  actionId: 'aws:ec2:send-spot-instance-interruptions',
  parameters: { durationBeforeInterruption },
  targets: { SpotInstances: 'machines' },
})
const onMachines = (actionId: string, more = {}) => ({
  actionId,
  targets: { Instances: 'machines' },
  ...more,
})

describe('an experiment', () => {
  test('interrupts spot instances after the time it says, and leaves the others alone', async () => {
    const hit = await launch('spot', { ...onSpot, MaxCount: 2 })
    const [spared] = await launch('spot')
    const made = await template({ machines: spots('spot') }, { go: interruption('PT5M') })
    const id = await start(made.experimentTemplate!.id!)
    const running = await experimentNow(id)
    expect(running.state!.status).toBe('running')
    expect(running.targets!['machines']!.resourceArns).toHaveLength(2)
    expect(running.actions!['go']!.state!.status).toBe('running')
    await emulator.advance(4 * 60_000)
    expect(await stateOf(...hit)).toEqual(['running', 'running'])
    await emulator.advance(60_000)
    expect(await stateOf(...hit, spared!)).toEqual(['terminated', 'terminated', 'running'])
    const done = await experimentNow(id)
    expect(done.state).toEqual({ status: 'completed', reason: 'Experiment completed.' })
    expect(done.endTime!.getTime() - done.startTime!.getTime()).toBe(5 * 60_000)
  })

  test('takes as many as it selects, by ARN too', async () => {
    const ids = await launch('some', { ...onSpot, MaxCount: 4 })
    const made = await template({ machines: spots('some', 'PERCENT(50)') }, { go: interruption() })
    await start(made.experimentTemplate!.id!)
    await emulator.advance(3 * 60_000)
    expect((await stateOf(...ids)).filter((state) => state === 'terminated')).toHaveLength(2)
    const [named] = await launch('some')
    const arn = `arn:aws:ec2:us-east-1:123456789012:instance/${named}`
    const byArn = await template(
      {
        machines: {
          resourceType: 'aws:ec2:instance',
          resourceArns: [arn],
          selectionMode: 'ALL',
        },
      },
      { go: onMachines('aws:ec2:terminate-instances') },
    )
    const id = await start(byArn.experimentTemplate!.id!)
    expect((await experimentNow(id)).state!.status).toBe('completed')
    expect(await stateOf(named!)).toEqual(['terminated'])
  })

  test('does one thing after the other, and starts again what it stopped', async () => {
    const [id] = await launch('order')
    const machines = {
      resourceType: 'aws:ec2:instance',
      resourceTags: { team: 'order' },
      selectionMode: 'ALL',
    }
    const made = await template(
      { machines },
      {
        wait: { actionId: 'aws:fis:wait', parameters: { duration: 'PT1M' } },
        stop: onMachines('aws:ec2:stop-instances', {
          parameters: { startInstancesAfterDuration: 'PT3M' },
          startAfter: ['wait'],
        }),
        reboot: onMachines('aws:ec2:reboot-instances', { startAfter: ['stop'] }),
      },
    )
    const experiment = await start(made.experimentTemplate!.id!)
    const statuses = async () => {
      const { actions } = await experimentNow(experiment)
      return ['wait', 'stop', 'reboot'].map((name) => actions![name]!.state!.status)
    }
    expect(await statuses()).toEqual(['running', 'pending', 'pending'])
    await emulator.advance(61_000)
    expect(await statuses()).toEqual(['completed', 'running', 'pending'])
    expect(await stateOf(id!)).toEqual(['stopped'])
    await emulator.advance(3 * 60_000)
    expect(await statuses()).toEqual(['completed', 'completed', 'completed'])
    expect(await stateOf(id!)).toEqual(['running'])
  })

  test('is stopped: what was stopped for a while starts, what waits is cancelled', async () => {
    const [id] = await launch('halt')
    const machines = {
      resourceType: 'aws:ec2:instance',
      resourceTags: { team: 'halt' },
      selectionMode: 'ALL',
    }
    const made = await template(
      { machines },
      {
        stop: onMachines('aws:ec2:stop-instances', {
          parameters: { startInstancesAfterDuration: 'PT30M' },
        }),
        end: onMachines('aws:ec2:terminate-instances', { startAfter: ['stop'] }),
      },
    )
    const experiment = await start(made.experimentTemplate!.id!)
    expect(await stateOf(id!)).toEqual(['stopped'])
    await fis.send(new StopExperimentCommand({ id: experiment }))
    const stopped = await experimentNow(experiment)
    expect(stopped.state!.status).toBe('stopped')
    expect(stopped.actions!['stop']!.state!.status).toBe('stopped')
    expect(stopped.actions!['end']!.state!.status).toBe('cancelled')
    await emulator.advance(60 * 60_000)
    expect(await stateOf(id!)).toEqual(['running'])
    await expect(fis.send(new StopExperimentCommand({ id: experiment }))).rejects.toMatchObject({
      name: 'ValidationException',
    })
  })

  test.each([
    ['idle', 'ActionFailed'],
    ['other', 'AccessDenied'],
  ])('fails with a role that may not: %s', async (role, code) => {
    const [id] = await launch(`role-${role}`, onSpot)
    const made = await template(
      { machines: spots(`role-${role}`) },
      { go: interruption() },
      { roleArn: roles[role]! },
    )
    const failed = await experimentNow(await start(made.experimentTemplate!.id!))
    expect(failed.state!.status).toBe('failed')
    expect((failed.state as { error?: { code: string } }).error?.code).toBe(code)
    await emulator.advance(10 * 60_000)
    expect(await stateOf(id!)).toEqual(['running'])
  })

  test('fails without targets, or skips what has none', async () => {
    const none = { machines: spots('nobody') }
    const strict = await template(none, { go: interruption() })
    const failed = await experimentNow(await start(strict.experimentTemplate!.id!))
    expect(failed.state!.status).toBe('failed')
    const lenient = await template(
      none,
      { go: interruption() },
      { experimentOptions: { emptyTargetResolutionMode: 'skip' } },
    )
    const skipped = await experimentNow(await start(lenient.experimentTemplate!.id!))
    expect(skipped.state!.status).toBe('completed')
    expect(skipped.actions!['go']!.state!.status).toBe('skipped')
  })
})

describe('templates', () => {
  const targets = { machines: spots('templates') }

  test('are made once per token, read, changed, listed, tagged and deleted', async () => {
    const input = {
      clientToken: newToken(),
      description: 'first',
      roleArn: roles['able']!,
      stopConditions: [{ source: 'none' }],
      targets,
      actions: { go: interruption() },
      tags: { a: 'b' },
    }
    const create = (more = {}) =>
      fis.send(new CreateExperimentTemplateCommand({ ...input, ...more }))
    const { experimentTemplate: made } = await create()
    expect((await create()).experimentTemplate!.id).toBe(made!.id)
    await expect(create({ description: 'other' })).rejects.toMatchObject({
      name: 'ConflictException',
    })
    const id = made!.id!
    await fis.send(new UpdateExperimentTemplateCommand({ id, description: 'second' }))
    const { experimentTemplate: changed } = await fis.send(new GetExperimentTemplateCommand({ id }))
    expect(changed).toMatchObject({
      description: 'second',
      targets,
      actions: { go: interruption() },
      tags: { a: 'b' },
      experimentOptions: { accountTargeting: 'single-account' },
    })
    const resourceArn = `arn:aws:fis:us-east-1:123456789012:experiment-template/${id}`
    await fis.send(new TagResourceCommand({ resourceArn, tags: { c: 'd' } }))
    await fis.send(new UntagResourceCommand({ resourceArn, tagKeys: ['a'] }))
    const { tags } = await fis.send(new ListTagsForResourceCommand({ resourceArn }))
    expect(tags).toEqual({ c: 'd' })
    const pages = []
    let nextToken: string | undefined
    do {
      const page = await fis.send(
        new ListExperimentTemplatesCommand({ maxResults: 3, ...(nextToken ? { nextToken } : {}) }),
      )
      pages.push(...page.experimentTemplates!)
      nextToken = page.nextToken
    } while (nextToken)
    expect(pages.map((one) => one.id)).toContain(id)
    expect(new Set(pages.map((one) => one.id)).size).toBe(pages.length)
    await fis.send(new DeleteExperimentTemplateCommand({ id }))
    await expect(fis.send(new GetExperimentTemplateCommand({ id }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      $metadata: { httpStatusCode: 404 },
    })
    const elsewhere = emulator.client(FisClient, { region: 'eu-west-1' })
    expect((await elsewhere.send(new ListExperimentsCommand({}))).experiments).toEqual([])
    expect((await fis.send(new ListExperimentsCommand({}))).experiments!.length).toBeGreaterThan(5)
  })

  test.each([
    ['an action that there is not', { actions: { go: onMachines('aws:rds:reboot') } }],
    ['a time that is too short', { actions: { go: interruption('PT1M') } }],
    ['a target of another kind', { actions: { go: onMachines('aws:ec2:stop-instances') } }],
    ['no action', { actions: {} }],
    [
      'actions that wait for each other',
      {
        actions: {
          one: { ...interruption(), startAfter: ['two'] },
          two: { ...interruption(), startAfter: ['one'] },
        },
      },
    ],
    ['a selection that is none', { targets: { machines: spots('x', 'MOST') } }],
    ['a stop condition from nowhere', { stopConditions: [{ source: 'moon' }] }],
    ['a role that is none', { roleArn: 'role' }],
  ])('are refused with %s', async (_what, more) => {
    await expect(template(targets, { go: interruption() }, more)).rejects.toMatchObject({
      name: 'ValidationException',
    })
  })
})

test('actions and target types are listed and described', async () => {
  const { actions } = await fis.send(new ListActionsCommand({}))
  expect(actions!.map(({ id }) => id)).toContain('aws:ec2:send-spot-instance-interruptions')
  const { action } = await fis.send(
    new GetActionCommand({ id: 'aws:ec2:send-spot-instance-interruptions' }),
  )
  expect(action).toMatchObject({
    parameters: { durationBeforeInterruption: { required: true } },
    targets: { SpotInstances: { resourceType: 'aws:ec2:spot-instance' } },
  })
  await expect(fis.send(new GetActionCommand({ id: 'constructor' }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  })
  const { targetResourceTypes } = await fis.send(new ListTargetResourceTypesCommand({}))
  for (const { resourceType } of targetResourceTypes!) {
    const found = await fis.send(new GetTargetResourceTypeCommand({ resourceType: resourceType! }))
    expect(found.targetResourceType!.resourceType).toBe(resourceType)
  }
})
