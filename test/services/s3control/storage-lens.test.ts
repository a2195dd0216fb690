import {
  CreateStorageLensGroupCommand,
  DeleteStorageLensConfigurationCommand,
  DeleteStorageLensConfigurationTaggingCommand,
  DeleteStorageLensGroupCommand,
  GetStorageLensConfigurationCommand,
  GetStorageLensConfigurationTaggingCommand,
  GetStorageLensGroupCommand,
  ListStorageLensConfigurationsCommand,
  ListStorageLensGroupsCommand,
  ListTagsForResourceCommand,
  PutStorageLensConfigurationCommand,
  PutStorageLensConfigurationTaggingCommand,
  S3ControlClient,
  TagResourceCommand,
  UpdateStorageLensGroupCommand,
} from '@aws-sdk/client-s3-control'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'
import { virtualHostStyle } from '../s3/support.ts'

const AccountId = '123456789012'
const none = { name: 'NoSuchConfiguration', $metadata: { httpStatusCode: 404 } }

let emulator: TestEmulator
let control: S3ControlClient
beforeAll(async () => {
  emulator = await startTestEmulator()
  const hosts = { ...virtualHostStyle(emulator), forcePathStyle: undefined }
  control = emulator.client(S3ControlClient, hosts)
})
afterAll(() => emulator.close())

test('a configuration is put, shown, listed, tagged and deleted', async () => {
  const ConfigId = 'all-of-it'
  const named = { AccountId, ConfigId }
  const configuration = {
    Id: ConfigId,
    IsEnabled: true,
    AccountLevel: {
      ActivityMetrics: { IsEnabled: true },
      BucketLevel: {
        PrefixLevel: {
          StorageMetrics: {
            IsEnabled: true,
            SelectionCriteria: { Delimiter: '/', MaxDepth: 5, MinStorageBytesPercentage: 1.25 },
          },
        },
      },
    },
    Exclude: { Buckets: ['arn:aws:s3:::logs'], Regions: ['eu-west-1'] },
  }
  const put = (more: object = {}) =>
    control.send(
      new PutStorageLensConfigurationCommand({
        ...named,
        StorageLensConfiguration: { ...configuration, ...more },
        Tags: [{ Key: 'a', Value: 'b' }],
      }),
    )
  const StorageLensArn = `arn:aws:s3:us-east-1:${AccountId}:storage-lens/${ConfigId}`
  const get = () => control.send(new GetStorageLensConfigurationCommand(named))
  await expect(get()).rejects.toMatchObject(none)
  await put()
  expect((await get()).StorageLensConfiguration).toEqual({ ...configuration, StorageLensArn })
  const list = await control.send(new ListStorageLensConfigurationsCommand({ AccountId }))
  expect(list.StorageLensConfigurationList).toEqual([
    { Id: ConfigId, StorageLensArn, HomeRegion: 'us-east-1', IsEnabled: true },
  ])
  await expect(put({ Id: 'other' })).rejects.toMatchObject({ name: 'InvalidRequest' })
  await expect(put({ Include: { Regions: ['us-east-1'] } })).rejects.toMatchObject({
    name: 'InvalidRequest',
  })
  const tags = async () =>
    (await control.send(new GetStorageLensConfigurationTaggingCommand(named))).Tags
  expect(await tags()).toEqual([{ Key: 'a', Value: 'b' }])
  const Tags = [{ Key: 'c', Value: 'd' }]
  await control.send(new PutStorageLensConfigurationTaggingCommand({ ...named, Tags }))
  expect(await tags()).toEqual(Tags)
  await control.send(new DeleteStorageLensConfigurationTaggingCommand(named))
  expect(await tags()).toEqual([])
  await control.send(new DeleteStorageLensConfigurationCommand(named))
  await expect(get()).rejects.toMatchObject(none)
})

test('a group is made, changed, listed, tagged and deleted', async () => {
  const Name = 'images'
  const named = { AccountId, Name }
  const group = (suffix: string) => ({ Name, Filter: { MatchAnySuffix: [suffix] } })
  const create = () =>
    control.send(new CreateStorageLensGroupCommand({ AccountId, StorageLensGroup: group('.png') }))
  await create()
  await expect(create()).rejects.toMatchObject({ $metadata: { httpStatusCode: 409 } })
  const StorageLensGroupArn = `arn:aws:s3:us-east-1:${AccountId}:storage-lens-group/${Name}`
  const get = () => control.send(new GetStorageLensGroupCommand(named))
  expect((await get()).StorageLensGroup).toEqual({ ...group('.png'), StorageLensGroupArn })
  await control.send(
    new UpdateStorageLensGroupCommand({ ...named, StorageLensGroup: group('.jpg') }),
  )
  expect((await get()).StorageLensGroup).toMatchObject(group('.jpg'))
  const resource = { AccountId, ResourceArn: StorageLensGroupArn }
  const Tags = [{ Key: 'a', Value: 'b' }]
  await control.send(new TagResourceCommand({ ...resource, Tags }))
  expect((await control.send(new ListTagsForResourceCommand(resource))).Tags).toEqual(Tags)
  const list = await control.send(new ListStorageLensGroupsCommand({ AccountId }))
  expect(list.StorageLensGroupList).toEqual([
    { Name, StorageLensGroupArn, HomeRegion: 'us-east-1' },
  ])
  await control.send(new DeleteStorageLensGroupCommand(named))
  await expect(get()).rejects.toMatchObject(none)
})
