import type { Service } from '../operation.ts'

/** How a service family words its refusals: codes and sentences differ between them. */
export type Dialect = 'query' | 'ec2' | 's3' | 'json'

/** A service the emulator knows, before anything of it is loaded. */
export interface ServiceEntry {
  /** Its folder, and what IAM actions start with. */
  readonly name: string
  /** What stands for it in a signature's scope. */
  readonly signingNames: readonly string[]
  /** What `X-Amz-Target` and the RPC paths call it. */
  readonly targets: readonly string[]
  /** The API version that a form body names, for requests without a signature. */
  readonly apiVersion: string
  readonly dialect: Dialect
  /** IAM and STS are one for all regions; their calls count as us-east-1. */
  readonly global?: boolean
  /** The official SDK, for its schemas: loaded at the first request only, client-ec2 takes 340 ms. */
  readonly sdk: () => Promise<Record<string, unknown>>
  readonly load: () => Promise<{ readonly default: Service }>
  /** The services whose ports it uses: their operations are loaded with it. */
  readonly needs?: readonly string[]
}

/** Every service. A new one is a folder and an entry here. */
export const catalogue: readonly ServiceEntry[] = [
  {
    name: 'sts',
    signingNames: ['sts'],
    targets: ['AWSSecurityTokenServiceV20110615'],
    apiVersion: '2011-06-15',
    dialect: 'query',
    sdk: () => import('@aws-sdk/client-sts'),
    load: () => import('./sts/index.ts'),
  },
  {
    name: 'iam',
    signingNames: ['iam'],
    targets: ['AWSIdentityManagementV20100508'],
    apiVersion: '2010-05-08',
    dialect: 'query',
    global: true,
    sdk: () => import('@aws-sdk/client-iam'),
    load: () => import('./iam/index.ts'),
  },
  {
    name: 'ec2',
    signingNames: ['ec2'],
    targets: ['AmazonEC2'],
    apiVersion: '2016-11-15',
    dialect: 'ec2',
    sdk: () => import('@aws-sdk/client-ec2'),
    load: () => import('./ec2/index.ts'),
  },
  {
    name: 's3',
    signingNames: ['s3', 's3-object-lambda', 's3express'],
    targets: ['AmazonS3'],
    apiVersion: '2006-03-01',
    dialect: 's3',
    sdk: () => import('@aws-sdk/client-s3'),
    load: () => import('./s3/index.ts'),
  },
  {
    // It signs as S3 does: its paths tell it apart.
    name: 's3control',
    signingNames: ['s3-control'],
    targets: ['AWSS3ControlServiceV20180820'],
    apiVersion: '2018-08-20',
    dialect: 's3',
    sdk: () => import('@aws-sdk/client-s3-control'),
    load: () => import('./s3control/index.ts'),
    needs: ['s3'],
  },
  {
    name: 'rds',
    signingNames: ['rds'],
    targets: ['AmazonRDSv19'],
    apiVersion: '2014-10-31',
    dialect: 'query',
    sdk: () => import('@aws-sdk/client-rds'),
    load: () => import('./rds/index.ts'),
    // Its secrets are rotated by timers of that one.
    needs: ['secrets-manager'],
  },
  {
    name: 'kms',
    signingNames: ['kms'],
    targets: ['TrentService'],
    apiVersion: '2014-11-01',
    dialect: 'json',
    sdk: () => import('@aws-sdk/client-kms'),
    load: () => import('./kms/index.ts'),
  },
  {
    name: 'ssm',
    signingNames: ['ssm'],
    targets: ['AmazonSSM'],
    apiVersion: '2014-11-06',
    dialect: 'json',
    sdk: () => import('@aws-sdk/client-ssm'),
    load: () => import('./ssm/index.ts'),
  },
  {
    name: 'service-quotas',
    signingNames: ['servicequotas'],
    targets: ['ServiceQuotasV20190624'],
    apiVersion: '2019-06-24',
    dialect: 'json',
    sdk: () => import('@aws-sdk/client-service-quotas'),
    load: () => import('./service-quotas/index.ts'),
  },
  {
    name: 'rbin',
    signingNames: ['rbin'],
    targets: ['AmazonRecycleBin'],
    apiVersion: '2021-06-15',
    dialect: 'json',
    sdk: () => import('./rbin/schema.ts'),
    load: () => import('./rbin/index.ts'),
  },
  {
    name: 'secrets-manager',
    signingNames: ['secretsmanager'],
    targets: ['secretsmanager'],
    apiVersion: '2017-10-17',
    dialect: 'json',
    sdk: () => import('@aws-sdk/client-secrets-manager'),
    load: () => import('./secrets-manager/index.ts'),
  },
  {
    name: 'fis',
    signingNames: ['fis'],
    targets: ['FIS'],
    apiVersion: '2020-12-01',
    dialect: 'json',
    // The official package has no schemas.
    sdk: async () => (await import('./fis/schema.ts')).sdk,
    load: () => import('./fis/index.ts'),
    needs: ['ec2'],
  },
  {
    name: 'savingsplans',
    signingNames: ['savingsplans'],
    targets: ['AWSSavingsPlan'],
    apiVersion: '2019-06-28',
    dialect: 'json',
    global: true,
    sdk: () => import('@aws-sdk/client-savingsplans'),
    load: () => import('./savingsplans/index.ts'),
  },
  {
    name: 'cloudwatch',
    signingNames: ['monitoring'],
    targets: ['GraniteServiceVersion20100801'],
    apiVersion: '2010-08-01',
    dialect: 'query',
    sdk: () => import('@aws-sdk/client-cloudwatch'),
    load: () => import('./cloudwatch/index.ts'),
    needs: ['ec2'],
  },
]
