import { createHash } from 'node:crypto'
import { rootArn } from './arns.ts'
import { rotationStart } from './rotation.ts'
import type { Key } from './rows/keys.ts'

/** What AWS's services call what their key protects, and what their calls come by. */
interface ManagedKeyFacts {
  readonly protects: string
  /** The service's name in `kms:ViaService`, where the alias has another. */
  readonly via?: string
  readonly title: string
}

/** The keys that AWS's services make in an account: `alias/aws/<service>`. */
const managedKeys: Readonly<Record<string, ManagedKeyFacts>> = {
  acm: { title: 'ACM', protects: 'ACM private keys' },
  backup: { title: 'Backup', protects: 'Backup data' },
  dynamodb: { title: 'Amazon DynamoDB', protects: 'DynamoDB data' },
  ebs: { title: 'EBS', protects: 'EBS volumes', via: 'ec2' },
  elasticfilesystem: { title: 'EFS', protects: 'EFS filesystems' },
  es: { title: 'Elasticsearch', protects: 'Elasticsearch data' },
  glue: { title: 'Glue', protects: 'Glue data' },
  kinesis: { title: 'Kinesis', protects: 'Kinesis data' },
  lambda: { title: 'AWS Lambda', protects: 'Lambda functions' },
  rds: { title: 'RDS', protects: 'RDS database volumes' },
  redshift: { title: 'Redshift', protects: 'Redshift clusters' },
  s3: { title: 'S3', protects: 'S3 objects' },
  secretsmanager: { title: 'AWS Secrets Manager', protects: 'Secrets Manager data' },
  sns: { title: 'SNS', protects: 'SNS data' },
  sqs: { title: 'SQS', protects: 'SQS messages' },
  ssm: { title: 'SSM', protects: 'SSM parameters' },
  xray: { title: 'X-Ray', protects: 'X-Ray data' },
}

const prefix = 'alias/aws/'

export const isManagedAlias = (name: string): boolean =>
  name.startsWith(prefix) && Object.hasOwn(managedKeys, name.slice(prefix.length))

/** In the order of aliases. */
export const managedAliases: readonly string[] = Object.keys(managedKeys).map(
  (service) => prefix + service,
)

interface Place {
  readonly account: string
  readonly region: string
}

/** The key of a managed alias as it is when it is made: at its first use in an account and region. */
export function managedKey(alias: string, { account, region }: Place, now: number): Key {
  const service = alias.slice(prefix.length)
  const { protects } = managedKeys[service]!
  return {
    account,
    region,
    id: managedKeyId(alias, { account, region }),
    description: `Default key that protects my ${protects} when no other key is defined`,
    spec: 'SYMMETRIC_DEFAULT',
    usage: 'ENCRYPT_DECRYPT',
    state: 'Enabled',
    manager: 'AWS',
    multiRegion: false,
    policy: managedKeyPolicy(service, { account, region }),
    tags: {},
    createdAt: now,
    deletionAt: null,
    ...rotationStart(now),
  }
}

/** Known before the key is made, so that a call can be authorized for it. */
function managedKeyId(alias: string, { account, region }: Place): string {
  const hex = createHash('sha256').update(`${account}/${region}/${alias}`).digest('hex')
  const variant = '89ab'[Number.parseInt(hex[16]!, 16) & 3]!
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    variant + hex.slice(17, 20),
    hex.slice(20, 32),
  ].join('-')
}

/**
 * Everyone in the account may use the key through the service, and nobody without it.
 * https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html
 */
function managedKeyPolicy(service: string, { account, region }: Place): string {
  const { title, via = service } = managedKeys[service]!
  const createsGrants = via === 'ec2' || service === 'rds' || service === 'lambda'
  return JSON.stringify({
    Version: '2012-10-17',
    Id: `auto-${service}-2`,
    Statement: [
      {
        Sid: `Allow access through ${title} for all principals in the account that are authorized to use ${title}`,
        Effect: 'Allow',
        Principal: { AWS: '*' },
        Action: [
          'kms:Encrypt',
          'kms:Decrypt',
          'kms:ReEncrypt*',
          'kms:GenerateDataKey*',
          ...(createsGrants ? ['kms:CreateGrant'] : []),
          'kms:DescribeKey',
        ],
        Resource: '*',
        Condition: {
          StringEquals: {
            'kms:CallerAccount': account,
            'kms:ViaService': viaService(via, region),
          },
        },
      },
      {
        Sid: 'Allow direct access to key metadata to the account',
        Effect: 'Allow',
        Principal: { AWS: rootArn(account) },
        Action: ['kms:Describe*', 'kms:Get*', 'kms:List*', 'kms:RevokeGrant'],
        Resource: '*',
      },
    ],
  })
}

/** The value of `kms:ViaService`: `s3.us-east-1.amazonaws.com`. */
export const viaService = (service: string, region: string) =>
  `${service === 'ebs' ? 'ec2' : service}.${region}.amazonaws.com`
