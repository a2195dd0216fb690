import { paginateListUsers } from '@aws-sdk/client-iam'
import { CreateBucketCommand, PutObjectCommand, paginateListBuckets } from '@aws-sdk/client-s3'
import type { Cloud } from '../../checker/cloud.ts'
import type { Verdict } from '../../checker/lab.ts'
import { failed, passed } from '../../checker/lab.ts'
import type { Subject } from '../../checker/permission-matrix.ts'
import { policiesOfUser } from '../../checker/user-policies.ts'

export const carol = 'carol'

/** Who is looked at, and where: everything the tries need. */
export interface Scene {
  readonly subject: Subject
  readonly bucket: string
  /** A bucket that is none of the student's business: it is only in the copy. */
  readonly otherBucket: string
}

/** What the student is told where there is nothing to look at. */
type Staged = { readonly scene: Scene } | { readonly missing: Verdict }

const staged = new WeakMap<Cloud, Promise<Staged>>()

/**
 * Finds the user and the bucket, and puts into the copy of the cloud what the tries are made on. Once for all conditions.
 */
export function stage(cloud: Cloud): Promise<Staged> {
  const found = staged.get(cloud) ?? prepare(cloud)
  staged.set(cloud, found)
  return found
}

async function prepare(cloud: Cloud): Promise<Staged> {
  const { iam, s3, events, account } = cloud
  const user = await findUser(cloud)
  if (user === undefined) {
    return {
      missing: failed(
        `There is no user ${carol}. Expected: aws iam create-user --user-name ${carol}`,
        events.last({ service: 'iam', operation: 'DeleteUser' }),
      ),
    }
  }
  const bucket = await findBucket(cloud)
  if (bucket === undefined) {
    return {
      missing: failed(
        `You have no bucket. Expected one called ${bucketName(cloud)}, made in step 1.`,
        events.last({ service: 's3', operation: 'DeleteBucket' }),
      ),
    }
  }
  const otherBucket = `pocketcloud-check-${account}`
  await s3.send(new CreateBucketCommand({ Bucket: otherBucket }))
  for (const [Bucket, Key] of [
    [bucket, 'data/check.csv'],
    [bucket, 'models/check.bin'],
    [bucket, 'payroll/check.csv'],
    [otherBucket, 'data/check.csv'],
  ] as const) {
    await s3.send(new PutObjectCommand({ Bucket, Key, Body: 'check' }))
  }
  const held = await policiesOfUser(iam, user)
  return { scene: { subject: { user, held, events }, bucket, otherBucket } }
}

/** carol; where there is no such user, the only one there is beside those of other labs: a wrong name costs one point. */
async function findUser({ iam: client }: Cloud): Promise<string | undefined> {
  const names: string[] = []
  for await (const { Users = [] } of paginateListUsers({ client }, {})) {
    names.push(...Users.map(({ UserName }) => UserName!))
  }
  if (names.includes(carol)) return carol
  const others = names.filter((name) => !['student', 'alice', 'bob'].includes(name))
  return others.length === 1 ? others[0] : undefined
}

async function findBucket(cloud: Cloud): Promise<string | undefined> {
  const names: string[] = []
  for await (const { Buckets = [] } of paginateListBuckets({ client: cloud.s3 }, {})) {
    names.push(...Buckets.map(({ Name }) => Name!))
  }
  const wanted = bucketName(cloud)
  return names.includes(wanted) ? wanted : names.find((name) => !name.startsWith('ml-team-data-'))
}

const bucketName = ({ account }: Cloud) => `ml-research-${account}`

/** The policy is the student's own, managed, and carol has it. */
export async function checkOwnPolicy(cloud: Cloud): Promise<Verdict> {
  const found = await stage(cloud)
  if ('missing' in found) return found.missing
  const { user, held } = found.scene.subject
  const call = cloud.events.last({
    service: 'iam',
    operation: ['AttachUserPolicy', 'AttachGroupPolicy', 'PutUserPolicy', 'PutGroupPolicy'],
  })
  if (user !== carol) return failed(`Your user is called ${user}. Expected ${carol}.`)
  if (held.some(({ kind }) => kind === 'customer managed')) return passed()
  const expected = `Expected a policy that you made with aws iam create-policy, attached to her or to a group of hers.`
  if (held.length === 0) return failed(`${carol} holds no policy yet. ${expected}`, call)
  const names = held.map(({ name, kind }) => `${name} (${kind})`).join(', ')
  return failed(`${carol} holds ${names}. ${expected}`, call)
}
