import {
  HeadObjectCommand,
  ListObjectVersionsCommand,
  type ObjectVersion,
} from '@aws-sdk/client-s3'
import type { Cloud } from '../../checker/cloud.ts'
import type { Verdict } from '../../checker/lab.ts'
import { failed, passed } from '../../checker/lab.ts'

const model = 'models/resnet50.pth'
const labels = 'datasets/labels.csv'

interface Versions {
  /** The newest first; delete markers are not among them. */
  readonly all: readonly ObjectVersion[]
  /** The one that a plain read gets. */
  readonly current: ObjectVersion | undefined
}

async function versionsOf(bucket: string, key: string, { s3 }: Cloud): Promise<Versions> {
  const { Versions = [] } = await s3.send(
    new ListObjectVersionsCommand({ Bucket: bucket, Prefix: key }),
  )
  const all = Versions.filter(({ Key }) => Key === key)
  return { all, current: all.find(({ IsLatest }) => IsLatest) }
}

const missing = (key: string): Verdict =>
  failed(`There is no ${key} in your bucket. Expected it, as in the text.`)

export async function checkMetadata(bucket: string, cloud: Cloud): Promise<Verdict> {
  const { all } = await versionsOf(bucket, model, cloud)
  const first = all.at(-1)
  if (!first) return missing(model)
  const { Metadata = {} } = await cloud.s3.send(
    new HeadObjectCommand({ Bucket: bucket, Key: model, VersionId: first.VersionId }),
  )
  if (Metadata['model-version'] !== undefined) return passed()
  const names = Object.keys(Metadata).join(', ')
  return failed(
    `The first version of ${model} has ${names === '' ? 'no metadata' : `the metadata ${names}`}. Expected model-version.`,
  )
}

/** The first upload and the bad one differ; what is read now is the first one's content. */
export async function checkGoodAgain(bucket: string, cloud: Cloud): Promise<Verdict> {
  const { all, current } = await versionsOf(bucket, model, cloud)
  const first = all.at(-1)
  if (!first || !current) return missing(model)
  const uploads = cloud.events.find({
    service: 's3',
    operation: 'PutObject',
    where: ({ parameters }) => parameters?.['Bucket'] === bucket && parameters['Key'] === model,
  })
  if (uploads.length < 2) {
    return failed(`You uploaded ${model} only once. Expected a bad one over it, and the way back.`)
  }
  if (first.VersionId === 'null') {
    return failed(
      `The oldest ${model} that your bucket remembers is from before its versioning: what was there earlier is lost. Expected versioning before the first upload.`,
    )
  }
  return current.ETag === first.ETag
    ? passed()
    : failed(
        `What one reads as ${model} is version ${current.VersionId}, another content than the first. Expected the first one's content.`,
        uploads.at(-1),
      )
}

/** What was deleted for good, or uploaded before there were versions, cannot be rolled back to. */
export async function findLoss({ events, values }: Cloud): Promise<string | undefined> {
  const uploads = events.find({
    service: 's3',
    operation: 'PutObject',
    where: ({ parameters }) =>
      parameters?.['Bucket'] === values['bucket'] && parameters?.['Key'] === model,
  })
  const destroyed = events.last({
    service: 's3',
    operation: 'DeleteObject',
    after: uploads[0],
    where: ({ parameters }) =>
      parameters?.['Bucket'] === values['bucket'] &&
      parameters?.['Key'] === model &&
      parameters['VersionId'] !== undefined,
  })
  return uploads.length === 0 || destroyed === undefined
    ? undefined
    : `You deleted a version of ${model} for good: there is no way back to it from here.`
}

export async function checkNothingLost(bucket: string, cloud: Cloud): Promise<Verdict> {
  const { all } = await versionsOf(bucket, model, cloud)
  if (all.length === 0) return missing(model)
  const contents = new Set(all.map(({ ETag }) => ETag))
  return contents.size > 1
    ? passed()
    : failed(
        `All versions of ${model} have one content: the bad one is gone. Expected that it is kept, behind the good one.`,
        cloud.events.last({
          service: 's3',
          operation: 'DeleteObject',
          where: ({ parameters }) => parameters?.['VersionId'] !== undefined,
        }),
      )
}

export async function checkUndeleted(bucket: string, cloud: Cloud): Promise<Verdict> {
  const { all, current } = await versionsOf(bucket, labels, cloud)
  if (all.length === 0) return missing(labels)
  if (!current) {
    return failed(`Your ${labels} is hidden behind a delete marker. Expected it back.`)
  }
  const deleted = cloud.events.last({
    service: 's3',
    operation: ['DeleteObject', 'DeleteObjects'],
    where: ({ operation, parameters }) =>
      parameters?.['Bucket'] === bucket &&
      (operation === 'DeleteObjects' || parameters['Key'] === labels),
  })
  return deleted
    ? passed()
    : failed(`You have not deleted ${labels}. Expected that you delete it and undo it.`)
}
