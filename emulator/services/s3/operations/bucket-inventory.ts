import type {
  DeleteBucketInventoryConfigurationRequest,
  GetBucketInventoryConfigurationOutput,
  GetBucketInventoryConfigurationRequest,
  InventoryConfiguration,
  ListBucketInventoryConfigurationsOutput,
  ListBucketInventoryConfigurationsRequest,
  PutBucketInventoryConfigurationRequest,
} from '@aws-sdk/client-s3'
import { AwsError } from '../../../errors.ts'
import { operation } from '../../../operation.ts'
import { malformedXml } from '../errors.ts'
import { namedConfigurations } from '../named-configurations.ts'

const optionalFields = new Set<string>([
  'Size',
  'LastModifiedDate',
  'StorageClass',
  'ETag',
  'IsMultipartUploaded',
  'ReplicationStatus',
  'EncryptionStatus',
  'ObjectLockRetainUntilDate',
  'ObjectLockMode',
  'ObjectLockLegalHoldStatus',
  'IntelligentTieringAccessTier',
  'BucketKeyStatus',
  'ChecksumAlgorithm',
  'ObjectAccessControlList',
  'ObjectOwner',
  'LifecycleExpirationDate',
])

const invalidDestination = () => new AwsError('InvalidS3DestinationBucket', 'Invalid bucket ARN.')

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketInventoryConfiguration.html */
const inventories = namedConfigurations<InventoryConfiguration>(
  'inventory',
  'InventoryConfiguration',
  ({ Destination, IsEnabled, IncludedObjectVersions, Schedule, OptionalFields }) => {
    const target = Destination?.S3BucketDestination
    if (IsEnabled === undefined || !target) throw malformedXml()
    if (!['All', 'Current'].includes(IncludedObjectVersions ?? '')) throw malformedXml()
    if (!['Daily', 'Weekly'].includes(Schedule?.Frequency ?? '')) throw malformedXml()
    if (!['CSV', 'ORC', 'Parquet'].includes(target.Format ?? '')) throw malformedXml()
    if (OptionalFields?.some((field) => !optionalFields.has(field))) throw malformedXml()
    if (!target.Bucket?.startsWith('arn:aws:s3:::')) throw invalidDestination()
  },
)

export const PutBucketInventoryConfiguration = operation<
  PutBucketInventoryConfigurationRequest,
  {}
>({
  coverage: 'recorded',
  authorize: inventories.toPut,
  run: (input, call) => inventories.put(input, input.InventoryConfiguration, call),
})

export const GetBucketInventoryConfiguration = operation<
  GetBucketInventoryConfigurationRequest,
  GetBucketInventoryConfigurationOutput
>({
  coverage: 'recorded',
  authorize: inventories.toGet,
  run: (input, call) => ({ InventoryConfiguration: inventories.get(input, call) }),
})

export const ListBucketInventoryConfigurations = operation<
  ListBucketInventoryConfigurationsRequest,
  ListBucketInventoryConfigurationsOutput
>({
  coverage: 'recorded',
  authorize: inventories.toGet,
  run(input, call) {
    const { list, paging } = inventories.list(input, call)
    return { ...(list && { InventoryConfigurationList: list }), ...paging }
  },
})

export const DeleteBucketInventoryConfiguration = operation<
  DeleteBucketInventoryConfigurationRequest,
  {}
>({
  coverage: 'recorded',
  authorize: inventories.toPut,
  run: (input, call) => inventories.remove(input, call),
})
