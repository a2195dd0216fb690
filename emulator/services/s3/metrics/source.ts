import type { Measurement, MetricSource } from '../../../ports.ts'
import { bucketPlaces, bucketsIn, sizesOf } from '../rows/bucket-sizes.ts'

/** How CloudWatch calls the storage classes. */
const storageTypes: Readonly<Record<string, string>> = {
  STANDARD: 'StandardStorage',
  STANDARD_IA: 'StandardIAStorage',
  ONEZONE_IA: 'OneZoneIAStorage',
  REDUCED_REDUNDANCY: 'ReducedRedundancyStorage',
  INTELLIGENT_TIERING: 'IntelligentTieringFAStorage',
  GLACIER_IR: 'GlacierInstantRetrievalStorage',
  GLACIER: 'GlacierStorage',
  DEEP_ARCHIVE: 'DeepArchiveStorage',
  EXPRESS_ONEZONE: 'ExpressOneZone',
}

/**
 * What buckets hold, counted once a day.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/metrics-dimensions.html
 */
export const bucketMetrics: MetricSource = {
  namespace: 'AWS/S3',
  every: 'day',
  places: bucketPlaces,
  async measure(db, place) {
    return bucketsIn(db, place).flatMap(({ id, name }) => {
      const sizes = sizesOf(db, id)
      const metric = (what: string, unit: string, type: string, value: number): Measurement => ({
        namespace: 'AWS/S3',
        name: what,
        dimensions: [
          ['BucketName', name],
          ['StorageType', type],
        ],
        unit,
        value,
      })
      const count = sizes.reduce((sum, size) => sum + size.count, 0)
      return [
        ...sizes
          .filter(({ storageClass }) => storageTypes[storageClass] !== undefined)
          .map(({ storageClass, bytes }) =>
            metric('BucketSizeBytes', 'Bytes', storageTypes[storageClass]!, bytes),
          ),
        ...(count > 0 ? [metric('NumberOfObjects', 'Count', 'AllStorageTypes', count)] : []),
      ]
    })
  },
}
