import type {
  CreateStorageLensGroupRequest,
  DeleteStorageLensGroupRequest,
  GetStorageLensGroupRequest,
  GetStorageLensGroupResult,
  ListStorageLensGroupsRequest,
  ListStorageLensGroupsResult,
  StorageLensGroup,
  UpdateStorageLensGroupRequest,
} from '@aws-sdk/client-s3-control'
import { answerStatus, operation, type Call, type Permission } from '../../../operation.ts'
import { storageLensGroupArn } from '../arns.ts'
import { groupExists, invalidRequest, malformedXml, noSuchConfiguration } from '../errors.ts'
import { fromNextToken, toNextToken } from '../next-tokens.ts'
import { onAccount, type AccountInput } from '../on-account.ts'
import { deleteLens, findLens, listLenses, putLens } from '../rows/storage-lens.ts'
import { readTags, requestTagKeys } from '../tags.ts'

// Recorded, as Storage Lens is: https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-lens-groups-overview.html

const page = 50

interface GroupInput extends AccountInput {
  readonly Name?: string | undefined
}

function requireGroup({ Name = '' }: GroupInput, call: Call) {
  const found = findLens<StorageLensGroup>(call.db, call, 'group', Name)
  if (!found) throw noSuchConfiguration()
  return found
}

function onGroup(action: string, { AccountId, Name = '' }: GroupInput, call: Call): Permission {
  const owner = AccountId ?? call.account
  const resource = storageLensGroupArn({ account: owner, region: call.region }, Name)
  return { action, resource, resourceAccount: owner }
}

function checkGroup(group: StorageLensGroup | undefined): StorageLensGroup {
  if (!group?.Filter) throw malformedXml()
  if (!/^[\w-]{1,64}$/.test(group.Name ?? '')) {
    throw invalidRequest('The name of the Storage Lens group is not valid')
  }
  return { Name: group.Name, Filter: group.Filter }
}

export const CreateStorageLensGroup = operation<
  CreateStorageLensGroupRequest,
  { readonly [answerStatus]: number }
>({
  coverage: 'recorded',
  authorize: (input, call) => [
    onAccount('s3:CreateStorageLensGroup', input, call, requestTagKeys(input.Tags)),
  ],
  run(input, call) {
    const document = checkGroup(input.StorageLensGroup)
    const id = document.Name ?? ''
    if (findLens(call.db, call, 'group', id)) throw groupExists()
    putLens(call.db, call, 'group', { id, document, tags: readTags(input.Tags) })
    return { [answerStatus]: 204 }
  },
})

export const GetStorageLensGroup = operation<GetStorageLensGroupRequest, GetStorageLensGroupResult>(
  {
    coverage: 'recorded',
    authorize: (input, call) => [onGroup('s3:GetStorageLensGroup', input, call)],
    run(input, call) {
      const { id, document } = requireGroup(input, call)
      const StorageLensGroupArn = storageLensGroupArn(call, id)
      return { StorageLensGroup: { ...document, StorageLensGroupArn } }
    },
  },
)

export const UpdateStorageLensGroup = operation<
  UpdateStorageLensGroupRequest,
  { readonly [answerStatus]: number }
>({
  coverage: 'recorded',
  authorize: (input, call) => [onGroup('s3:UpdateStorageLensGroup', input, call)],
  run(input, call) {
    const { id, tags } = requireGroup(input, call)
    const document = checkGroup(input.StorageLensGroup)
    if (document.Name !== id) throw invalidRequest('The name of a group cannot be changed')
    putLens(call.db, call, 'group', { id, document, tags })
    return { [answerStatus]: 204 }
  },
})

export const DeleteStorageLensGroup = operation<
  DeleteStorageLensGroupRequest,
  { readonly [answerStatus]: number }
>({
  coverage: 'recorded',
  authorize: (input, call) => [onGroup('s3:DeleteStorageLensGroup', input, call)],
  run(input, call) {
    deleteLens(call.db, call, 'group', requireGroup(input, call).id)
    return { [answerStatus]: 204 }
  },
})

export const ListStorageLensGroups = operation<
  ListStorageLensGroupsRequest,
  ListStorageLensGroupsResult
>({
  coverage: 'recorded',
  authorize: (input, call) => [onAccount('s3:ListStorageLensGroups', input, call)],
  run({ NextToken }, call) {
    const from = fromNextToken(NextToken)
    const found = listLenses<StorageLensGroup>(call.db, call, 'group', { from, limit: page + 1 })
    const next = found[page]
    return {
      StorageLensGroupList: found.slice(0, page).map(({ id, region }) => ({
        Name: id,
        StorageLensGroupArn: storageLensGroupArn(call, id),
        HomeRegion: region,
      })),
      ...(next && { NextToken: toNextToken(next.id) }),
    }
  },
})
