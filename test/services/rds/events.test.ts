import {
  AddSourceIdentifierToSubscriptionCommand,
  CreateDBParameterGroupCommand,
  CreateEventSubscriptionCommand,
  DeleteEventSubscriptionCommand,
  DescribeEventCategoriesCommand,
  DescribeEventsCommand,
  DescribeEventSubscriptionsCommand,
  ModifyDBParameterGroupCommand,
  ModifyEventSubscriptionCommand,
  RDSClient,
  RemoveSourceIdentifierFromSubscriptionCommand,
  type DescribeEventsCommandInput,
} from '@aws-sdk/client-rds'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'

let emulator: TestEmulator
let rds: RDSClient
const topic = 'arn:aws:sns:us-east-1:123456789012:databases'
const day = 24 * 3600 * 1000

beforeAll(async () => {
  emulator = await startTestEmulator()
  rds = emulator.client(RDSClient)
  for (const name of ['one', 'two']) {
    await rds.send(
      new CreateDBParameterGroupCommand({
        DBParameterGroupName: name,
        DBParameterGroupFamily: 'postgres15',
        Description: name,
      }),
    )
  }
})
afterAll(() => emulator.close())

const change = (DBParameterGroupName: string, ParameterValue: string) =>
  rds.send(
    new ModifyDBParameterGroupCommand({
      DBParameterGroupName,
      Parameters: [{ ParameterName: 'work_mem', ParameterValue, ApplyMethod: 'immediate' }],
    }),
  )

const events = async (input: DescribeEventsCommandInput = {}) =>
  (await rds.send(new DescribeEventsCommand(input))).Events!

/** What was sent to a topic or an event bus. */
async function sent(destination: string): Promise<{ body: Record<string, unknown> }[]> {
  const url = `${emulator.url}/_pocketcloud/bus?destination=${encodeURIComponent(destination)}`
  const answer = (await (await fetch(url)).json()) as {
    events: { body: Record<string, unknown> }[]
  }
  return answer.events
}

test('events are shown for an hour by default, and kept for 14 days', async () => {
  await change('one', '8192')
  await change('two', '8192')
  expect(await events({ SourceType: 'db-parameter-group', SourceIdentifier: 'one' })).toMatchObject(
    [
      {
        SourceIdentifier: 'one',
        SourceType: 'db-parameter-group',
        SourceArn: 'arn:aws:rds:us-east-1:123456789012:pg:one',
        Message: 'Updated parameter work_mem to 8192 with apply method immediate',
      },
    ],
  )
  expect(await events({ EventCategories: ['failover'] })).toEqual([])
  await expect(events({ SourceIdentifier: 'one' })).rejects.toMatchObject({
    name: 'InvalidParameterCombination',
    message: 'Cannot specify source identifier without source type',
  })
  await emulator.advance(2 * day)
  expect(await events()).toEqual([])
  expect(await events({ Duration: 3 * 24 * 60 })).toHaveLength(2)
  await emulator.advance(13 * day)
  expect(await events({ Duration: 20 * 24 * 60 })).toEqual([])
})

test('every source type has its categories', async () => {
  const { EventCategoriesMapList } = await rds.send(
    new DescribeEventCategoriesCommand({ SourceType: 'db-instance' }),
  )
  expect(EventCategoriesMapList).toHaveLength(1)
  expect(EventCategoriesMapList![0]!.EventCategories).toContain('low storage')
})

test('a subscription tells its topic of the events that it fits', async () => {
  const { EventSubscription } = await rds.send(
    new CreateEventSubscriptionCommand({
      SubscriptionName: 'Changes',
      SnsTopicArn: topic,
      SourceType: 'db-parameter-group',
      SourceIds: ['one'],
      EventCategories: ['Configuration Change'],
    }),
  )
  expect(EventSubscription).toMatchObject({
    CustSubscriptionId: 'Changes',
    Enabled: true,
    EventCategoriesList: ['configuration change'],
    SourceIdsList: ['one'],
    EventSubscriptionArn: 'arn:aws:rds:us-east-1:123456789012:es:Changes',
  })
  await change('one', '4096')
  await change('two', '4096')
  const messages = await sent(topic)
  expect(messages.map(({ body }) => [body['Source ID'], body['Event Message']])).toEqual([
    ['one', 'Updated parameter work_mem to 4096 with apply method immediate'],
  ])
  const bus = await sent('arn:aws:events:us-east-1:123456789012:event-bus/default')
  expect(bus.at(-1)!.body).toMatchObject({
    'detail-type': 'RDS DB Parameter Group Event',
    source: 'aws.rds',
    detail: { EventID: 'RDS-EVENT-0037', SourceIdentifier: 'two' },
  })
})

test('a subscription is changed, switched off and deleted', async () => {
  await rds.send(
    new AddSourceIdentifierToSubscriptionCommand({
      SubscriptionName: 'Changes',
      SourceIdentifier: 'two',
    }),
  )
  await rds.send(
    new RemoveSourceIdentifierFromSubscriptionCommand({
      SubscriptionName: 'Changes',
      SourceIdentifier: 'one',
    }),
  )
  await rds.send(
    new ModifyEventSubscriptionCommand({ SubscriptionName: 'Changes', Enabled: false }),
  )
  const before = (await sent(topic)).length
  await change('two', '2048')
  expect(await sent(topic)).toHaveLength(before)
  const { EventSubscriptionsList } = await rds.send(new DescribeEventSubscriptionsCommand({}))
  expect(EventSubscriptionsList).toMatchObject([
    { Status: 'active', Enabled: false, SourceIdsList: ['two'] },
  ])
  await rds.send(new DeleteEventSubscriptionCommand({ SubscriptionName: 'Changes' }))
  await expect(
    rds.send(new DescribeEventSubscriptionsCommand({ SubscriptionName: 'Changes' })),
  ).rejects.toMatchObject({
    name: 'SubscriptionNotFoundFault',
    message: 'Subscription Changes not found.',
  })
})

test.each([
  ['an unknown category', { EventCategories: ['party'] }, 'SubscriptionCategoryNotFoundFault'],
  [
    'a source that is not there',
    { SourceType: 'db-instance', SourceIds: ['no'] },
    'SourceNotFoundFault',
  ],
  ['sources without a type', { SourceIds: ['one'] }, 'InvalidParameterCombination'],
  ['what is no topic', { SnsTopicArn: 'databases' }, 'SNSInvalidTopicFault'],
])('CreateEventSubscription refuses %s', async (_, input, name) => {
  await expect(
    rds.send(
      new CreateEventSubscriptionCommand({
        SubscriptionName: 'refused',
        SnsTopicArn: topic,
        ...input,
      }),
    ),
  ).rejects.toMatchObject({ name })
})
