import type {
  AnalyticsConfiguration,
  DeleteBucketAnalyticsConfigurationRequest,
  GetBucketAnalyticsConfigurationOutput,
  GetBucketAnalyticsConfigurationRequest,
  ListBucketAnalyticsConfigurationsOutput,
  ListBucketAnalyticsConfigurationsRequest,
  PutBucketAnalyticsConfigurationRequest,
} from '@aws-sdk/client-s3'
import { operation } from '../../../operation.ts'
import { invalidArgument, malformedXml } from '../errors.ts'
import { namedConfigurations } from '../named-configurations.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketAnalyticsConfiguration.html */
const analytics = namedConfigurations<AnalyticsConfiguration>(
  'analytics',
  'AnalyticsConfiguration',
  ({ Filter, StorageClassAnalysis: analysis }) => {
    if (!analysis || (Filter && Object.keys(Filter).length !== 1)) throw malformedXml()
    const { DataExport } = analysis
    if (!DataExport) return
    const target = DataExport.Destination?.S3BucketDestination
    if (DataExport.OutputSchemaVersion !== 'V_1' || target?.Format !== 'CSV') throw malformedXml()
    if (!target.Bucket?.startsWith('arn:aws:s3:::')) {
      throw invalidArgument('Invalid bucket ARN.', 'Bucket', target.Bucket)
    }
  },
)

export const PutBucketAnalyticsConfiguration = operation<
  PutBucketAnalyticsConfigurationRequest,
  {}
>({
  coverage: 'recorded',
  authorize: analytics.toPut,
  run: (input, call) => analytics.put(input, input.AnalyticsConfiguration, call),
})

export const GetBucketAnalyticsConfiguration = operation<
  GetBucketAnalyticsConfigurationRequest,
  GetBucketAnalyticsConfigurationOutput
>({
  coverage: 'recorded',
  authorize: analytics.toGet,
  run: (input, call) => ({ AnalyticsConfiguration: analytics.get(input, call) }),
})

export const ListBucketAnalyticsConfigurations = operation<
  ListBucketAnalyticsConfigurationsRequest,
  ListBucketAnalyticsConfigurationsOutput
>({
  coverage: 'recorded',
  authorize: analytics.toGet,
  run(input, call) {
    const { list, paging } = analytics.list(input, call)
    return { ...(list && { AnalyticsConfigurationList: list }), ...paging }
  },
})

export const DeleteBucketAnalyticsConfiguration = operation<
  DeleteBucketAnalyticsConfigurationRequest,
  {}
>({
  coverage: 'recorded',
  authorize: analytics.toPut,
  run: (input, call) => analytics.remove(input, call),
})
