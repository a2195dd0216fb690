import type {
  AuthorizeDBSecurityGroupIngressMessage,
  CreateDBSecurityGroupMessage,
  DBSecurityGroupMessage,
  DeleteDBSecurityGroupMessage,
  DescribeDBSecurityGroupsMessage,
  RevokeDBSecurityGroupIngressMessage,
} from '@aws-sdk/client-rds'
import { operation } from '../../../operation.ts'
import { filtered } from '../filters.ts'
import { securityGroupNotFound, securityGroupsNotSupported } from '../groups/errors.ts'
import { page } from '../pages.ts'
import { on } from '../permissions.ts'

// DB security groups were for EC2-Classic, which was retired on August 15, 2022: an account has none and can make none.
// https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBSecurityGroup.html

export const CreateDBSecurityGroup = operation<CreateDBSecurityGroupMessage, never>({
  authorize: ({ DBSecurityGroupName, Tags }, call) => [
    on(call, 'secgrp', DBSecurityGroupName!, { tags: Tags }),
  ],
  run() {
    throw securityGroupsNotSupported()
  },
})

export const DescribeDBSecurityGroups = operation<
  DescribeDBSecurityGroupsMessage,
  DBSecurityGroupMessage
>({
  authorize: ({ DBSecurityGroupName }, call) => [on(call, 'secgrp', DBSecurityGroupName ?? '*')],
  run({ DBSecurityGroupName, Filters, ...request }) {
    if (DBSecurityGroupName) throw securityGroupNotFound(DBSecurityGroupName)
    page(request, filtered([], Filters, {}), String)
    return { DBSecurityGroups: [] }
  },
})

export const DeleteDBSecurityGroup = operation<DeleteDBSecurityGroupMessage, never>({
  authorize: ({ DBSecurityGroupName }, call) => [on(call, 'secgrp', DBSecurityGroupName!)],
  run({ DBSecurityGroupName }) {
    throw securityGroupNotFound(DBSecurityGroupName!)
  },
})

export const AuthorizeDBSecurityGroupIngress = operation<
  AuthorizeDBSecurityGroupIngressMessage,
  never
>({
  authorize: ({ DBSecurityGroupName }, call) => [on(call, 'secgrp', DBSecurityGroupName!)],
  run({ DBSecurityGroupName }) {
    throw securityGroupNotFound(DBSecurityGroupName!)
  },
})

export const RevokeDBSecurityGroupIngress = operation<RevokeDBSecurityGroupIngressMessage, never>({
  authorize: ({ DBSecurityGroupName }, call) => [on(call, 'secgrp', DBSecurityGroupName!)],
  run({ DBSecurityGroupName }) {
    throw securityGroupNotFound(DBSecurityGroupName!)
  },
})
