import type {
  CopyDBParameterGroupMessage,
  CopyDBParameterGroupResult,
  CreateDBParameterGroupMessage,
  CreateDBParameterGroupResult,
  DBParameterGroup,
  DBParameterGroupsMessage,
  DeleteDBParameterGroupMessage,
  DescribeDBParameterGroupsMessage,
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

const kind = 'instance'

export const CreateDBParameterGroup = operation<
  CreateDBParameterGroupMessage,
  CreateDBParameterGroupResult
>({
  authorize: ({ DBParameterGroupName: name, Tags }, call) => onGroup(call, kind, name, Tags),
  run(input, call) {
    const { DBParameterGroupName: name, DBParameterGroupFamily: family } = input
    const { Description: description, Tags: tags } = input
    return {
      DBParameterGroup: describe(createGroup(call, kind, { name, family, description, tags })),
    }
  },
})

export const CopyDBParameterGroup = operation<
  CopyDBParameterGroupMessage,
  CopyDBParameterGroupResult
>({
  authorize: ({ SourceDBParameterGroupIdentifier: source, Tags }, call) =>
    onGroup(call, kind, source, Tags),
  run(input, call) {
    const copy = copyGroup(call, kind, {
      source: input.SourceDBParameterGroupIdentifier,
      target: input.TargetDBParameterGroupIdentifier,
      description: input.TargetDBParameterGroupDescription,
      tags: input.Tags,
    })
    return { DBParameterGroup: describe(copy) }
  },
})

export const DeleteDBParameterGroup = operation<DeleteDBParameterGroupMessage, {}>({
  authorize: ({ DBParameterGroupName: name }, call) => onGroup(call, kind, name),
  run({ DBParameterGroupName: name }, call) {
    removeGroup(call, kind, name)
    return {}
  },
})

export const DescribeDBParameterGroups = operation<
  DescribeDBParameterGroupsMessage,
  DBParameterGroupsMessage
>({
  authorize: ({ DBParameterGroupName: name }, call) => onGroup(call, kind, name),
  run({ DBParameterGroupName: name, ...request }, call) {
    const { records, Marker } = pageOfGroups(call, kind, name, request)
    return { DBParameterGroups: records.map(describe), ...(Marker && { Marker }) }
  },
})

const describe = (group: ParameterGroup): DBParameterGroup => ({
  DBParameterGroupName: group.name,
  DBParameterGroupFamily: group.family,
  Description: group.description,
  DBParameterGroupArn: groupArn(group),
})
