import type { Tag } from '@aws-sdk/client-rds'
import type { Call, Permission } from '../../../operation.ts'
import { arnOf, nameIn } from '../arns.ts'
import { filtered } from '../filters.ts'
import { page } from '../pages.ts'
import { on } from '../permissions.ts'
import {
  deleteParameterGroup,
  isParameterGroupInUse,
  listParameterGroups,
  type ParameterGroup,
} from '../rows/parameter-groups.ts'
import { deleteTags } from '../rows/tags.ts'
import { defaultGroupStays, parameterGroupInUse } from './errors.ts'
import { newName, required } from './names.ts'
import { isDefaultGroup, makeParameterGroup, requireParameterGroup } from './parameter-groups.ts'

// What is done to parameter groups is the same for those of instances and those of clusters; requests and answers call it otherwise.

type Kind = ParameterGroup['kind']
type Tags = readonly Tag[] | undefined
type PageRequest = Parameters<typeof page>[0]

const types = { instance: 'pg', cluster: 'cluster-pg' } as const
/** What requests and errors call them. */
const words = { instance: 'DBParameterGroup', cluster: 'DBClusterParameterGroup' } as const

/** The permission on a group; on all where none is named. */
export const onGroup = (
  call: Call,
  kind: Kind,
  name: string | undefined,
  tags?: Tags,
): Permission[] => [on(call, types[kind], name ? nameIn(types[kind], name) : '*', { tags })]

export const groupArn = ({ kind, name, ...place }: ParameterGroup): string =>
  arnOf(types[kind], place, name)

export const createGroup = (
  call: Call,
  kind: Kind,
  wish: {
    readonly name: string | undefined
    readonly family: string | undefined
    readonly description: string | undefined
    readonly tags: Tags
  },
): ParameterGroup =>
  makeParameterGroup(
    call,
    {
      kind,
      name: newName(`${words[kind]}Name`, wish.name),
      family: required('DBParameterGroupFamily', wish.family).toLowerCase(),
      description: required('Description', wish.description),
      changes: {},
    },
    wish.tags,
  )

export const copyGroup = (
  call: Call,
  kind: Kind,
  wish: {
    readonly source: string | undefined
    readonly target: string | undefined
    readonly description: string | undefined
    readonly tags: Tags
  },
): ParameterGroup =>
  makeParameterGroup(
    call,
    {
      ...requireParameterGroup(call, kind, wish.source!),
      name: newName(`Target${words[kind]}Identifier`, wish.target),
      description: required(`Target${words[kind]}Description`, wish.description),
    },
    wish.tags,
  )

/** @throws InvalidDBParameterGroupState for a default group, and one that is in use */
export function removeGroup(call: Call, kind: Kind, given: string | undefined): void {
  const name = nameIn(types[kind], given!)
  const group = requireParameterGroup(call, kind, name)
  if (isDefaultGroup(group)) throw defaultGroupStays(words[kind], name)
  if (isParameterGroupInUse(call.db, group)) throw parameterGroupInUse(name)
  deleteParameterGroup(call.db, group)
  deleteTags(call, arnOf(types[kind], call, name))
}

export function pageOfGroups(
  call: Call,
  kind: Kind,
  name: string | undefined,
  { Filters, ...request }: PageRequest & { readonly Filters?: Parameters<typeof filtered>[1] },
) {
  const groups = name
    ? [requireParameterGroup(call, kind, name)]
    : listParameterGroups(call.db, call, kind)
  return page(request, filtered(groups, Filters, {}), (group) => group.name)
}
