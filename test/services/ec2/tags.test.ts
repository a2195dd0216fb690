import {
  CreateSecurityGroupCommand,
  CreateTagsCommand,
  DeleteSecurityGroupCommand,
  DeleteTagsCommand,
  DescribeSecurityGroupsCommand,
  DescribeTagsCommand,
  DescribeImagesCommand,
  type Tag,
} from '@aws-sdk/client-ec2'
import { beforeEach, describe, expect, test } from 'vitest'
import { courseImage, refusal, useEc2 } from './support.ts'

const { ec2 } = useEc2()
let groupId: string
let count = 0

beforeEach(async () => {
  const { GroupId } = await ec2().send(
    new CreateSecurityGroupCommand({ GroupName: `group-${count++}`, Description: 'to tag' }),
  )
  groupId = GroupId!
})

const put = (Tags: Tag[], ...Resources: string[]) =>
  ec2().send(
    new CreateTagsCommand({ Resources: Resources.length > 0 ? Resources : [groupId], Tags }),
  )

const tags = async () => {
  const { SecurityGroups } = await ec2().send(
    new DescribeSecurityGroupsCommand({ GroupIds: [groupId] }),
  )
  return SecurityGroups![0]!.Tags
}

describe('CreateTags', () => {
  test('adds tags and gives those that are there their new value', async () => {
    await put([
      { Key: 'a', Value: '1' },
      { Key: 'b', Value: '' },
    ])
    await put([{ Key: 'a', Value: '2' }])
    expect(await tags()).toEqual([
      { Key: 'a', Value: '2' },
      { Key: 'b', Value: '' },
    ])
  })

  test.each([
    [[{ Key: 'aws:mine', Value: 'x' }], 'InvalidParameterValue', /reserved for internal use/],
    [[{ Key: 'AWS:mine', Value: 'x' }], 'InvalidParameterValue', /reserved for internal use/],
    [
      [
        { Key: 'a', Value: '1' },
        { Key: 'a', Value: '2' },
      ],
      'InvalidParameterValue',
      /Duplicate tag key 'a'/,
    ],
    [[{ Key: 'k'.repeat(129), Value: 'x' }], 'InvalidParameterValue', /maximum length/],
    [[{ Key: 'k', Value: 'v'.repeat(257) }], 'InvalidParameterValue', /maximum length/],
    [[{ Value: 'no key' }], 'MissingParameter', /Tag.Key/],
  ] as [Tag[], string, RegExp][])('refuses %j', async (bad, code, message) => {
    const error = await refusal(put(bad))
    expect(error.code).toBe(code)
    expect(error.message).toMatch(message)
    expect(await tags()).toBeUndefined()
  })

  test('refuses the 51st tag, and changes nothing then', async () => {
    await put(Array.from({ length: 50 }, (_, at) => ({ Key: `k${at}`, Value: 'v' })))
    expect(await refusal(put([{ Key: 'one more', Value: '' }]))).toMatchObject({
      code: 'TagLimitExceeded',
    })
    expect(await tags()).toHaveLength(50)
    await put([{ Key: 'k0', Value: 'changed' }])
  })

  test('tags all resources or none', async () => {
    const missing = 'vpc-0123456789abcdef0'
    expect(await refusal(put([{ Key: 'a', Value: '1' }], groupId, missing))).toMatchObject({
      code: 'InvalidVpcID.NotFound',
    })
    expect(await tags()).toBeUndefined()
  })

  test('refuses an id of no kind', async () => {
    expect(await refusal(put([{ Key: 'a', Value: '1' }], 'thing-1'))).toEqual({
      code: 'InvalidID',
      message: "The ID 'thing-1' is not valid",
      status: 400,
    })
  })

  test('tags a public image for oneself', async () => {
    await put([{ Key: 'favourite', Value: 'yes' }], courseImage)
    const { Images } = await ec2().send(
      new DescribeImagesCommand({ Filters: [{ Name: 'tag:favourite', Values: ['y*'] }] }),
    )
    expect(Images).toMatchObject([{ ImageId: courseImage }])
  })
})

describe('DeleteTags', () => {
  test('removes by key, by key and value, or all', async () => {
    const remove = (Tags?: Tag[]) =>
      ec2().send(new DeleteTagsCommand({ Resources: [groupId], ...(Tags ? { Tags } : {}) }))
    await put([
      { Key: 'a', Value: '1' },
      { Key: 'b', Value: '2' },
      { Key: 'c', Value: '3' },
    ])
    await remove([{ Key: 'a' }, { Key: 'b', Value: 'other' }])
    expect(await tags()).toEqual([
      { Key: 'b', Value: '2' },
      { Key: 'c', Value: '3' },
    ])
    await remove()
    expect(await tags()).toBeUndefined()
  })
})

describe('DescribeTags', () => {
  test('lists tags with the type of their resource, by filters', async () => {
    await put([
      { Key: 'team', Value: 'blue' },
      { Key: 'stage', Value: 'test' },
    ])
    const listed = async (Name: string, ...Values: string[]) =>
      (
        await ec2().send(
          new DescribeTagsCommand({
            Filters: [
              { Name, Values },
              { Name: 'resource-id', Values: [groupId] },
            ],
          }),
        )
      ).Tags
    const team = {
      ResourceId: groupId,
      ResourceType: 'security-group',
      Key: 'team',
      Value: 'blue',
    }
    expect(await listed('key', 'team')).toEqual([team])
    expect(await listed('value', 'b*')).toEqual([team])
    expect(await listed('tag:team', 'blue')).toEqual([team])
    expect(await listed('resource-type', 'security-group')).toHaveLength(2)
    expect(await listed('resource-type', 'vpc')).toEqual([])
  })

  test('forgets the tags of what is deleted', async () => {
    await put([{ Key: 'gone', Value: 'soon' }])
    await ec2().send(new DeleteSecurityGroupCommand({ GroupId: groupId }))
    const { Tags } = await ec2().send(
      new DescribeTagsCommand({ Filters: [{ Name: 'key', Values: ['gone'] }] }),
    )
    expect(Tags).toEqual([])
  })
})

describe('TagSpecifications', () => {
  test('refuse a resource type that the operation does not make', async () => {
    const call = ec2().send(
      new CreateSecurityGroupCommand({
        GroupName: 'x',
        Description: 'x',
        TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'a', Value: 'b' }] }],
      }),
    )
    expect(await refusal(call)).toEqual({
      code: 'InvalidParameterValue',
      message: "'instance' is not a valid taggable resource type for this operation.",
      status: 400,
    })
  })

  test('tag what is made', async () => {
    const { GroupId, Tags } = await ec2().send(
      new CreateSecurityGroupCommand({
        GroupName: 'tagged',
        Description: 'x',
        TagSpecifications: [{ ResourceType: 'security-group', Tags: [{ Key: 'a', Value: 'b' }] }],
      }),
    )
    expect(Tags).toEqual([{ Key: 'a', Value: 'b' }])
    const { SecurityGroups } = await ec2().send(
      new DescribeSecurityGroupsCommand({ Filters: [{ Name: 'tag:a', Values: ['b'] }] }),
    )
    expect(SecurityGroups).toMatchObject([{ GroupId }])
  })
})
