import type {
  CopyOptionGroupMessage,
  CopyOptionGroupResult,
  CreateOptionGroupMessage,
  CreateOptionGroupResult,
  DeleteOptionGroupMessage,
  DescribeOptionGroupOptionsMessage,
  DescribeOptionGroupsMessage,
  ModifyOptionGroupMessage,
  ModifyOptionGroupResult,
  OptionGroupOptionsMessage,
  OptionGroups,
  Tag,
} from '@aws-sdk/client-rds'
import { operation, type Call } from '../../../operation.ts'
import { arnOf, nameIn } from '../arns.ts'
import { invalidParameterCombination } from '../errors.ts'
import { filtered } from '../filters.ts'
import {
  defaultOptionGroupIsFixed,
  defaultOptionGroupStays,
  noOptions,
  optionGroupExists,
  optionGroupInUse,
  optionGroupQuotaExceeded,
} from '../groups/errors.ts'
import { newName, required } from '../groups/names.ts'
import {
  checkEngineOfOptions,
  describeOptionGroup,
  isDefaultOptionGroup,
  majorsOf,
  requireOptionGroup,
} from '../groups/option-groups.ts'
import { configured, optionsFor } from '../groups/options.ts'
import { page } from '../pages.ts'
import { on } from '../permissions.ts'
import {
  deleteOptionGroup,
  findOptionGroup,
  isOptionGroupInUse,
  listOptionGroups,
  putOptionGroup,
  type OptionGroup,
} from '../rows/option-groups.ts'
import { deleteTags, putTags } from '../rows/tags.ts'
import { checkTags } from '../tags.ts'

const mostGroups = 20

export const CreateOptionGroup = operation<CreateOptionGroupMessage, CreateOptionGroupResult>({
  authorize: ({ OptionGroupName, Tags }, call) => [
    on(call, 'og', OptionGroupName!.toLowerCase(), { tags: Tags }),
  ],
  run({ OptionGroupName, EngineName, MajorEngineVersion, OptionGroupDescription, Tags }, call) {
    const engine = required('EngineName', EngineName)
    const majorVersion = required('MajorEngineVersion', MajorEngineVersion)
    checkEngineOfOptions(engine, majorVersion)
    const group = {
      account: call.account,
      region: call.region,
      name: newName('OptionGroupName', OptionGroupName),
      engine,
      majorVersion,
      description: required('OptionGroupDescription', OptionGroupDescription),
      options: [],
    }
    return { OptionGroup: describeOptionGroup(add(call, group, Tags)) }
  },
})

function add(call: Call, group: OptionGroup, tags: readonly Tag[] | undefined): OptionGroup {
  if (findOptionGroup(call.db, call, group.name)) throw optionGroupExists(group.name)
  const own = listOptionGroups(call.db, call).filter((one) => !isDefaultOptionGroup(one))
  if (own.length >= mostGroups) throw optionGroupQuotaExceeded()
  checkTags(tags)
  putOptionGroup(call.db, group)
  putTags(call, arnOf('og', call, group.name), tags)
  return group
}

export const CopyOptionGroup = operation<CopyOptionGroupMessage, CopyOptionGroupResult>({
  authorize: ({ SourceOptionGroupIdentifier, Tags }, call) => [
    on(call, 'og', nameIn('og', SourceOptionGroupIdentifier!), { tags: Tags }),
  ],
  run(input, call) {
    const source = requireOptionGroup(call, input.SourceOptionGroupIdentifier!)
    const group = {
      ...source,
      name: newName('TargetOptionGroupIdentifier', input.TargetOptionGroupIdentifier),
      description: required('TargetOptionGroupDescription', input.TargetOptionGroupDescription),
    }
    return { OptionGroup: describeOptionGroup(add(call, group, input.Tags)) }
  },
})

/** An option of PostgreSQL, MySQL and MariaDB has no effect on the engine here. */
export const ModifyOptionGroup = operation<ModifyOptionGroupMessage, ModifyOptionGroupResult>({
  coverage: 'recorded',
  authorize: ({ OptionGroupName }, call) => [on(call, 'og', nameIn('og', OptionGroupName!))],
  run({ OptionGroupName, OptionsToInclude = [], OptionsToRemove = [] }, call) {
    const group = requireOptionGroup(call, OptionGroupName!)
    if (isDefaultOptionGroup(group)) throw defaultOptionGroupIsFixed(group.name)
    if (OptionsToInclude.length + OptionsToRemove.length === 0) throw noOptions()
    const options = new Map(group.options.map((option) => [option.OptionName, option]))
    for (const wanted of OptionsToInclude) {
      options.set(wanted.OptionName, configured(group, wanted, options.get(wanted.OptionName)))
    }
    for (const name of OptionsToRemove) options.delete(name)
    const changed = { ...group, options: [...options.values()] }
    putOptionGroup(call.db, changed)
    return { OptionGroup: describeOptionGroup(changed) }
  },
})

export const DeleteOptionGroup = operation<DeleteOptionGroupMessage, {}>({
  authorize: ({ OptionGroupName }, call) => [on(call, 'og', nameIn('og', OptionGroupName!))],
  run({ OptionGroupName }, call) {
    const group = requireOptionGroup(call, OptionGroupName!)
    if (isDefaultOptionGroup(group)) throw defaultOptionGroupStays(group.name)
    if (isOptionGroupInUse(call.db, group)) throw optionGroupInUse(group.name)
    deleteOptionGroup(call.db, group)
    deleteTags(call, arnOf('og', call, group.name))
    return {}
  },
})

export const DescribeOptionGroups = operation<DescribeOptionGroupsMessage, OptionGroups>({
  authorize: ({ OptionGroupName }, call) => [
    on(call, 'og', OptionGroupName ? nameIn('og', OptionGroupName) : '*'),
  ],
  run({ OptionGroupName, EngineName, MajorEngineVersion, Filters, ...request }, call) {
    if (OptionGroupName && (EngineName || MajorEngineVersion)) {
      throw invalidParameterCombination(
        'Cannot specify OptionGroupName with EngineName or MajorEngineVersion.',
      )
    }
    const groups = OptionGroupName
      ? [requireOptionGroup(call, OptionGroupName)]
      : listOptionGroups(call.db, call).filter(
          ({ engine, majorVersion }) =>
            (EngineName === undefined || engine === EngineName) &&
            (MajorEngineVersion === undefined || majorVersion === MajorEngineVersion),
        )
    const { records, Marker } = page(request, filtered(groups, Filters, {}), ({ name }) => name)
    return { OptionGroupsList: records.map(describeOptionGroup), ...(Marker && { Marker }) }
  },
})

export const DescribeOptionGroupOptions = operation<
  DescribeOptionGroupOptionsMessage,
  OptionGroupOptionsMessage
>({
  authorize: () => ['*'],
  run({ EngineName, MajorEngineVersion, Filters, ...request }) {
    const engine = required('EngineName', EngineName)
    checkEngineOfOptions(engine, MajorEngineVersion)
    const majors = MajorEngineVersion === undefined ? majorsOf(engine)! : [MajorEngineVersion]
    const options = filtered(
      majors.flatMap((major) => optionsFor(engine, major)),
      Filters,
      {},
    )
    const { records, Marker } = page(
      request,
      options,
      ({ Name, MajorEngineVersion: major }) => `${Name}/${major}`,
    )
    return { OptionGroupOptions: [...records], ...(Marker && { Marker }) }
  },
})
