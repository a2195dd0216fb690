import type {
  CreateBucketMetadataConfigurationRequest,
  CreateBucketMetadataTableConfigurationRequest,
  DeleteBucketMetadataConfigurationRequest,
  DeleteBucketMetadataTableConfigurationRequest,
  GetBucketMetadataConfigurationOutput,
  GetBucketMetadataConfigurationRequest,
  GetBucketMetadataTableConfigurationOutput,
  GetBucketMetadataTableConfigurationRequest,
  UpdateBucketMetadataAnnotationTableConfigurationRequest,
  UpdateBucketMetadataInventoryTableConfigurationRequest,
  UpdateBucketMetadataJournalTableConfigurationRequest,
} from '@aws-sdk/client-s3'
import { AwsError } from '../../../errors.ts'
import { operation, type Call } from '../../../operation.ts'
import { invalidRequest, malformedXml, methodNotAllowed } from '../errors.ts'
import { onBucket, requireBucket, type BucketInput } from '../find-bucket.ts'
import {
  customerTables,
  expirationOf,
  managedTables,
  shownMetadata,
  switchable,
  type CustomerTables,
  type ManagedTables,
} from '../metadata-tables.ts'
import {
  deleteConfiguration,
  findConfiguration,
  putConfiguration,
} from '../rows/bucket-configurations.ts'

// Recorded: there are no table buckets here. https://docs.aws.amazon.com/AmazonS3/latest/userguide/metadata-tables-overview.html

const notFound = (bucket: string) =>
  new AwsError('MetadataConfigurationNotFound', 'The metadata configuration does not exist.', {
    status: 404,
    fields: { BucketName: bucket },
  })

function requireTables(input: BucketInput, call: Call): CustomerTables | ManagedTables {
  const bucket = requireBucket(input, call)
  const found = findConfiguration<CustomerTables | ManagedTables>(call.db, bucket, 'metadataTables')
  if (!found) throw notFound(bucket.name)
  return found
}

/** What only the newer kind of configuration has. */
function requireManaged(input: BucketInput, call: Call): ManagedTables {
  const found = requireTables(input, call)
  if (found.kind !== 'managed') throw methodNotAllowed(call.http.method, 'BUCKETMETADATA')
  return found
}

function make(input: BucketInput, call: Call, tables: CustomerTables | ManagedTables): {} {
  const bucket = requireBucket(input, call)
  if (findConfiguration(call.db, bucket, 'metadataTables')) {
    throw invalidRequest('A metadata configuration already exists on this bucket.')
  }
  putConfiguration(call.db, bucket, 'metadataTables', tables)
  return {}
}

function change(input: BucketInput, call: Call, changes: Partial<ManagedTables>): {} {
  const tables = { ...requireManaged(input, call), ...changes }
  putConfiguration(call.db, requireBucket(input, call), 'metadataTables', tables)
  return {}
}

function remove(input: BucketInput, call: Call): {} {
  deleteConfiguration(call.db, requireBucket(input, call), 'metadataTables')
  return {}
}

export const CreateBucketMetadataConfiguration = operation<
  CreateBucketMetadataConfigurationRequest,
  {}
>({
  coverage: 'recorded',
  authorize: (input, call) => [onBucket('s3:CreateBucketMetadataTableConfiguration', input, call)],
  run: (input, call) =>
    make(input, call, managedTables(input.MetadataConfiguration, requireBucket(input, call), call)),
})

/** The older kind can be asked for so, too. */
export const GetBucketMetadataConfiguration = operation<
  GetBucketMetadataConfigurationRequest,
  GetBucketMetadataConfigurationOutput
>({
  coverage: 'recorded',
  authorize: (input, call) => [onBucket('s3:GetBucketMetadataTableConfiguration', input, call)],
  run: (input, call) => ({
    GetBucketMetadataConfigurationResult: {
      MetadataConfigurationResult: shownMetadata(requireTables(input, call)),
    },
  }),
})

export const DeleteBucketMetadataConfiguration = operation<
  DeleteBucketMetadataConfigurationRequest,
  {}
>({
  coverage: 'recorded',
  authorize: (input, call) => [onBucket('s3:DeleteBucketMetadataTableConfiguration', input, call)],
  run: remove,
})

export const UpdateBucketMetadataJournalTableConfiguration = operation<
  UpdateBucketMetadataJournalTableConfigurationRequest,
  {}
>({
  coverage: 'recorded',
  authorize: (input, call) => [
    onBucket('s3:UpdateBucketMetadataJournalTableConfiguration', input, call),
  ],
  run(input, call) {
    const { journal } = requireManaged(input, call)
    const expiration = expirationOf(input.JournalTableConfiguration?.RecordExpiration)
    return change(input, call, { journal: { ...journal, expiration } })
  },
})

export const UpdateBucketMetadataInventoryTableConfiguration = operation<
  UpdateBucketMetadataInventoryTableConfigurationRequest,
  {}
>({
  coverage: 'recorded',
  authorize: (input, call) => [
    onBucket('s3:UpdateBucketMetadataInventoryTableConfiguration', input, call),
  ],
  run(input, call) {
    const before = requireManaged(input, call).inventory
    const inventory = switchable(input.InventoryTableConfiguration, before, call)
    return change(input, call, { inventory })
  },
})

export const UpdateBucketMetadataAnnotationTableConfiguration = operation<
  UpdateBucketMetadataAnnotationTableConfigurationRequest,
  {}
>({
  coverage: 'recorded',
  authorize: (input, call) => [
    onBucket('s3:UpdateBucketMetadataAnnotationTableConfiguration', input, call),
  ],
  run(input, call) {
    const before = requireManaged(input, call).annotation
    const annotation = switchable(input.AnnotationTableConfiguration, before, call)
    return change(input, call, { annotation })
  },
})

// The older kind

export const CreateBucketMetadataTableConfiguration = operation<
  CreateBucketMetadataTableConfigurationRequest,
  {}
>({
  coverage: 'recorded',
  authorize: (input, call) => [onBucket('s3:CreateBucketMetadataTableConfiguration', input, call)],
  run(input, call) {
    const destination = input.MetadataTableConfiguration?.S3TablesDestination
    if (!destination) throw malformedXml()
    return make(input, call, customerTables(destination, call))
  },
})

export const GetBucketMetadataTableConfiguration = operation<
  GetBucketMetadataTableConfigurationRequest,
  GetBucketMetadataTableConfigurationOutput
>({
  coverage: 'recorded',
  authorize: (input, call) => [onBucket('s3:GetBucketMetadataTableConfiguration', input, call)],
  run(input, call) {
    const found = requireTables(input, call)
    if (found.kind !== 'customer') throw methodNotAllowed(call.http.method, 'BUCKETMETADATA')
    return {
      GetBucketMetadataTableConfigurationResult: {
        MetadataTableConfigurationResult: { S3TablesDestinationResult: found.destination },
        Status: 'ACTIVE',
      },
    }
  },
})

export const DeleteBucketMetadataTableConfiguration = operation<
  DeleteBucketMetadataTableConfigurationRequest,
  {}
>({
  coverage: 'recorded',
  authorize: (input, call) => [onBucket('s3:DeleteBucketMetadataTableConfiguration', input, call)],
  run: remove,
})
