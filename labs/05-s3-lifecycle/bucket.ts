import { ListBucketsCommand, ListObjectsV2Command } from '@aws-sdk/client-s3'
import type { Cloud } from '../../checker/cloud.ts'
import type { HistoryEvent } from '../../checker/history.ts'
import type { Verdict } from '../../checker/lab.ts'
import { failed } from '../../checker/lab.ts'

export const model = 'models/resnet50.pth'
export const log = 'logs/train.log'

/** Looks at the student's bucket; without one, says so. */
export const inBucket =
  (check: (bucket: string, cloud: Cloud) => Promise<Verdict> | Verdict) =>
  async (cloud: Cloud): Promise<Verdict> => {
    const { Buckets = [] } = await cloud.s3.send(new ListBucketsCommand({}))
    const names = Buckets.map(({ Name }) => Name!)
    const wanted = cloud.values['bucket']!
    if (names.includes(wanted)) return check(wanted, cloud)
    const found =
      names.length === 0
        ? 'You have no bucket yet.'
        : `Your buckets are called ${names.join(', ')}.`
    return failed(`${found} Expected one called ${wanted}.`)
  }

export interface StoredObject {
  readonly key: string
  readonly storageClass: string
  /** In bytes. */
  readonly size: number
}

/** The objects that are there; a lab's bucket has few. */
export async function storedObjects(bucket: string, { s3 }: Cloud): Promise<StoredObject[]> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket }))
  return Contents.map(({ Key = '', StorageClass = 'STANDARD', Size = 0 }) => ({
    key: Key,
    storageClass: StorageClass,
    size: Size,
  }))
}

/** Whether a call named this object. */
export const isAbout =
  (bucket: string, key: string) =>
  ({ parameters }: HistoryEvent): boolean =>
    parameters?.['Bucket'] === bucket && parameters['Key'] === key
