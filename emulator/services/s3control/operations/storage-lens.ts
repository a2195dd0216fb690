import type {
  DeleteStorageLensConfigurationRequest,
  DeleteStorageLensConfigurationTaggingRequest,
  GetStorageLensConfigurationRequest,
  GetStorageLensConfigurationResult,
  GetStorageLensConfigurationTaggingRequest,
  GetStorageLensConfigurationTaggingResult,
  ListStorageLensConfigurationsRequest,
  ListStorageLensConfigurationsResult,
  PutStorageLensConfigurationRequest,
  PutStorageLensConfigurationTaggingRequest,
  StorageLensConfiguration,
  StorageLensTag,
} from '@aws-sdk/client-s3-control'
import { answerStatus, operation, type Call, type Permission } from '../../../operation.ts'
import { bucketOfArn, storageLensArn } from '../arns.ts'
import { invalidRequest, malformedXml, noSuchConfiguration } from '../errors.ts'
import { fromNextToken, toNextToken } from '../next-tokens.ts'
import { onAccount, type AccountInput } from '../on-account.ts'
import { deleteLens, findLens, listLenses, putLens } from '../rows/storage-lens.ts'
import { readTags, requestTagKeys, tagList } from '../tags.ts'

// Recorded: nobody measures the storage here. https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage_lens.html

const page = 100

interface ConfigurationInput extends AccountInput {
  readonly ConfigId?: string | undefined
}

function requireConfiguration({ ConfigId = '' }: ConfigurationInput, call: Call) {
  const found = findLens<StorageLensConfiguration>(call.db, call, 'configuration', ConfigId)
  if (!found) throw noSuchConfiguration()
  return found
}

function onConfiguration(
  action: string,
  { AccountId, ConfigId = '' }: ConfigurationInput,
  { account, region }: Call,
  context: Permission['context'] = {},
): Permission {
  const owner = AccountId ?? account
  const resource = storageLensArn({ account: owner, region }, ConfigId)
  return { action, resource, resourceAccount: owner, context }
}

export const PutStorageLensConfiguration = operation<PutStorageLensConfigurationRequest, {}>({
  coverage: 'recorded',
  authorize(input, call) {
    const keys = requestTagKeys(input.Tags)
    const permissions = [onAccount('s3:PutStorageLensConfiguration', input, call, keys)]
    if (input.Tags?.length) {
      permissions.push(onConfiguration('s3:PutStorageLensConfigurationTagging', input, call, keys))
    }
    return permissions
  },
  run(input, call) {
    const { ConfigId: id = '', StorageLensConfiguration: document } = input
    checkConfiguration(id, document)
    const before = findLens(call.db, call, 'configuration', id)
    const tags = input.Tags ? readTags(input.Tags) : (before?.tags ?? {})
    putLens(call.db, call, 'configuration', { id, document: document!, tags })
    return {}
  },
})

function checkConfiguration(id: string, document: StorageLensConfiguration | undefined): void {
  if (!document?.AccountLevel?.BucketLevel || document.IsEnabled === undefined) throw malformedXml()
  if (!/^[\w.-]{1,64}$/.test(id) || document.Id !== id) {
    throw invalidRequest('The id of the configuration is not valid, or not the one of the request')
  }
  if (document.Include && document.Exclude) {
    throw invalidRequest('Only one of Include and Exclude can be specified')
  }
  const destination = document.DataExport?.S3BucketDestination
  if (destination && bucketOfArn(destination.Arn) === undefined) {
    throw invalidRequest('The destination of the export must be the ARN of a bucket')
  }
}

export const GetStorageLensConfiguration = operation<
  GetStorageLensConfigurationRequest,
  GetStorageLensConfigurationResult
>({
  coverage: 'recorded',
  authorize: (input, call) => [onConfiguration('s3:GetStorageLensConfiguration', input, call)],
  run(input, call) {
    const found = requireConfiguration(input, call)
    const StorageLensArn = storageLensArn(found, found.id)
    return { StorageLensConfiguration: { ...found.document, StorageLensArn } }
  },
})

export const ListStorageLensConfigurations = operation<
  ListStorageLensConfigurationsRequest,
  ListStorageLensConfigurationsResult
>({
  coverage: 'recorded',
  authorize: (input, call) => [onAccount('s3:ListStorageLensConfigurations', input, call)],
  run({ NextToken }, call) {
    const found = listLenses<StorageLensConfiguration>(call.db, call, 'configuration', {
      from: fromNextToken(NextToken),
      limit: page + 1,
    })
    const next = found[page]
    return {
      StorageLensConfigurationList: found.slice(0, page).map(({ id, region, document }) => ({
        Id: id,
        StorageLensArn: storageLensArn(call, id),
        HomeRegion: region,
        IsEnabled: document.IsEnabled,
      })),
      ...(next && { NextToken: toNextToken(next.id) }),
    }
  },
})

export const DeleteStorageLensConfiguration = operation<
  DeleteStorageLensConfigurationRequest,
  { readonly [answerStatus]: number }
>({
  coverage: 'recorded',
  authorize: (input, call) => [onConfiguration('s3:DeleteStorageLensConfiguration', input, call)],
  run(input, call) {
    deleteLens(call.db, call, 'configuration', requireConfiguration(input, call).id)
    return { [answerStatus]: 204 }
  },
})

export const GetStorageLensConfigurationTagging = operation<
  GetStorageLensConfigurationTaggingRequest,
  GetStorageLensConfigurationTaggingResult
>({
  coverage: 'recorded',
  authorize: (input, call) => [
    onConfiguration('s3:GetStorageLensConfigurationTagging', input, call),
  ],
  run: (input, call) => ({ Tags: tagList(requireConfiguration(input, call).tags) }),
})

export const PutStorageLensConfigurationTagging = operation<
  PutStorageLensConfigurationTaggingRequest,
  {}
>({
  coverage: 'recorded',
  authorize: (input, call) => [
    onConfiguration(
      's3:PutStorageLensConfigurationTagging',
      input,
      call,
      requestTagKeys(input.Tags),
    ),
  ],
  run(input, call) {
    setTags(input, input.Tags ?? [], call)
    return {}
  },
})

export const DeleteStorageLensConfigurationTagging = operation<
  DeleteStorageLensConfigurationTaggingRequest,
  { readonly [answerStatus]: number }
>({
  coverage: 'recorded',
  authorize: (input, call) => [
    onConfiguration('s3:DeleteStorageLensConfigurationTagging', input, call),
  ],
  run(input, call) {
    setTags(input, [], call)
    return { [answerStatus]: 204 }
  },
})

/** All tags at once: those that are not named are gone. */
function setTags(input: ConfigurationInput, given: readonly StorageLensTag[], call: Call): void {
  const { id, document } = requireConfiguration(input, call)
  putLens(call.db, call, 'configuration', { id, document, tags: readTags(given) })
}
