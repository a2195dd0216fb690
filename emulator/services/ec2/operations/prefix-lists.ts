import type {
  AddPrefixListEntry,
  CreateManagedPrefixListRequest,
  CreateManagedPrefixListResult,
  DeleteManagedPrefixListRequest,
  DeleteManagedPrefixListResult,
  DescribeManagedPrefixListsRequest,
  DescribeManagedPrefixListsResult,
  DescribePrefixListsRequest,
  DescribePrefixListsResult,
  GetManagedPrefixListEntriesRequest,
  GetManagedPrefixListEntriesResult,
  ModifyManagedPrefixListRequest,
  ModifyManagedPrefixListResult,
} from '@aws-sdk/client-ec2'
import { operation } from '../../../operation.ts'
import type { Call } from '../../../operation.ts'
import { canonicalIpv4Block, canonicalIpv6Block } from '../addresses.ts'
import { notABlock } from '../errors/network.ts'
import {
  awsManagedList,
  duplicateEntry,
  noSuchEntry,
  prefixListFull,
  prefixListInUse,
  prefixListVersionMismatch,
} from '../errors/prefix-lists.ts'
import { invalidParameterValue, invalidValue, missingParameter } from '../errors.ts'
import { ensureAwsPrefixLists } from '../network/aws-prefix-lists.ts'
import { anyResource, onNewResource, onResource } from '../permissions.ts'
import { findByToken, keepToken } from '../rows/client-tokens.ts'
import {
  deletePrefixList,
  entriesOf,
  insertPrefixList,
  insertPrefixListEntries,
  isAwsManaged,
  isPrefixListInUse,
  prefixLists,
  toManagedPrefixLists,
  updatePrefixList,
} from '../rows/prefix-lists.ts'
import type { PrefixListRow } from '../rows/prefix-lists.ts'
import { deleteTags } from '../rows/tags.ts'
import { specifiedTags, tagResource } from '../tagging.ts'

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeManagedPrefixLists.html */
export const DescribeManagedPrefixLists = operation<
  DescribeManagedPrefixListsRequest,
  DescribeManagedPrefixListsResult
>({
  authorize: anyResource,
  run(input, call) {
    ensureAwsPrefixLists(call)
    const { rows, nextToken } = prefixLists.page(input, input.PrefixListIds, call)
    return { PrefixLists: toManagedPrefixLists(rows, call), NextToken: nextToken }
  },
})

/** AWS's own lists. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribePrefixLists.html */
export const DescribePrefixLists = operation<DescribePrefixListsRequest, DescribePrefixListsResult>(
  {
    authorize: anyResource,
    run(input, call) {
      ensureAwsPrefixLists(call)
      const only = { sql: 't.version = 0', values: [] }
      const { rows, nextToken } = prefixLists.page(input, input.PrefixListIds, call, only)
      return {
        PrefixLists: rows.map((row) => ({
          PrefixListId: row.prefix_list_id,
          PrefixListName: row.prefix_list_name,
          Cidrs: entriesOf(call, row.prefix_list_id, 0).map(({ Cidr }) => Cidr),
        })),
        NextToken: nextToken,
      }
    },
  },
)

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateManagedPrefixList.html */
export const CreateManagedPrefixList = operation<
  CreateManagedPrefixListRequest,
  CreateManagedPrefixListResult
>({
  authorize: ({ TagSpecifications }, call) => onNewResource(call, 'prefix-list', TagSpecifications),
  run(input, call) {
    const before = findByToken<string>(input.ClientToken, input, call)
    const id = before ?? make(input, call)
    if (!before) keepToken(input.ClientToken, input, id, call)
    const [list] = toManagedPrefixLists([prefixLists.require(id, call)], call)
    return { PrefixList: before ? list : { ...list!, State: 'create-in-progress' } }
  },
})

/** @returns the id */
function make(input: CreateManagedPrefixListRequest, call: Call): string {
  const { PrefixListName: name, MaxEntries: most, AddressFamily: family } = input
  if (!name) throw missingParameter('PrefixListName')
  if (name.startsWith('com.amazonaws')) {
    throw invalidValue(name, 'PrefixListName', 'Names cannot start with com.amazonaws.')
  }
  if (most === undefined) throw missingParameter('MaxEntries')
  if (most < 1 || most > 1000) throw invalidValue(most, 'MaxEntries')
  if (family !== 'IPv4' && family !== 'IPv6') throw invalidValue(family ?? '', 'AddressFamily')
  const { 'prefix-list': tags } = specifiedTags(input.TagSpecifications, 'prefix-list')
  const entries = (input.Entries ?? []).map((entry) => checkedEntry(entry, family))
  if (entries.length > most) throw prefixListFull(most)
  checkDuplicates(entries)
  const id = call.ids.ec2('pl')
  insertPrefixList(call, {
    prefix_list_id: id,
    prefix_list_name: name,
    address_family: family,
    state: 'create-complete',
    max_entries: most,
    version: 1,
  })
  insertPrefixListEntries(call, id, 1, entries)
  tagResource(call, id, 'prefix-list', tags)
  return id
}

