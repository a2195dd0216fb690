import {
  CreateBucketCommand,
  DeleteObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  paginateListBuckets,
} from '@aws-sdk/client-s3'
import type { S3Client } from '@aws-sdk/client-s3'
import type { Cloud } from '../../checker/cloud.ts'
import type { HistoryEvent } from '../../checker/history.ts'
import type { Verdict } from '../../checker/lab.ts'
import { failed, passed } from '../../checker/lab.ts'
import { launchProbe } from '../../checker/launch-probe.ts'
import type { Probe } from '../../checker/permission-probe.ts'
import { attempt, attemptAll } from '../../checker/permission-probe.ts'
import { policiesOfGroup, policiesOfUser } from '../../checker/user-policies.ts'
import { alice, bob, engineers, groupsOf, missingGroup, missingUser, scientists } from './team.ts'

const computePolicy = 'AmazonEC2FullAccess'

// What is tried here is tried in a copy of the student's cloud.

export async function checkWrites(cloud: Cloud): Promise<Verdict> {
  const missing = await missingUser(cloud, alice)
  if (missing !== undefined) return missing
  const bucket = await findBucket(cloud)
  if (bucket === undefined) return noBucket(cloud)
  const { s3 } = await cloud.as(alice)
  const outcome = await attempt(put(s3, bucket, 'models/check.txt'))
  return outcome.allowed
    ? passed()
    : failed(
        `${alice} can't write models/check.txt into ${bucket}. AWS tells her: ${outcome.because}. Expected that her group ${scientists} allows it.`,
        correctionOf(cloud),
      )
}

export async function checkOnlyThere(cloud: Cloud): Promise<Verdict> {
  const missing = await missingUser(cloud, alice)
  if (missing !== undefined) return missing
  const bucket = await findBucket(cloud)
  if (bucket === undefined) return noBucket(cloud)
  const { s3 } = await cloud.as(alice)
  if (!(await attempt(put(s3, bucket, 'models/check.txt'))).allowed) {
    return failed(
      `${alice} can't write under models/ yet, so there is nothing to keep within bounds.`,
      correctionOf(cloud),
    )
  }
  const another = `pocketcloud-check-${cloud.account}`
  await cloud.s3.send(new CreateBucketCommand({ Bucket: another }))
  const { allowed } = await attemptAll([
    put(s3, bucket, 'data/check.txt'),
    put(s3, bucket, 'check.txt'),
    remove(s3, bucket, 'models/check.txt'),
    remove(s3, bucket, 'data/check.txt'),
    { ...put(s3, another, 'models/check.txt'), on: 'models/check.txt of another bucket' },
    {
      action: 's3:CreateBucket',
      on: 'a new bucket',
      resource: `arn:aws:s3:::${another}-2`,
      send: () => s3.send(new CreateBucketCommand({ Bucket: `${another}-2` })),
    },
  ])
  if (allowed.length === 0) return passed()
  const what = allowed.map(({ action, on }) => `${action} on ${on}`).join(', ')
  const held = (await policiesOfUser(cloud.iam, alice)).map(({ name }) => name).join(', ')
  return failed(
    `${alice} may do more than write under models/: ${what}. She holds ${held}. Expected s3:PutObject on models/ of your bucket, and nothing else that changes anything.`,
    correctionOf(cloud),
  )
}

export async function checkEngineers(cloud: Cloud): Promise<Verdict> {
  const missing = (await missingGroup(cloud, engineers)) ?? (await missingUser(cloud, bob))
  if (missing !== undefined) return missing
  const groups = await groupsOf(cloud, bob)
  if (!groups.includes(engineers)) {
    return failed(
      `${bob} is in ${groups.join(' and ') || 'no group'}. Expected ${engineers}.`,
      cloud.events.last({ service: 'iam', operation: ['AddUserToGroup', 'RemoveUserFromGroup'] }),
    )
  }
  const held = (await policiesOfGroup(cloud.iam, engineers)).map(({ name }) => name)
  if (held.includes(computePolicy)) return passed()
  return failed(
    `Your group ${engineers} holds ${held.join(', ') || 'no policy'}. Expected ${computePolicy}.`,
    cloud.events.last({ service: 'iam', operation: ['AttachGroupPolicy', 'DetachGroupPolicy'] }),
  )
}

