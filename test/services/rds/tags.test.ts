import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import {
  AddTagsToResourceCommand,
  CreateDBParameterGroupCommand,
  CreateEventSubscriptionCommand,
  DeleteDBParameterGroupCommand,
  ListTagsForResourceCommand,
  RDSClient,
  RemoveTagsFromResourceCommand,
} from '@aws-sdk/client-rds'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'

let emulator: TestEmulator
let rds: RDSClient
beforeAll(async () => {
  emulator = await startTestEmulator()
  rds = emulator.client(RDSClient)
})
afterAll(() => emulator.close())

const arnOf = (resource: string) => `arn:aws:rds:us-east-1:123456789012:${resource}`

const createGroup = (name: string, Tags = [{ Key: 'team', Value: 'ml' }]) =>
  rds.send(
    new CreateDBParameterGroupCommand({
      DBParameterGroupName: name,
      DBParameterGroupFamily: 'postgres15',
      Description: name,
      Tags,
    }),
  )

const tagsOf = async (ResourceName: string, client = rds) =>
  (await client.send(new ListTagsForResourceCommand({ ResourceName }))).TagList

test('tags are added, replaced and removed in their order', async () => {
  await createGroup('tagged')
  const ResourceName = arnOf('pg:tagged')
  await rds.send(
    new AddTagsToResourceCommand({
      ResourceName,
      Tags: [
        { Key: 'stage', Value: 'test' },
        { Key: 'team', Value: 'data' },
      ],
    }),
  )
  expect(await tagsOf(ResourceName)).toEqual([
    { Key: 'team', Value: 'data' },
    { Key: 'stage', Value: 'test' },
  ])
  await rds.send(new RemoveTagsFromResourceCommand({ ResourceName, TagKeys: ['team', 'none'] }))
  expect(await tagsOf(ResourceName)).toEqual([{ Key: 'stage', Value: 'test' }])
})

test('a new resource of an old name has none of its tags', async () => {
  await createGroup('again')
  await rds.send(new DeleteDBParameterGroupCommand({ DBParameterGroupName: 'again' }))
  await expect(tagsOf(arnOf('pg:again'))).rejects.toMatchObject({
    name: 'DBParameterGroupNotFoundFault',
  })
  await createGroup('again', [])
  expect(await tagsOf(arnOf('pg:again'))).toEqual([])
})

test('a subscription keeps the case of its name', async () => {
  await rds.send(
    new CreateEventSubscriptionCommand({
      SubscriptionName: 'MixedCase',
      SnsTopicArn: 'arn:aws:sns:us-east-1:123456789012:topic',
      Tags: [{ Key: 'a', Value: 'b' }],
    }),
  )
  expect(await tagsOf(arnOf('es:MixedCase'))).toEqual([{ Key: 'a', Value: 'b' }])
})

test.each([
  ['db:nothing', 'DBInstanceNotFoundFault'],
  ['snapshot:nothing', 'DBSnapshotNotFoundFault'],
  ['cluster:nothing', 'DBClusterNotFoundFault'],
  ['subgrp:nothing', 'DBSubnetGroupNotFoundFault'],
  ['og:nothing', 'OptionGroupNotFoundFault'],
  ['nonsense:nothing', 'InvalidParameterValue'],
])('ListTagsForResource says of %s that it is not there', async (resource, name) => {
  await expect(tagsOf(arnOf(resource))).rejects.toMatchObject({ name })
})

test('reserved keys and the ARNs of others are refused', async () => {
  await expect(createGroup('reserved', [{ Key: 'aws:x', Value: 'y' }])).rejects.toMatchObject({
    name: 'InvalidParameterValue',
  })
  await expect(tagsOf('arn:aws:rds:us-east-1:210987654321:pg:tagged')).rejects.toMatchObject({
    name: 'InvalidParameterValue',
  })
})

test('policies see the tags of a resource', async () => {
  const iam = emulator.client(IAMClient)
  await iam.send(new CreateUserCommand({ UserName: 'reader' }))
  await iam.send(
    new PutUserPolicyCommand({
      UserName: 'reader',
      PolicyName: 'ours',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Action: 'rds:ListTagsForResource',
          Resource: '*',
          Condition: { StringEquals: { 'rds:pg-tag/team': 'ml' } },
        },
      }),
    }),
  )
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'reader' }))
  const reader = emulator.client(RDSClient, {
    credentials: {
      accessKeyId: AccessKey!.AccessKeyId,
      secretAccessKey: AccessKey!.SecretAccessKey,
    },
  })
  await createGroup('ours')
  await createGroup('theirs', [{ Key: 'team', Value: 'web' }])
  expect(await tagsOf(arnOf('pg:ours'), reader)).toHaveLength(1)
  await expect(tagsOf(arnOf('pg:theirs'), reader)).rejects.toMatchObject({ name: 'AccessDenied' })
})
