import { GetObjectCommand, ListBucketsCommand, ListObjectsV2Command } from '@aws-sdk/client-s3'
import type { Cloud } from '../../checker/cloud.ts'
import { failed, passed } from '../../checker/lab.ts'
import { onInstance } from './metadata.ts'

const key = 'identity.json'

/** What is in the bucket under the document's name; undefined where it is not there. */
async function readDocument({ s3, values }: Cloud): Promise<string | undefined> {
  const Bucket = values['bucket']!
  const { Buckets = [] } = await s3.send(new ListBucketsCommand({}))
  if (!Buckets.some(({ Name }) => Name === Bucket)) return undefined
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: key }))
  if (!Contents.some(({ Key }) => Key === key)) return undefined
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: key }))
  return Body!.transformToString()
}

export const checkDocument = onInstance(async (instance, cloud) => {
  const text = await readDocument(cloud)
  if (text === undefined) {
    return failed(`There is no s3://${cloud.values['bucket']}/${key}. Expected the document.`)
  }
  const { InstanceId, ImageId, Placement } = instance
  const { instanceId, imageId, availabilityZone } = parse(text)
  if (instanceId === undefined) {
    return failed(`Your s3://${cloud.values['bucket']}/${key} is no identity document.`)
  }
  const right =
    instanceId === InstanceId &&
    imageId === ImageId &&
    availabilityZone === Placement?.AvailabilityZone
  return right
    ? passed()
    : failed(
        `The document in your bucket says that it is ${instanceId}, from ${imageId} in ${availabilityZone}. Expected ${InstanceId}, from ${ImageId} in ${Placement?.AvailabilityZone}.`,
      )
})

/** The document's members; what is no text is taken for absent. */
function parse(text: string): Record<string, string> {
  try {
    const members = Object.entries((JSON.parse(text) ?? {}) as Record<string, unknown>)
    return Object.fromEntries(
      members.filter((member): member is [string, string] => typeof member[1] === 'string'),
    )
  } catch {
    return {}
  }
}
