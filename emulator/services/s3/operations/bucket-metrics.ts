import type {
  DeleteBucketMetricsConfigurationRequest,
  GetBucketMetricsConfigurationOutput,
  GetBucketMetricsConfigurationRequest,
  ListBucketMetricsConfigurationsOutput,
  ListBucketMetricsConfigurationsRequest,
  MetricsConfiguration,
  PutBucketMetricsConfigurationRequest,
} from '@aws-sdk/client-s3'
import { operation } from '../../../operation.ts'
import { malformedXml } from '../errors.ts'
import { namedConfigurations } from '../named-configurations.ts'

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketMetricsConfiguration.html */
const metrics = namedConfigurations<MetricsConfiguration>(
  'metrics',
  'MetricsConfiguration',
  ({ Filter }) => {
    if (Filter && Object.keys(Filter).length !== 1) throw malformedXml()
  },
)

export const PutBucketMetricsConfiguration = operation<PutBucketMetricsConfigurationRequest, {}>({
  coverage: 'recorded',
  authorize: metrics.toPut,
  run: (input, call) => metrics.put(input, input.MetricsConfiguration, call),
})

export const GetBucketMetricsConfiguration = operation<
  GetBucketMetricsConfigurationRequest,
  GetBucketMetricsConfigurationOutput
>({
  coverage: 'recorded',
  authorize: metrics.toGet,
  run: (input, call) => ({ MetricsConfiguration: metrics.get(input, call) }),
})

export const ListBucketMetricsConfigurations = operation<
  ListBucketMetricsConfigurationsRequest,
  ListBucketMetricsConfigurationsOutput
>({
  coverage: 'recorded',
  authorize: metrics.toGet,
  run(input, call) {
    const { list, paging } = metrics.list(input, call)
    return { ...(list && { MetricsConfigurationList: list }), ...paging }
  },
})

export const DeleteBucketMetricsConfiguration = operation<
  DeleteBucketMetricsConfigurationRequest,
  {}
>({
  coverage: 'recorded',
  authorize: metrics.toPut,
  run: (input, call) => metrics.remove(input, call),
})