function checkedEntry(
  entry: AddPrefixListEntry,
  family: string,
): AddPrefixListEntry & { Cidr: string } {
  if (!entry.Cidr) throw missingParameter('Cidr')
  const canonical = family === 'IPv4' ? canonicalIpv4Block : canonicalIpv6Block
  const Cidr = canonical(entry.Cidr)
  if (!Cidr) throw notABlock(entry.Cidr, 'Cidr')
  return { ...entry, Cidr }
}

function checkDuplicates(entries: readonly { readonly Cidr: string }[]): void {
  const seen = new Set<string>()
  for (const { Cidr } of entries) {
    if (seen.has(Cidr)) throw duplicateEntry(Cidr)
    seen.add(Cidr)
  }
}

function requireOwn(id: string | undefined, call: Call): PrefixListRow {
  if (!id) throw missingParameter('PrefixListId')
  const list = prefixLists.require(id, call)
  if (isAwsManaged(list)) throw awsManagedList(id)
  return list
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyManagedPrefixList.html */
export const ModifyManagedPrefixList = operation<
  ModifyManagedPrefixListRequest,
  ModifyManagedPrefixListResult
>({
  authorize: ({ PrefixListId = '' }, call) => [onResource(call, 'prefix-list', PrefixListId)],
  run(input, call) {
    const list = requireOwn(input.PrefixListId, call)
    const { prefix_list_id: id, version } = list
    const { AddEntries = [], RemoveEntries = [] } = input
    const changesEntries = AddEntries.length > 0 || RemoveEntries.length > 0
    if (changesEntries && input.CurrentVersion === undefined)
      throw missingParameter('CurrentVersion')
    if (changesEntries && input.CurrentVersion !== version) throw prefixListVersionMismatch()
    if (changesEntries && input.MaxEntries !== undefined) {
      throw invalidParameterValue(
        'The entries and the maximum number of entries cannot be modified in the same request',
      )
    }
    const old = entriesOf(call, id, version)
    const added = AddEntries.map((entry) => checkedEntry(entry, list.address_family))
    const removed = RemoveEntries.map((entry) => checkedEntry(entry, list.address_family).Cidr)
    const missing = removed.find((cidr) => !old.some((entry) => entry.Cidr === cidr))
    if (missing) throw noSuchEntry(missing)
    const replaced = new Set([...removed, ...added.map((entry) => entry.Cidr)])
    const entries = [...old.filter((entry) => !replaced.has(entry.Cidr)), ...added]
    checkDuplicates(entries)
    const most = input.MaxEntries ?? list.max_entries
    if (entries.length > most) throw prefixListFull(most)
    if (changesEntries) insertPrefixListEntries(call, id, version + 1, entries)
    updatePrefixList(call, id, {
      prefix_list_name: input.PrefixListName ?? list.prefix_list_name,
      max_entries: most,
      version: changesEntries ? version + 1 : version,
      state: 'modify-complete',
    })
    const [shown] = toManagedPrefixLists([prefixLists.require(id, call)], call)
    return { PrefixList: { ...shown!, State: 'modify-in-progress' } }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteManagedPrefixList.html */
export const DeleteManagedPrefixList = operation<
  DeleteManagedPrefixListRequest,
  DeleteManagedPrefixListResult
>({
  authorize: ({ PrefixListId = '' }, call) => [onResource(call, 'prefix-list', PrefixListId)],
  run({ PrefixListId }, call) {
    const list = requireOwn(PrefixListId, call)
    const id = list.prefix_list_id
    if (isPrefixListInUse(call, id)) throw prefixListInUse(id)
    const [shown] = toManagedPrefixLists([list], call)
    deletePrefixList(call, id)
    deleteTags(call, id)
    return { PrefixList: { ...shown!, State: 'delete-in-progress' } }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetManagedPrefixListEntries.html */
export const GetManagedPrefixListEntries = operation<
  GetManagedPrefixListEntriesRequest,
  GetManagedPrefixListEntriesResult
>({
  authorize: ({ PrefixListId = '' }, call) => [onResource(call, 'prefix-list', PrefixListId)],
  run({ PrefixListId: id, TargetVersion }, call) {
    if (!id) throw missingParameter('PrefixListId')
    ensureAwsPrefixLists(call)
    const list = prefixLists.require(id, call)
    const version = TargetVersion ?? list.version
    if (version < 0 || version > list.version) throw invalidValue(version, 'TargetVersion')
    return { Entries: entriesOf(call, id, version) }
  },
})
