import type {
  CopyDBClusterParameterGroupMessage,
  CopyDBClusterParameterGroupResult,
  CreateDBClusterParameterGroupMessage,
  CreateDBClusterParameterGroupResult,
  DBClusterParameterGroup,
  DBClusterParameterGroupsMessage,
  DeleteDBClusterParameterGroupMessage,
  DescribeDBClusterParameterGroupsMessage,
} from '@aws-sdk/client-rds'
import { operation } from '../../../operation.ts'
import {
  copyGroup,
  createGroup,
  groupArn,
  onGroup,
  pageOfGroups,
  removeGroup,
} from '../groups/parameter-group-operations.ts'
import type { ParameterGroup } from '../rows/parameter-groups.ts'

const kind = 'cluster'

export const CreateDBClusterParameterGroup = operation<
  CreateDBClusterParameterGroupMessage,
  CreateDBClusterParameterGroupResult
>({
  authorize: ({ DBClusterParameterGroupName: name, Tags }, call) => onGroup(call, kind, name, Tags),
  run(input, call) {
    const group = createGroup(call, kind, {
      name: input.DBClusterParameterGroupName,
      family: input.DBParameterGroupFamily,
      description: input.Description,
      tags: input.Tags,
    })
    return { DBClusterParameterGroup: describe(group) }
  },
})

export const CopyDBClusterParameterGroup = operation<
  CopyDBClusterParameterGroupMessage,
  CopyDBClusterParameterGroupResult
>({
  authorize: ({ SourceDBClusterParameterGroupIdentifier: source, Tags }, call) =>
    onGroup(call, kind, source, Tags),
  run(input, call) {
    const { SourceDBClusterParameterGroupIdentifier: source, Tags: tags } = input
    const { TargetDBClusterParameterGroupIdentifier: target } = input
    const { TargetDBClusterParameterGroupDescription: description } = input
    const copy = copyGroup(call, kind, { source, target, description, tags })
    return { DBClusterParameterGroup: describe(copy) }
  },
})

export const DeleteDBClusterParameterGroup = operation<DeleteDBClusterParameterGroupMessage, {}>({
  authorize: ({ DBClusterParameterGroupName: name }, call) => onGroup(call, kind, name),
  run({ DBClusterParameterGroupName: name }, call) {
    removeGroup(call, kind, name)
    return {}
  },
})

export const DescribeDBClusterParameterGroups = operation<
  DescribeDBClusterParameterGroupsMessage,
  DBClusterParameterGroupsMessage
>({
  authorize: ({ DBClusterParameterGroupName: name }, call) => onGroup(call, kind, name),
  run({ DBClusterParameterGroupName: name, ...request }, call) {
    const { records, Marker } = pageOfGroups(call, kind, name, request)
    return { DBClusterParameterGroups: records.map(describe), ...(Marker && { Marker }) }
  },
})

const describe = (group: ParameterGroup): DBClusterParameterGroup => ({
  DBClusterParameterGroupName: group.name,
  DBParameterGroupFamily: group.family,
  Description: group.description,
  DBClusterParameterGroupArn: groupArn(group),
})
