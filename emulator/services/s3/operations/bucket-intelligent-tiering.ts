import type {
  DeleteBucketIntelligentTieringConfigurationRequest,
  GetBucketIntelligentTieringConfigurationOutput,
  GetBucketIntelligentTieringConfigurationRequest,
  IntelligentTieringConfiguration,
  ListBucketIntelligentTieringConfigurationsOutput,
  ListBucketIntelligentTieringConfigurationsRequest,
  PutBucketIntelligentTieringConfigurationRequest,
} from '@aws-sdk/client-s3'
import { operation } from '../../../operation.ts'
import { invalidArgument, malformedXml } from '../errors.ts'
import { namedConfigurations } from '../named-configurations.ts'

/** Days without access, at least and at most. */
const tierDays: Readonly<Record<string, readonly [number, number]>> = {
  ARCHIVE_ACCESS: [90, 730],
  DEEP_ARCHIVE_ACCESS: [180, 730],
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketIntelligentTieringConfiguration.html */
const tierings = namedConfigurations<IntelligentTieringConfiguration>(
  'intelligentTiering',
  'IntelligentTieringConfiguration',
  ({ Status, Tierings = [] }) => {
    if (Status !== 'Enabled' && Status !== 'Disabled') throw malformedXml()
    if (Tierings.length < 1 || Tierings.length > 2) throw malformedXml()
    for (const { AccessTier = '', Days = 0 } of Tierings) {
      const days = tierDays[AccessTier]
      if (!days) throw malformedXml()
      if (Days < days[0] || Days > days[1]) {
        throw invalidArgument(
          `Days for ${AccessTier} must be between ${days[0]} and ${days[1]}`,
          'Days',
          Days,
        )
      }
    }
  },
)

export const PutBucketIntelligentTieringConfiguration = operation<
  PutBucketIntelligentTieringConfigurationRequest,
  {}
>({
  coverage: 'recorded',
  authorize: tierings.toPut,
  run: (input, call) => tierings.put(input, input.IntelligentTieringConfiguration, call),
})

export const GetBucketIntelligentTieringConfiguration = operation<
  GetBucketIntelligentTieringConfigurationRequest,
  GetBucketIntelligentTieringConfigurationOutput
>({
  coverage: 'recorded',
  authorize: tierings.toGet,
  run: (input, call) => ({ IntelligentTieringConfiguration: tierings.get(input, call) }),
})

export const ListBucketIntelligentTieringConfigurations = operation<
  ListBucketIntelligentTieringConfigurationsRequest,
  ListBucketIntelligentTieringConfigurationsOutput
>({
  coverage: 'recorded',
  authorize: tierings.toGet,
  run(input, call) {
    const { list, paging } = tierings.list(input, call)
    return { ...(list && { IntelligentTieringConfigurationList: list }), ...paging }
  },
})

export const DeleteBucketIntelligentTieringConfiguration = operation<
  DeleteBucketIntelligentTieringConfigurationRequest,
  {}
>({
  coverage: 'recorded',
  authorize: tierings.toPut,
  run: (input, call) => tierings.remove(input, call),
})
