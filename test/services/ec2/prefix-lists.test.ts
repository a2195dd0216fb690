import {
  CreateManagedPrefixListCommand,
  DeleteManagedPrefixListCommand,
  DescribeManagedPrefixListsCommand,
  GetManagedPrefixListEntriesCommand,
  ModifyManagedPrefixListCommand,
} from '@aws-sdk/client-ec2'
import { expect, test } from 'vitest'
import { refusal, useEc2 } from './support.ts'

const { ec2 } = useEc2()

test("AWS's own lists are there, and stay as they are", async () => {
  const { PrefixLists } = await ec2().send(
    new DescribeManagedPrefixListsCommand({ Filters: [{ Name: 'owner-id', Values: ['AWS'] }] }),
  )
  expect(PrefixLists!.map(({ PrefixListName }) => PrefixListName)).toEqual([
    'com.amazonaws.us-east-1.s3',
    'com.amazonaws.us-east-1.dynamodb',
  ])
  const PrefixListId = PrefixLists![0]!.PrefixListId!
  const call = ec2().send(new DeleteManagedPrefixListCommand({ PrefixListId }))
  expect(await refusal(call)).toMatchObject({ code: 'UnauthorizedOperation' })
})

test('a list is changed from version to version, and each can be read', async () => {
  const { PrefixList } = await ec2().send(
    new CreateManagedPrefixListCommand({
      PrefixListName: 'offices',
      AddressFamily: 'IPv4',
      MaxEntries: 2,
      Entries: [{ Cidr: '203.0.113.0/24', Description: 'Berlin' }],
    }),
  )
  const PrefixListId = PrefixList!.PrefixListId!
  const add = (Cidr: string, CurrentVersion: number) =>
    ec2().send(
      new ModifyManagedPrefixListCommand({ PrefixListId, CurrentVersion, AddEntries: [{ Cidr }] }),
    )
  await add('198.51.100.0/24', 1)
  expect(await refusal(add('192.0.2.0/24', 1))).toMatchObject({ code: 'PrefixListVersionMismatch' })
  expect(await refusal(add('192.0.2.0/24', 2))).toMatchObject({
    code: 'PrefixListMaxEntriesExceeded',
  })
  const entries = async (TargetVersion?: number) =>
    (
      await ec2().send(new GetManagedPrefixListEntriesCommand({ PrefixListId, TargetVersion }))
    ).Entries!.map(({ Cidr }) => Cidr)
  expect(await entries()).toEqual(['203.0.113.0/24', '198.51.100.0/24'])
  expect(await entries(1)).toEqual(['203.0.113.0/24'])
  await ec2().send(new DeleteManagedPrefixListCommand({ PrefixListId }))
  expect(await refusal(entries())).toMatchObject({ code: 'InvalidPrefixListID.NotFound' })
})
