import { DescribeImagesCommand, DescribeInstancesCommand } from '@aws-sdk/client-ec2'
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3'
import type { Cloud } from '../../checker/cloud.ts'
import type { Verdict } from '../../checker/lab.ts'
import { launchProbe } from '../../checker/launch-probe.ts'
import { mustAllow } from '../../checker/permission-matrix.ts'
import type { Probe } from '../../checker/permission-probe.ts'
import { attemptAll } from '../../checker/permission-probe.ts'
import type { Scene } from './carol.ts'
import { stage } from './carol.ts'

export const team = { Team: 'data-science' }

/** What carol has to be able to do. */
export const needs = {
  read: {
    expected: 'that she lists data/ in your bucket and reads what is there',
    async probes(cloud, { subject, bucket }) {
      const { s3 } = await cloud.as(subject.user)
      return [
        {
          action: 's3:ListBucket',
          on: `${bucket} for data/`,
          resource: `arn:aws:s3:::${bucket}`,
          send: () =>
            s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: 'data/', Delimiter: '/' })),
        },
        {
          action: 's3:GetObject',
          on: 'data/check.csv',
          resource: `arn:aws:s3:::${bucket}/data/check.csv`,
          send: () => s3.send(new GetObjectCommand({ Bucket: bucket, Key: 'data/check.csv' })),
        },
      ]
    },
  },
  write: {
    expected: 'that she writes under models/ in your bucket',
    async probes(cloud, { subject, bucket }) {
      const { s3 } = await cloud.as(subject.user)
      const Key = 'models/check-2.bin'
      return [
        {
          action: 's3:PutObject',
          on: Key,
          resource: `arn:aws:s3:::${bucket}/${Key}`,
          send: () => s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: 'check' })),
        },
      ]
    },
  },
  describe: {
    expected: 'that she may look at machines and images (ec2:Describe*)',
    async probes(cloud, { subject }) {
      const { ec2 } = await cloud.as(subject.user)
      const common = { on: 'everything in EC2', resource: '*' }
      return [
        {
          ...common,
          action: 'ec2:DescribeInstances',
          send: () => ec2.send(new DescribeInstancesCommand({ DryRun: true })),
        },
        {
          ...common,
          action: 'ec2:DescribeImages',
          send: () => ec2.send(new DescribeImagesCommand({ DryRun: true })),
        },
      ]
    },
  },
  launch: {
    expected:
      'that she launches a t3.micro or a t3.small in us-east-1 when she gives the instance the tag Team=data-science',
    probes: async (cloud, { subject }) => [
      await launchProbe(cloud, subject.user, { type: 't3.micro', region, tags: team }),
      await launchProbe(cloud, subject.user, { type: 't3.small', region, tags: team }),
    ],
  },
} as const satisfies Record<string, Need>

interface Need {
  readonly expected: string
  readonly probes: (cloud: Cloud, scene: Scene) => Promise<readonly Probe[]>
}

export const region = 'us-east-1'

export const checkNeed =
  ({ expected, probes }: Need) =>
  async (cloud: Cloud): Promise<Verdict> => {
    const found = await stage(cloud)
    if ('missing' in found) return found.missing
    const { scene } = found
    return mustAllow(scene.subject, await probes(cloud, scene), expected)
  }

/** Whether anything of it works: a user who may do nothing keeps every limit, and has earned nothing by it. */
export async function mayDoAnything(cloud: Cloud, scene: Scene): Promise<boolean> {
  for (const need of Object.values(needs)) {
    const { allowed } = await attemptAll(await need.probes(cloud, scene))
    if (allowed.length > 0) return true
  }
  return false
}
