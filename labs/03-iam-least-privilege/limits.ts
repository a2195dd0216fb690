import {
  AuthorizeSecurityGroupIngressCommand,
  CreateTagsCommand,
  CreateSecurityGroupCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2'
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import type { S3Client } from '@aws-sdk/client-s3'
import type { Cloud } from '../../checker/cloud.ts'
import type { Verdict } from '../../checker/lab.ts'
import { failed } from '../../checker/lab.ts'
import { launchProbe } from '../../checker/launch-probe.ts'
import { mustDeny } from '../../checker/permission-matrix.ts'
import type { Probe } from '../../checker/permission-probe.ts'
import type { Scene } from './carol.ts'
import { stage } from './carol.ts'
import { iamProbes } from './iam-probes.ts'
import { mayDoAnything, region, team } from './needs.ts'

// Everything here is tried in a copy of the student's cloud: what is allowed really happens there.

interface Limit {
  readonly expected: string
  readonly probes: (cloud: Cloud, scene: Scene) => Promise<readonly Probe[]>
}

/** What carol must not be able to do. */
export const limits = {
  read: {
    expected: 'that she lists and reads data/ of your bucket only',
    async probes(cloud, { subject, bucket, otherBucket }) {
      const { s3 } = await cloud.as(subject.user)
      return [
        list(s3, bucket, ''),
        list(s3, bucket, 'payroll/'),
        get(s3, bucket, 'payroll/check.csv'),
        elsewhere(get(s3, otherBucket, 'data/check.csv')),
      ]
    },
  },
  write: {
    expected: 'that she writes under models/ of your bucket only',
    async probes(cloud, { subject, bucket, otherBucket }) {
      const { s3 } = await cloud.as(subject.user)
      return [
        put(s3, bucket, 'data/check.csv'),
        put(s3, bucket, 'payroll/check.csv'),
        elsewhere(put(s3, otherBucket, 'models/check.bin')),
        {
          action: 's3:CreateBucket',
          on: 'a new bucket',
          resource: `arn:aws:s3:::${otherBucket}-2`,
          send: () => s3.send(new CreateBucketCommand({ Bucket: `${otherBucket}-2` })),
        },
      ]
    },
  },
  delete: {
    expected: 'that she deletes nothing, not even a model: older ones are evidence',
    async probes(cloud, { subject, bucket }) {
      const { s3 } = await cloud.as(subject.user)
      return [
        remove(s3, bucket, 'data/check-2.csv'),
        remove(s3, bucket, 'models/check.bin'),
        {
          action: 's3:DeleteBucket',
          on: bucket,
          resource: `arn:aws:s3:::${bucket}`,
          send: () => s3.send(new DeleteBucketCommand({ Bucket: bucket })),
          allowedBy: ['BucketNotEmpty'],
        },
      ]
    },
  },
  types: {
    expected: 'that she launches t3.micro and t3.small only',
    probes: (cloud, { subject }) =>
      Promise.all(
        (['t3.medium', 'c5.large', 'p3.2xlarge'] as const).map((type) =>
          launchProbe(cloud, subject.user, { type, region, tags: team }),
        ),
      ),
  },
  regions: {
    expected: 'that she launches in us-east-1 only',
    probes: (cloud, { subject }) =>
      Promise.all(
        ['eu-west-1', 'us-west-2'].map((other) =>
          launchProbe(cloud, subject.user, { type: 't3.micro', region: other, tags: team }),
        ),
      ),
  },
  tags: {
    expected:
      'that whatever she launches has the tag Team=data-science, and that she tags nothing that is there already',
    async probes(cloud, { subject }) {
      const { ec2 } = await cloud.as(subject.user, region)
      const launch = { type: 't3.micro', region } as const
      return [
        await launchProbe(cloud, subject.user, launch),
        await launchProbe(cloud, subject.user, { ...launch, tags: { Team: 'finance' } }),
        {
          action: 'ec2:CreateTags',
          on: 'an instance that is there already',
          resource: anInstance(cloud),
          send: () =>
            ec2.send(
              new CreateTagsCommand({
                Resources: [instanceId],
                Tags: [{ Key: 'Team', Value: 'data-science' }],
                DryRun: true,
              }),
            ),
        },
      ]
    },
  },
  machines: {
    expected: 'that she launches and looks, and changes nothing else in EC2',
    async probes(cloud, { subject }) {
      const { ec2 } = await cloud.as(subject.user, region)
      const InstanceIds = [instanceId]
      const instance = { on: 'an instance', resource: anInstance(cloud) }
      return [
        {
          ...instance,
          action: 'ec2:StopInstances',
          send: () => ec2.send(new StopInstancesCommand({ InstanceIds, DryRun: true })),
        },
        {
          ...instance,
          action: 'ec2:TerminateInstances',
          send: () => ec2.send(new TerminateInstancesCommand({ InstanceIds, DryRun: true })),
        },
        {
          action: 'ec2:AuthorizeSecurityGroupIngress',
          on: 'a security group',
          resource: `arn:aws:ec2:${region}:${cloud.account}:security-group/${groupId}`,
          send: () =>
            ec2.send(
              new AuthorizeSecurityGroupIngressCommand({
                GroupId: groupId,
                IpProtocol: 'tcp',
                FromPort: 22,
                ToPort: 22,
                CidrIp: '0.0.0.0/0',
                DryRun: true,
              }),
            ),
        },
        {
          action: 'ec2:CreateSecurityGroup',
          on: 'a new security group',
          resource: `arn:aws:ec2:${region}:${cloud.account}:security-group/${groupId}`,
          send: () =>
            ec2.send(
              new CreateSecurityGroupCommand({
                GroupName: 'check',
                Description: 'check',
                DryRun: true,
              }),
            ),
        },
      ]
    },
  },
  iam: {
    expected:
      'that she can change nothing in IAM, and hand no role to a machine: whoever can, can give herself all the rest',
    probes: iamProbes,
  },
} as const satisfies Record<string, Limit>

export const checkLimit =
  ({ expected, probes }: Limit) =>
  async (cloud: Cloud): Promise<Verdict> => {
    const found = await stage(cloud)
    if ('missing' in found) return found.missing
    const { scene } = found
    if (!(await mayDoAnything(cloud, scene))) {
      return failed(
        `${scene.subject.user} may not do anything of what she needs yet, so there is nothing to keep within limits.`,
      )
    }
    return mustDeny(scene.subject, await probes(cloud, scene), expected)
  }

// EC2 says whether one would be allowed before it looks whether there is such a thing.
const instanceId = 'i-0123456789abcdef0'
const groupId = 'sg-0123456789abcdef0'

const anInstance = ({ account }: Cloud) => `arn:aws:ec2:${region}:${account}:instance/${instanceId}`

const list = (s3: S3Client, Bucket: string, Prefix: string): Probe => ({
  action: 's3:ListBucket',
  on: Prefix === '' ? `the whole bucket ${Bucket}` : `${Bucket} for ${Prefix}`,
  resource: `arn:aws:s3:::${Bucket}`,
  send: () => s3.send(new ListObjectsV2Command({ Bucket, ...(Prefix === '' ? {} : { Prefix }) })),
})

const onObject = (action: string, bucket: string, key: string, send: Probe['send']): Probe => ({
  action,
  on: key,
  resource: `arn:aws:s3:::${bucket}/${key}`,
  send,
})

const get = (s3: S3Client, Bucket: string, Key: string) =>
  onObject('s3:GetObject', Bucket, Key, () => s3.send(new GetObjectCommand({ Bucket, Key })))

const put = (s3: S3Client, Bucket: string, Key: string) =>
  onObject('s3:PutObject', Bucket, Key, () =>
    s3.send(new PutObjectCommand({ Bucket, Key, Body: 'check' })),
  )

const remove = (s3: S3Client, Bucket: string, Key: string) =>
  onObject('s3:DeleteObject', Bucket, Key, () => s3.send(new DeleteObjectCommand({ Bucket, Key })))

const elsewhere = (probe: Probe): Probe => ({ ...probe, on: `${probe.on} of another bucket` })
