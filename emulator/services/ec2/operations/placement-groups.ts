import type {
  CreatePlacementGroupRequest,
  CreatePlacementGroupResult,
  DeletePlacementGroupRequest,
  DescribePlacementGroupsRequest,
  DescribePlacementGroupsResult,
} from '@aws-sdk/client-ec2'
import { AwsError } from '../../../errors.ts'
import { operation } from '../../../operation.ts'
import { invalidParameterCombination, invalidValue, missingParameter } from '../errors.ts'
import { anyResource, onNewResource, onResource } from '../permissions.ts'
import {
  deletePlacementGroup,
  findPlacementGroup,
  insertPlacementGroup,
  isPlacementGroupUsed,
  placementGroups,
  requirePlacementGroup,
  toPlacementGroups,
} from '../rows/placement-groups.ts'
import { deleteTags } from '../rows/tags.ts'
import { specifiedTags, tagResource } from '../tagging.ts'

const mostPartitions = 7

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreatePlacementGroup.html */
export const CreatePlacementGroup = operation<
  CreatePlacementGroupRequest,
  CreatePlacementGroupResult
>({
  authorize: ({ GroupName = '*', Strategy, TagSpecifications }, call) =>
    onNewResource(
      call,
      'placement-group',
      TagSpecifications,
      { 'ec2:PlacementGroupName': GroupName, 'ec2:PlacementGroupStrategy': Strategy ?? 'cluster' },
      GroupName,
    ),
  run({ GroupName: name, Strategy, PartitionCount, SpreadLevel, TagSpecifications }, call) {
    if (!name) throw missingParameter('groupName')
    const strategy = Strategy ?? (PartitionCount === undefined ? 'cluster' : 'partition')
    if (!['cluster', 'partition', 'spread'].includes(strategy)) {
      throw invalidValue(strategy, 'strategy')
    }
    if (PartitionCount !== undefined && strategy !== 'partition') {
      throw invalidParameterCombination(
        `The parameter PartitionCount is only supported by the partition strategy.`,
      )
    }
    if (PartitionCount !== undefined && (PartitionCount < 1 || PartitionCount > mostPartitions)) {
      throw invalidValue(PartitionCount, 'partitionCount')
    }
    if (findPlacementGroup(call, name)) {
      throw new AwsError(
        'InvalidPlacementGroup.Duplicate',
        `The placement group '${name}' already exists.`,
      )
    }
    const { 'placement-group': tags } = specifiedTags(TagSpecifications, 'placement-group')
    const id = call.ids.ec2('pg')
    insertPlacementGroup(call, {
      group_id: id,
      group_name: name,
      strategy: strategy as 'cluster',
      partition_count: strategy === 'partition' ? (PartitionCount ?? 2) : null,
      spread_level: strategy === 'spread' ? (SpreadLevel ?? 'rack') : null,
    })
    tagResource(call, id, 'placement-group', tags)
    return { PlacementGroup: toPlacementGroups([placementGroups.require(id, call)], call)[0] }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribePlacementGroups.html */
export const DescribePlacementGroups = operation<
  DescribePlacementGroupsRequest,
  DescribePlacementGroupsResult
>({
  authorize: anyResource,
  run({ Filters, GroupIds, GroupNames: names = [] }, call) {
    for (const name of names) requirePlacementGroup(call, name)
    const byName = {
      sql: 't.group_name in (select value from json_each(?))',
      values: [JSON.stringify(names)],
    }
    const { rows } = placementGroups.page(
      { Filters },
      GroupIds,
      call,
      names.length > 0 ? byName : undefined,
    )
    return { PlacementGroups: toPlacementGroups(rows, call) }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeletePlacementGroup.html */
export const DeletePlacementGroup = operation<DeletePlacementGroupRequest, {}>({
  authorize: ({ GroupName = '*' }, call) => [
    onResource(call, 'placement-group', findPlacementGroup(call, GroupName)?.group_id ?? '', {
      name: GroupName,
    }),
  ],
  run({ GroupName }, call) {
    if (!GroupName) throw missingParameter('groupName')
    const row = requirePlacementGroup(call, GroupName)
    if (isPlacementGroupUsed(call, GroupName)) {
      throw new AwsError(
        'InvalidPlacementGroup.InUse',
        `The placement group '${GroupName}' is in use and may not be deleted.`,
      )
    }
    deletePlacementGroup(call, row.group_id)
    deleteTags(call, row.group_id)
    return {}
  },
})
