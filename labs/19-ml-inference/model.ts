import {
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  S3ServiceException,
} from '@aws-sdk/client-s3'
import type { Cloud } from '../../checker/cloud.ts'
import type { Verdict } from '../../checker/lab.ts'
import { failed, passed } from '../../checker/lab.ts'

const key = 'models/model.pth'

const inBucket =
  (check: (Bucket: string, cloud: Cloud) => Promise<Verdict>) =>
  async (cloud: Cloud): Promise<Verdict> => {
    const wanted = cloud.values['bucket']!
    const { Buckets = [] } = await cloud.s3.send(new ListBucketsCommand({}))
    return Buckets.some(({ Name }) => Name === wanted)
      ? check(wanted, cloud)
      : failed(`You have no bucket called ${wanted}. Expected one.`)
  }

export const checkModel = inBucket(async (Bucket, { s3 }) => {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: key }))
  return Contents.some(({ Key }) => Key === key)
    ? passed()
    : failed(`There is no ${key} in your bucket ${Bucket}. Expected the model.`)
})

export const checkVersioned = inBucket(async (Bucket, { s3 }) => {
  const { Status } = await s3.send(new GetBucketVersioningCommand({ Bucket }))
  return Status === 'Enabled'
    ? passed()
    : failed(`Your bucket ${Bucket} keeps no versions. Expected that it does.`)
})

/** A new bucket is closed: without a model in it, that is nobody's merit. */
export const checkPrivate = inBucket(async (Bucket, cloud) => {
  const model = await checkModel(cloud)
  if (!model.passed) return model
  const block = await cloud.s3
    .send(new GetPublicAccessBlockCommand({ Bucket }))
    .then(({ PublicAccessBlockConfiguration }) => PublicAccessBlockConfiguration)
    .catch((error: unknown) => {
      if (error instanceof S3ServiceException && error.name.startsWith('NoSuchPublicAccessBlock')) {
        return undefined
      }
      throw error
    })
  const {
    BlockPublicAcls = false,
    BlockPublicPolicy = false,
    IgnorePublicAcls = false,
    RestrictPublicBuckets = false,
  } = block ?? {}
  return BlockPublicAcls && BlockPublicPolicy && IgnorePublicAcls && RestrictPublicBuckets
    ? passed()
    : failed(`Your bucket ${Bucket} can be opened to the public. Expected all four settings true.`)
})
