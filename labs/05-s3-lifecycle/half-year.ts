import {
  GetBucketTaggingCommand,
  ListMultipartUploadsCommand,
  S3ServiceException,
} from '@aws-sdk/client-s3'
import type { Cloud } from '../../checker/cloud.ts'
import type { Verdict } from '../../checker/lab.ts'
import { failed, passed } from '../../checker/lab.ts'
import { isAbout, log, model, storedObjects } from './bucket.ts'

const day = 24 * 3600 * 1000
const archiveDays = 90

export async function checkMoved(bucket: string, cloud: Cloud): Promise<Verdict> {
  const found = (await storedObjects(bucket, cloud)).find(({ key }) => key === model)
  if (!found) return failed(`There is no ${model} in your bucket. Expected it, as in step 1.`)
  const { storageClass, size } = found
  const written = cloud.events.last({
    service: 's3',
    operation: ['PutObject', 'CopyObject', 'CreateMultipartUpload'],
    where: isAbout(bucket, model),
  })
  if (written?.parameters?.['StorageClass'] === storageClass && storageClass !== 'STANDARD') {
    return failed(
      `Your ${model} is in ${storageClass} because you wrote it there. Expected that a rule moves it.`,
      written,
    )
  }
  if (storageClass !== 'STANDARD') return passed()
  const why =
    size < 128 * 1024
      ? ` It has ${size} bytes, and rules leave objects under 128 KB where they are.`
      : ''
  return failed(
    `Your ${model} is still in STANDARD.${why} Expected that your rules have moved it: let 180 days pass.`,
  )
}

export async function checkLogGone(bucket: string, cloud: Cloud): Promise<Verdict> {
  const written = cloud.events.last({
    service: 's3',
    operation: 'PutObject',
    where: isAbout(bucket, log),
  })
  if (!written) return failed(`You have not uploaded ${log}. Expected it, as in step 1.`)
  const objects = await storedObjects(bucket, cloud)
  if (objects.some(({ key }) => key === log)) {
    return failed(`Your ${log} is still there. Expected that a rule deletes it after 30 days.`)
  }
  const deleted = cloud.events.last({
    service: 's3',
    operation: ['DeleteObject', 'DeleteObjects'],
    after: written,
    where: ({ parameters }) => parameters?.['Bucket'] === bucket,
  })
  if (!deleted) return passed()
  return failed(`You deleted ${log} yourself. Expected that a rule does it.`, deleted)
}

/** What somebody deleted by hand, no rule can delete any more. */
export function findDeletedByHand({ events, values }: Cloud): string | undefined {
  const bucket = values['bucket']!
  const written = { service: 's3', operation: 'PutObject', where: isAbout(bucket, log) }
  const deleted = { service: 's3', operation: 'DeleteObject', where: isAbout(bucket, log) }
  const newest = events.last(written)
  return newest !== undefined && events.last({ ...deleted, after: newest }) !== undefined
    ? `You deleted ${log} yourself, so no rule can do it. Upload it again, or go back.`
    : undefined
}

export async function checkUploadGone(bucket: string, cloud: Cloud): Promise<Verdict> {
  const begun = cloud.events.last({
    service: 's3',
    operation: 'CreateMultipartUpload',
    where: ({ parameters }) => parameters?.['Bucket'] === bucket,
  })
  if (!begun) return failed('You have not begun an upload. Expected one, left as it is in step 1.')
  const { Uploads = [] } = await cloud.s3.send(new ListMultipartUploadsCommand({ Bucket: bucket }))
  if (Uploads.length > 0) {
    return failed(
      `Your upload of ${Uploads[0]!.Key} is still under way. Expected that a rule gives it up after 7 days.`,
    )
  }
  const ended = cloud.events.last({
    service: 's3',
    operation: ['AbortMultipartUpload', 'CompleteMultipartUpload'],
    after: begun,
  })
  if (!ended) return passed()
  return failed('You ended the upload yourself. Expected that a rule gives it up.', ended)
}

/** The restored copy goes away again: only the history still knows of it. */
export function checkRead(bucket: string, { events }: Cloud): Verdict {
  const written = events.find({
    service: 's3',
    operation: ['PutObject', 'CopyObject'],
    where: isAbout(bucket, model),
  })[0]
  const read = events.last({
    service: 's3',
    operation: 'GetObject',
    where: isAbout(bucket, model),
    after: written,
  })
  if (written && read && read.time - written.time >= archiveDays * day) return passed()
  const refused = events.last({
    service: 's3',
    operation: 'GetObject',
    refused: true,
    where: isAbout(bucket, model),
  })
  if (refused?.error) {
    return failed(
      `You have not read ${model} again: your last try was refused with ${refused.error.code}. ` +
        'Expected that you restore it, wait until it is restored, and get it.',
      refused,
    )
  }
  return read
    ? failed(
        `You read ${model} while it was new. Expected that you read it after half a year.`,
        read,
      )
    : failed(`You have not read ${model} again. Expected that you restore it and get it.`)
}

/** $ per GB and month, as the course lists them. */
const prices: Readonly<Record<string, number>> = {
  STANDARD: 0.023,
  STANDARD_IA: 0.0125,
  ONEZONE_IA: 0.01,
  GLACIER_IR: 0.004,
  GLACIER: 0.0036,
  DEEP_ARCHIVE: 0.00099,
}

const tagName = 'saved-percent'

export async function checkSavings(bucket: string, cloud: Cloud): Promise<Verdict> {
  const said = (await tagsOf(bucket, cloud))[tagName]
  if (said === undefined) {
    return failed(`Your bucket has no tag ${tagName}. Expected one with what the rules save.`)
  }
  const objects = await storedObjects(bucket, cloud)
  const cost = (priceOf: (storageClass: string) => number) =>
    objects.reduce((sum, { size, storageClass }) => sum + size * priceOf(storageClass), 0)
  const before = cost(() => prices['STANDARD']!)
  const now = cost((storageClass) => prices[storageClass] ?? prices['STANDARD']!)
  const saved = before === 0 ? 0 : Math.round(100 * (1 - now / before))
  if (Math.abs(Number(said) - saved) <= 1) return passed()
  return failed(
    `Your tag ${tagName} says ${said}. What is in the bucket now costs ${saved} % less than in STANDARD: expected ${saved}.`,
  )
}

async function tagsOf(bucket: string, { s3 }: Cloud): Promise<Record<string, string>> {
  try {
    const { TagSet = [] } = await s3.send(new GetBucketTaggingCommand({ Bucket: bucket }))
    return Object.fromEntries(TagSet.map(({ Key, Value }) => [Key!, Value!]))
  } catch (error) {
    if (error instanceof S3ServiceException && error.name === 'NoSuchTagSet') return {}
    throw error
  }
}
