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
import { arnOf, nameIn } from '../arns.ts'
import { filtered } from '../filters.ts'
import { defaultGroupStays, parameterGroupInUse } from '../groups/errors.ts'
import { newName, required } from '../groups/names.ts'
import {
  isDefaultGroup,
  makeParameterGroup,
  requireParameterGroup,
} from '../groups/parameter-groups.ts'
import { page } from '../pages.ts'
import { on } from '../permissions.ts'
import {
  deleteParameterGroup,
  isParameterGroupInUse,
  listParameterGroups,
  type ParameterGroup,
} from '../rows/parameter-groups.ts'
import { deleteTags } from '../rows/tags.ts'

const kind = 'instance'

export const CreateDBParameterGroup = operation<
  CreateDBParameterGroupMessage,
  CreateDBParameterGroupResult
>({
  authorize: ({ DBParameterGroupName, Tags }, call) => [
    on(call, 'pg', nameIn('pg', DBParameterGroupName!), { tags: Tags }),
  ],
  run({ DBParameterGroupName, DBParameterGroupFamily, Description, Tags }, call) {
    const group = makeParameterGroup(
      call,
      {
        kind,
        name: newName('DBParameterGroupName', DBParameterGroupName),
        family: required('DBParameterGroupFamily', DBParameterGroupFamily).toLowerCase(),
        description: required('Description', Description),
        changes: {},
      },
      Tags,
    )
    return { DBParameterGroup: describe(group) }
  },
})

export const CopyDBParameterGroup = operation<
  CopyDBParameterGroupMessage,
  CopyDBParameterGroupResult
>({
  authorize: (input, call) => [
    on(call, 'pg', nameIn('pg', input.SourceDBParameterGroupIdentifier!), { tags: input.Tags }),
  ],
  run(input, call) {
    const source = requireParameterGroup(call, kind, input.SourceDBParameterGroupIdentifier!)
    const group = makeParameterGroup(
      call,
      {
        ...source,
        name: newName('TargetDBParameterGroupIdentifier', input.TargetDBParameterGroupIdentifier),
        description: required(
          'TargetDBParameterGroupDescription',
          input.TargetDBParameterGroupDescription,
        ),
      },
      input.Tags,
    )
    return { DBParameterGroup: describe(group) }
  },
})

export const DeleteDBParameterGroup = operation<DeleteDBParameterGroupMessage, {}>({
  authorize: ({ DBParameterGroupName }, call) => [
    on(call, 'pg', nameIn('pg', DBParameterGroupName!)),
  ],
  run({ DBParameterGroupName }, call) {
    const name = nameIn('pg', DBParameterGroupName!)
    const group = requireParameterGroup(call, kind, name)
    if (isDefaultGroup(group)) throw defaultGroupStays('DBParameterGroup', name)
    if (isParameterGroupInUse(call.db, group)) throw parameterGroupInUse(name)
    deleteParameterGroup(call.db, group)
    deleteTags(call, arnOf('pg', call, name))
    return {}
  },
})

export const DescribeDBParameterGroups = operation<
  DescribeDBParameterGroupsMessage,
  DBParameterGroupsMessage
>({
  authorize: ({ DBParameterGroupName }, call) => [
    on(call, 'pg', DBParameterGroupName ? nameIn('pg', DBParameterGroupName) : '*'),
  ],
  run({ DBParameterGroupName, Filters, ...request }, call) {
    const groups = DBParameterGroupName
      ? [requireParameterGroup(call, kind, DBParameterGroupName)]
      : listParameterGroups(call.db, call, kind)
    const { records, Marker } = page(request, filtered(groups, Filters, {}), ({ name }) => name)
    return { DBParameterGroups: records.map(describe), ...(Marker && { Marker }) }
  },
})

const describe = (group: ParameterGroup): DBParameterGroup => ({
  DBParameterGroupName: group.name,
  DBParameterGroupFamily: group.family,
  Description: group.description,
  DBParameterGroupArn: arnOf('pg', group, group.name),
})
