import type {
  GetManagedPrefixListAssociationsRequest,
  GetManagedPrefixListAssociationsResult,
  RestoreManagedPrefixListVersionRequest,
  RestoreManagedPrefixListVersionResult,
} from '@aws-sdk/client-ec2'
import { operation } from '../../../operation.ts'
import { pageOfFacts } from '../describe/facts.ts'
import { awsManagedList, prefixListVersionMismatch } from '../errors/prefix-lists.ts'
import { invalidValue, missingParameter } from '../errors.ts'
import { onResource } from '../permissions.ts'
import {
  entriesOf,
  insertPrefixListEntries,
  isAwsManaged,
  prefixLists,
  toManagedPrefixLists,
  updatePrefixList,
} from '../rows/prefix-lists.ts'

// Older versions of prefix lists, and what uses the lists.

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RestoreManagedPrefixListVersion.html */
export const RestoreManagedPrefixListVersion = operation<
  RestoreManagedPrefixListVersionRequest,
  RestoreManagedPrefixListVersionResult
>({
  authorize: ({ PrefixListId = '' }, call) => [onResource(call, 'prefix-list', PrefixListId)],
  run({ PrefixListId: id, PreviousVersion, CurrentVersion }, call) {
    if (!id) throw missingParameter('PrefixListId')
    if (PreviousVersion === undefined) throw missingParameter('PreviousVersion')
    if (CurrentVersion === undefined) throw missingParameter('CurrentVersion')
    const list = prefixLists.require(id, call)
    if (isAwsManaged(list)) throw awsManagedList(id)
    if (CurrentVersion !== list.version) throw prefixListVersionMismatch()
    if (PreviousVersion < 1 || PreviousVersion >= list.version) {
      throw invalidValue(PreviousVersion, 'PreviousVersion')
    }
    // What was once in the list becomes a version of its own.
    const version = list.version + 1
    insertPrefixListEntries(call, id, version, entriesOf(call, id, PreviousVersion))
    updatePrefixList(call, id, {
      prefix_list_name: list.prefix_list_name,
      max_entries: list.max_entries,
      version,
      state: 'restore-complete',
    })
    const [shown] = toManagedPrefixLists([prefixLists.require(id, call)], call)
    return { PrefixList: { ...shown!, State: 'restore-in-progress' } }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetManagedPrefixListAssociations.html */
export const GetManagedPrefixListAssociations = operation<
  GetManagedPrefixListAssociationsRequest,
  GetManagedPrefixListAssociationsResult
>({
  authorize: ({ PrefixListId = '' }, call) => [onResource(call, 'prefix-list', PrefixListId)],
  run({ PrefixListId: id, ...input }, call) {
    if (!id) throw missingParameter('PrefixListId')
    prefixLists.require(id, call)
    const { account, region } = call
    const all = call.db
      .all<{ ResourceId: string }>(
        `select distinct group_id as ResourceId from ec2_security_group_rules
         where account = ? and region = ? and peer_kind = 'prefix_list' and peer = ?
         union
         select distinct route_table_id from ec2_routes
         where account = ? and region = ? and destination = ?`,
        account,
        region,
        id,
        account,
        region,
        id,
      )
      .map((row) => ({ ...row, ResourceOwner: account }))
    const limits = { least: 5, most: 255 }
    const { items, nextToken } = pageOfFacts({ filters: {}, limits }, all, input, call)
    return { PrefixListAssociations: items, NextToken: nextToken }
  },
})