export async function checkApart(cloud: Cloud): Promise<Verdict> {
  const missing = (await missingUser(cloud, alice)) ?? (await missingUser(cloud, bob))
  if (missing !== undefined) return missing
  const bucket = await findBucket(cloud)
  if (bucket === undefined) return noBucket(cloud)
  const launch = await attempt(await launchProbe(cloud, bob, { type: 't3.micro' }))
  if (!launch.allowed) {
    return failed(
      `${bob} can't launch an instance. AWS tells him: ${launch.because}. Expected that his group ${engineers} allows it.`,
      membershipOf(cloud),
    )
  }
  const { s3 } = await cloud.as(bob)
  const { allowed } = await attemptAll([
    {
      action: 's3:ListBucket',
      on: bucket,
      resource: `arn:aws:s3:::${bucket}`,
      send: () => s3.send(new ListObjectsV2Command({ Bucket: bucket })),
    },
    put(s3, bucket, 'models/check.txt'),
  ])
  if (allowed.length > 0) {
    const what = allowed.map(({ action, on }) => `${action} on ${on}`).join(', ')
    return failed(
      `${bob} may do what only data scientists need: ${what}. Expected that an engineer launches machines and does not touch the bucket.`,
      membershipOf(cloud),
    )
  }
  const hers = await attempt(await launchProbe(cloud, alice, { type: 't3.micro' }))
  return hers.allowed
    ? failed(
        `${alice} may launch instances. Expected that only engineers do: her groups are ${(await groupsOf(cloud, alice)).join(', ')}.`,
        membershipOf(cloud),
      )
    : passed()
}

/** The lab's bucket; where there is none of its name, the one there is. */
async function findBucket({ s3: client, account }: Cloud): Promise<string | undefined> {
  const names: string[] = []
  for await (const { Buckets = [] } of paginateListBuckets({ client }, {})) {
    names.push(...Buckets.map(({ Name }) => Name!))
  }
  const wanted = `ml-team-data-${account}`
  return names.includes(wanted)
    ? wanted
    : names.find((name) => !name.startsWith('pocketcloud-check-'))
}

const noBucket = ({ account, events }: Cloud): Verdict =>
  failed(
    `You have no bucket. Expected one called ml-team-data-${account}, made in step 1.`,
    events.last({ service: 's3', operation: 'DeleteBucket' }),
  )

const put = (s3: S3Client, Bucket: string, Key: string): Probe => ({
  action: 's3:PutObject',
  on: Key,
  resource: `arn:aws:s3:::${Bucket}/${Key}`,
  send: () => s3.send(new PutObjectCommand({ Bucket, Key, Body: 'check' })),
})

const remove = (s3: S3Client, Bucket: string, Key: string): Probe => ({
  action: 's3:DeleteObject',
  on: Key,
  resource: `arn:aws:s3:::${Bucket}/${Key}`,
  send: () => s3.send(new DeleteObjectCommand({ Bucket, Key })),
})

/** The student's last call that gave data scientists something. */
const correctionOf = ({ events }: Cloud): HistoryEvent | undefined =>
  events.last({
    service: 'iam',
    operation: [
      'PutGroupPolicy',
      'AttachGroupPolicy',
      'PutUserPolicy',
      'AttachUserPolicy',
      'CreatePolicyVersion',
    ],
    where: ({ parameters }) => parameters?.['GroupName'] !== engineers,
  })

const membershipOf = ({ events }: Cloud): HistoryEvent | undefined =>
  events.last({
    service: 'iam',
    operation: ['AddUserToGroup', 'RemoveUserFromGroup', 'AttachGroupPolicy', 'AttachUserPolicy'],
  })
