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

const kind = 'cluster'

export const CreateDBClusterParameterGroup = operation<
  CreateDBClusterParameterGroupMessage,
  CreateDBClusterParameterGroupResult
>({
  authorize: ({ DBClusterParameterGroupName, Tags }, call) => [
    on(call, 'cluster-pg', nameIn('cluster-pg', DBClusterParameterGroupName!), { tags: Tags }),
  ],
  run({ DBClusterParameterGroupName, DBParameterGroupFamily, Description, Tags }, call) {
    const group = makeParameterGroup(
      call,
      {
        kind,
        name: newName('DBClusterParameterGroupName', DBClusterParameterGroupName),
        family: required('DBParameterGroupFamily', DBParameterGroupFamily).toLowerCase(),
        description: required('Description', Description),
        changes: {},
      },
      Tags,
    )
    return { DBClusterParameterGroup: describe(group) }
  },
})

export const CopyDBClusterParameterGroup = operation<
  CopyDBClusterParameterGroupMessage,
  CopyDBClusterParameterGroupResult
>({
  authorize: (input, call) => [
    on(call, 'cluster-pg', nameIn('cluster-pg', input.SourceDBClusterParameterGroupIdentifier!), {
      tags: input.Tags,
    }),
  ],
  run(input, call) {
    const source = requireParameterGroup(call, kind, input.SourceDBClusterParameterGroupIdentifier!)
    const group = makeParameterGroup(
      call,
      {
        ...source,
        name: newName(
          'TargetDBClusterParameterGroupIdentifier',
          input.TargetDBClusterParameterGroupIdentifier,
        ),
        description: required(
          'TargetDBClusterParameterGroupDescription',
          input.TargetDBClusterParameterGroupDescription,
        ),
      },
      input.Tags,
    )
    return { DBClusterParameterGroup: describe(group) }
  },
})

export const DeleteDBClusterParameterGroup = operation<DeleteDBClusterParameterGroupMessage, {}>({
  authorize: ({ DBClusterParameterGroupName }, call) => [
    on(call, 'cluster-pg', nameIn('cluster-pg', DBClusterParameterGroupName!)),
  ],
  run({ DBClusterParameterGroupName }, call) {
    const name = nameIn('cluster-pg', DBClusterParameterGroupName!)
    const group = requireParameterGroup(call, kind, name)
    if (isDefaultGroup(group)) throw defaultGroupStays('DBClusterParameterGroup', name)
    if (isParameterGroupInUse(call.db, group)) throw parameterGroupInUse(name)
    deleteParameterGroup(call.db, group)
    deleteTags(call, arnOf('cluster-pg', call, name))
    return {}
  },
})

export const DescribeDBClusterParameterGroups = operation<
  DescribeDBClusterParameterGroupsMessage,
  DBClusterParameterGroupsMessage
>({
  authorize: ({ DBClusterParameterGroupName }, call) => [
    on(
      call,
      'cluster-pg',
      DBClusterParameterGroupName ? nameIn('cluster-pg', DBClusterParameterGroupName) : '*',
    ),
  ],
  run({ DBClusterParameterGroupName, Filters, ...request }, call) {
    const groups = DBClusterParameterGroupName
      ? [requireParameterGroup(call, kind, DBClusterParameterGroupName)]
      : listParameterGroups(call.db, call, kind)
    const { records, Marker } = page(request, filtered(groups, Filters, {}), ({ name }) => name)
    return { DBClusterParameterGroups: records.map(describe), ...(Marker && { Marker }) }
  },
})

const describe = (group: ParameterGroup): DBClusterParameterGroup => ({
  DBClusterParameterGroupName: group.name,
  DBParameterGroupFamily: group.family,
  Description: group.description,
  DBClusterParameterGroupArn: arnOf('cluster-pg', group, group.name),
})
