import type {
  DBClusterParameterGroupDetails,
  DBClusterParameterGroupNameMessage,
  DBParameterGroupDetails,
  DBParameterGroupNameMessage,
  DescribeDBClusterParametersMessage,
  DescribeDBParametersMessage,
  DescribeEngineDefaultClusterParametersMessage,
  DescribeEngineDefaultClusterParametersResult,
  DescribeEngineDefaultParametersMessage,
  DescribeEngineDefaultParametersResult,
  ModifyDBClusterParameterGroupMessage,
  ModifyDBParameterGroupMessage,
  ResetDBClusterParameterGroupMessage,
  ResetDBParameterGroupMessage,
} from '@aws-sdk/client-rds'
import { operation } from '../../../operation.ts'
import { nameIn } from '../arns.ts'
import { requireParameterGroup } from '../groups/parameter-groups.ts'
import { modifyParameters, resetParameters } from '../parameters/change.ts'
import { describeDefaults, describeParameters } from '../parameters/describe.ts'
import { on } from '../permissions.ts'

export const DescribeDBParameters = operation<DescribeDBParametersMessage, DBParameterGroupDetails>(
  {
    authorize: ({ DBParameterGroupName }, call) => [
      on(call, 'pg', nameIn('pg', DBParameterGroupName!)),
    ],
    run: ({ DBParameterGroupName, ...request }, call) =>
      describeParameters(requireParameterGroup(call, 'instance', DBParameterGroupName!), request),
  },
)

export const DescribeDBClusterParameters = operation<
  DescribeDBClusterParametersMessage,
  DBClusterParameterGroupDetails
>({
  authorize: ({ DBClusterParameterGroupName }, call) => [
    on(call, 'cluster-pg', nameIn('cluster-pg', DBClusterParameterGroupName!)),
  ],
  run: ({ DBClusterParameterGroupName, ...request }, call) =>
    describeParameters(
      requireParameterGroup(call, 'cluster', DBClusterParameterGroupName!),
      request,
    ),
})

export const DescribeEngineDefaultParameters = operation<
  DescribeEngineDefaultParametersMessage,
  DescribeEngineDefaultParametersResult
>({
  authorize: () => ['*'],
  run: ({ DBParameterGroupFamily, ...request }) => ({
    EngineDefaults: describeDefaults(DBParameterGroupFamily!, request),
  }),
})

export const DescribeEngineDefaultClusterParameters = operation<
  DescribeEngineDefaultClusterParametersMessage,
  DescribeEngineDefaultClusterParametersResult
>({
  authorize: () => ['*'],
  run: ({ DBParameterGroupFamily, ...request }) => ({
    EngineDefaults: describeDefaults(DBParameterGroupFamily!, request),
  }),
})

export const ModifyDBParameterGroup = operation<
  ModifyDBParameterGroupMessage,
  DBParameterGroupNameMessage
>({
  authorize: ({ DBParameterGroupName }, call) => [
    on(call, 'pg', nameIn('pg', DBParameterGroupName!)),
  ],
  run({ DBParameterGroupName, Parameters = [] }, call) {
    const group = requireParameterGroup(call, 'instance', DBParameterGroupName!)
    modifyParameters(call, group, Parameters)
    return { DBParameterGroupName: group.name }
  },
})

export const ModifyDBClusterParameterGroup = operation<
  ModifyDBClusterParameterGroupMessage,
  DBClusterParameterGroupNameMessage
>({
  authorize: ({ DBClusterParameterGroupName }, call) => [
    on(call, 'cluster-pg', nameIn('cluster-pg', DBClusterParameterGroupName!)),
  ],
  run({ DBClusterParameterGroupName, Parameters = [] }, call) {
    const group = requireParameterGroup(call, 'cluster', DBClusterParameterGroupName!)
    modifyParameters(call, group, Parameters)
    return { DBClusterParameterGroupName: group.name }
  },
})

export const ResetDBParameterGroup = operation<
  ResetDBParameterGroupMessage,
  DBParameterGroupNameMessage
>({
  authorize: ({ DBParameterGroupName }, call) => [
    on(call, 'pg', nameIn('pg', DBParameterGroupName!)),
  ],
  run({ DBParameterGroupName, ResetAllParameters, Parameters }, call) {
    const group = requireParameterGroup(call, 'instance', DBParameterGroupName!)
    resetParameters(call, group, {
      all: ResetAllParameters ?? Parameters === undefined,
      Parameters,
    })
    return { DBParameterGroupName: group.name }
  },
})

export const ResetDBClusterParameterGroup = operation<
  ResetDBClusterParameterGroupMessage,
  DBClusterParameterGroupNameMessage
>({
  authorize: ({ DBClusterParameterGroupName }, call) => [
    on(call, 'cluster-pg', nameIn('cluster-pg', DBClusterParameterGroupName!)),
  ],
  run({ DBClusterParameterGroupName, ResetAllParameters, Parameters }, call) {
    const group = requireParameterGroup(call, 'cluster', DBClusterParameterGroupName!)
    resetParameters(call, group, {
      all: ResetAllParameters ?? Parameters === undefined,
      Parameters,
    })
    return { DBClusterParameterGroupName: group.name }
  },
})
