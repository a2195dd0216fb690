import type {
  CreateDBSubnetGroupMessage,
  CreateDBSubnetGroupResult,
  DBSubnetGroupMessage,
  DeleteDBSubnetGroupMessage,
  DescribeDBSubnetGroupsMessage,
  ModifyDBSubnetGroupMessage,
  ModifyDBSubnetGroupResult,
} from '@aws-sdk/client-rds'
import { operation } from '../../../operation.ts'
import { arnOf, nameIn } from '../arns.ts'
import { invalidParameterValue } from '../errors.ts'
import { filtered } from '../filters.ts'
import {
  otherVpc,
  subnetGroupExists,
  subnetGroupInUse,
  subnetGroupQuotaExceeded,
} from '../groups/errors.ts'
import { required } from '../groups/names.ts'
import { chosenSubnets, describeSubnetGroup, requireSubnetGroup } from '../groups/subnet-groups.ts'
import { page } from '../pages.ts'
import { on } from '../permissions.ts'
import {
  deleteSubnetGroup,
  findSubnetGroup,
  listSubnetGroups,
  memberOfSubnetGroup,
  putSubnetGroup,
} from '../rows/subnet-groups.ts'
import { deleteTags, putTags } from '../rows/tags.ts'
import { checkTags } from '../tags.ts'

const mostGroups = 50

export const CreateDBSubnetGroup = operation<CreateDBSubnetGroupMessage, CreateDBSubnetGroupResult>(
  {
    authorize: ({ DBSubnetGroupName, Tags }, call) => [
      on(call, 'subgrp', DBSubnetGroupName!.toLowerCase(), { tags: Tags }),
    ],
    run({ DBSubnetGroupName, DBSubnetGroupDescription, SubnetIds = [], Tags }, call) {
      const name = newName(DBSubnetGroupName)
      const description = required('DBSubnetGroupDescription', DBSubnetGroupDescription)
      if (findSubnetGroup(call.db, call, name)) throw subnetGroupExists(name)
      if (listSubnetGroups(call.db, call).length >= mostGroups) throw subnetGroupQuotaExceeded()
      checkTags(Tags)
      const subnets = chosenSubnets(call, SubnetIds)
      const group = {
        account: call.account,
        region: call.region,
        name,
        description,
        vpcId: subnets[0]!.vpcId,
        subnets: subnets.map(({ id, zone }) => ({ id, zone })),
      }
      putSubnetGroup(call.db, group)
      putTags(call, arnOf('subgrp', call, name), Tags)
      return { DBSubnetGroup: describeSubnetGroup(group) }
    },
  },
)

/** Letters, digits, periods, underscores, spaces and hyphens; `default` is RDS's own. */
function newName(given: string | undefined): string {
  const name = required('DBSubnetGroupName', given).toLowerCase()
  if (name === 'default' || name.length > 255 || !/^[a-z\d._ -]+$/.test(name)) {
    throw invalidParameterValue(
      `The parameter DBSubnetGroupName is not a valid identifier: ${given}. It must contain no more than 255 letters, numbers, periods, underscores, spaces, or hyphens, and must not be default.`,
    )
  }
  return name
}

export const ModifyDBSubnetGroup = operation<ModifyDBSubnetGroupMessage, ModifyDBSubnetGroupResult>(
  {
    authorize: ({ DBSubnetGroupName }, call) => [
      on(call, 'subgrp', nameIn('subgrp', DBSubnetGroupName!)),
    ],
    run({ DBSubnetGroupName, DBSubnetGroupDescription, SubnetIds = [] }, call) {
      const group = requireSubnetGroup(call, DBSubnetGroupName!)
      const subnets = chosenSubnets(call, SubnetIds)
      const { vpcId } = subnets[0]!
      if (vpcId !== group.vpcId) throw otherVpc()
      const changed = {
        ...group,
        description: DBSubnetGroupDescription || group.description,
        subnets: subnets.map(({ id, zone }) => ({ id, zone })),
      }
      putSubnetGroup(call.db, changed)
      return { DBSubnetGroup: describeSubnetGroup(changed) }
    },
  },
)

export const DeleteDBSubnetGroup = operation<DeleteDBSubnetGroupMessage, {}>({
  authorize: ({ DBSubnetGroupName }, call) => [
    on(call, 'subgrp', nameIn('subgrp', DBSubnetGroupName!)),
  ],
  run({ DBSubnetGroupName }, call) {
    const group = requireSubnetGroup(call, DBSubnetGroupName!)
    const member = memberOfSubnetGroup(call.db, group)
    if (member !== undefined) throw subnetGroupInUse(group.name, member)
    deleteSubnetGroup(call.db, group)
    deleteTags(call, arnOf('subgrp', call, group.name))
    return {}
  },
})

export const DescribeDBSubnetGroups = operation<
  DescribeDBSubnetGroupsMessage,
  DBSubnetGroupMessage
>({
  authorize: ({ DBSubnetGroupName }, call) => [
    on(call, 'subgrp', DBSubnetGroupName ? nameIn('subgrp', DBSubnetGroupName) : '*'),
  ],
  run({ DBSubnetGroupName, Filters, ...request }, call) {
    const groups = DBSubnetGroupName
      ? [requireSubnetGroup(call, DBSubnetGroupName)]
      : listSubnetGroups(call.db, call)
    const { records, Marker } = page(request, filtered(groups, Filters, {}), ({ name }) => name)
    return { DBSubnetGroups: records.map(describeSubnetGroup), ...(Marker && { Marker }) }
  },
})
