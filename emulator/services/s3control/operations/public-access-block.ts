import type {
  DeletePublicAccessBlockRequest,
  GetPublicAccessBlockOutput,
  GetPublicAccessBlockRequest,
  PutPublicAccessBlockRequest,
} from '@aws-sdk/client-s3-control'
import { AwsError } from '../../../errors.ts'
import { operation, type Call, type Permission } from '../../../operation.ts'
import {
  deletePublicAccessBlock,
  findPublicAccessBlock,
  putPublicAccessBlock,
} from '../rows/public-access-blocks.ts'

// The account's part of https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html

interface AccountInput {
  readonly AccountId?: string | undefined
}

/** Another account's settings nobody may see or change. */
const onAccount = (action: string, { AccountId }: AccountInput, { account }: Call): Permission => ({
  action,
  resource: '*',
  resourceAccount: AccountId ?? account,
})

export const PutPublicAccessBlock = operation<PutPublicAccessBlockRequest, {}>({
  authorize: (input, call) => [onAccount('s3:PutAccountPublicAccessBlock', input, call)],
  run(input, { db, account }) {
    const given = input.PublicAccessBlockConfiguration
    putPublicAccessBlock(db, account, {
      BlockPublicAcls: given?.BlockPublicAcls ?? false,
      IgnorePublicAcls: given?.IgnorePublicAcls ?? false,
      BlockPublicPolicy: given?.BlockPublicPolicy ?? false,
      RestrictPublicBuckets: given?.RestrictPublicBuckets ?? false,
    })
    return {}
  },
})

export const GetPublicAccessBlock = operation<
  GetPublicAccessBlockRequest,
  GetPublicAccessBlockOutput
>({
  authorize: (input, call) => [onAccount('s3:GetAccountPublicAccessBlock', input, call)],
  run(_input, { db, account }) {
    const block = findPublicAccessBlock(db, account)
    if (!block) throw noSuchPublicAccessBlock(account)
    return { PublicAccessBlockConfiguration: block }
  },
})

export const DeletePublicAccessBlock = operation<DeletePublicAccessBlockRequest, {}>({
  authorize: (input, call) => [onAccount('s3:PutAccountPublicAccessBlock', input, call)],
  run(_input, { db, account }) {
    deletePublicAccessBlock(db, account)
    return {}
  },
})

const noSuchPublicAccessBlock = (account: string) =>
  new AwsError(
    'NoSuchPublicAccessBlockConfiguration',
    'The public access block configuration was not found',
    { status: 404, fields: { AccountId: account } },
  )
