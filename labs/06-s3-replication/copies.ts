import { HeadObjectCommand } from '@aws-sdk/client-s3'
import type { Verdict } from '../../checker/lab.ts'
import { failed, passed } from '../../checker/lab.ts'
import { versionsOf, type Found } from './buckets.ts'

const newModel = 'models/v1.pth'
const oldModel = 'models/v0.pth'
const scratch = 'models/scratch.pth'
const note = 'notes.txt'

const isThere = ({ versions, deleted }: Awaited<ReturnType<typeof versionsOf>>) =>
  versions > 0 && !deleted

const statusOf = async ({ name, s3 }: Found, key: string) =>
  (await s3.send(new HeadObjectCommand({ Bucket: name, Key: key }))).ReplicationStatus

const notUploaded = (key: string, { name }: Found): Verdict =>
  failed(`There is no ${key} in your bucket ${name}. Expected it, as in the text.`)

export async function checkNew(source: Found, replica: Found): Promise<Verdict> {
  if (!isThere(await versionsOf(source, newModel))) return notUploaded(newModel, source)
  if (isThere(await versionsOf(replica, newModel))) {
    if ((await statusOf(replica, newModel)) === 'REPLICA') return passed()
    return failed(
      `The ${newModel} in ${replica.name} is no replica: it was put there. Expected that S3 replicates it.`,
    )
  }
  const status = await statusOf(source, newModel)
  return failed(
    status === undefined
      ? `No rule concerned ${newModel} when you wrote it. Expected it in ${replica.name}.`
      : `The replication of ${newModel} is ${status}. Expected it COMPLETED, and a replica in ${replica.name}.`,
  )
}

export async function checkOthersNot(source: Found, replica: Found): Promise<Verdict> {
  if (!isThere(await versionsOf(source, note))) return notUploaded(note, source)
  return (await versionsOf(replica, note)).versions === 0
    ? passed()
    : failed(`Your ${note} is in ${replica.name} too. Expected models there, and nothing else.`)
}

export async function checkOld(source: Found, replica: Found): Promise<Verdict> {
  if (!isThere(await versionsOf(source, oldModel))) return notUploaded(oldModel, source)
  if (isThere(await versionsOf(replica, oldModel))) return passed()
  const status = await statusOf(source, oldModel)
  const why = status === undefined ? 'it was there before the rule' : `its replication is ${status}`
  return failed(
    `Your ${oldModel} is not in ${replica.name}: ${why}. Expected it there, written again after the rule.`,
  )
}

export async function checkDeletion(source: Found, replica: Found): Promise<Verdict> {
  const here = await versionsOf(source, scratch)
  if (here.versions === 0) return notUploaded(scratch, source)
  if (!here.deleted) return failed(`Your ${scratch} is still there. Expected that you delete it.`)
  const there = await versionsOf(replica, scratch)
  if (there.versions === 0) {
    return failed(
      `There never was a ${scratch} in ${replica.name}. Expected a replica of it, hidden.`,
    )
  }
  return there.deleted
    ? passed()
    : failed(
        `You deleted ${scratch}, and in ${replica.name} it can still be seen. Expected it hidden there too.`,
      )
}
