import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import {
  DeletePublicAccessBlockCommand,
  PutBucketPolicyCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import type { S3Test } from './support.ts'

export const otherAccount = '999988887777'

export interface PolicyStatement {
  readonly Effect?: 'Allow' | 'Deny'
  readonly Principal?: unknown
  readonly Action: string | readonly string[]
  readonly Resource?: string | readonly string[]
  readonly Condition?: object
}

export const policy = (...statements: readonly PolicyStatement[]) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: statements.map((statement) => ({ Effect: 'Allow', ...statement })),
  })

/** The root of another account. */
export const stranger = (t: S3Test) =>
  t.client({ credentials: { accessKeyId: otherAccount, secretAccessKey: 'x' } })

/** Sends no signature. */
export const anonymous = (t: S3Test) =>
  t.client({ signer: { sign: (request: unknown) => Promise.resolve(request) } })

let users = 0
/** A user of the bucket owner's account, or of another, who may do just this. */
export async function user(
  t: S3Test,
  statements: readonly PolicyStatement[] = [],
  account: object = {},
): Promise<{ readonly s3: S3Client; readonly arn: string; readonly name: string }> {
  const iam = t.emulator.client(IAMClient, account)
  const UserName = `caller-${++users}`
  const { User } = await iam.send(new CreateUserCommand({ UserName }))
  if (statements.length > 0) {
    await iam.send(
      new PutUserPolicyCommand({
        UserName,
        PolicyName: 'p',
        PolicyDocument: policy(...statements.map((one) => ({ Resource: '*', ...one }))),
      }),
    )
  }
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }))
  const credentials = {
    accessKeyId: AccessKey!.AccessKeyId!,
    secretAccessKey: AccessKey!.SecretAccessKey!,
  }
  return { s3: t.client({ credentials }), arn: User!.Arn!, name: UserName }
}

/** Lets public policies and ACLs count in the bucket. */
export const open = (t: S3Test, Bucket: string) =>
  t.s3.send(new DeletePublicAccessBlockCommand({ Bucket }))

export const putPolicy = (t: S3Test, Bucket: string, ...statements: PolicyStatement[]) =>
  t.s3.send(new PutBucketPolicyCommand({ Bucket, Policy: policy(...statements) }))
