import type {
  DeletePublicAccessBlockRequest,
  GetPublicAccessBlockOutput,
  GetPublicAccessBlockRequest,
  PutPublicAccessBlockRequest,
} from '@aws-sdk/client-s3-control'
import { answerStatus, operation } from '../../../operation.ts'
import { invalidRequest, noSuchPublicAccessBlock } from '../errors.ts'
import { onAccount } from '../on-account.ts'
import {
  deletePublicAccessBlock,
  findPublicAccessBlock,
  putPublicAccessBlock,
} from '../rows/public-access-blocks.ts'

// The account's part of https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html

export const PutPublicAccessBlock = operation<PutPublicAccessBlockRequest, {}>({
  authorize: (input, call) => [onAccount('s3:PutAccountPublicAccessBlock', input, call)],
  run(input, { db, account }) {
    const given = input.PublicAccessBlockConfiguration
    if (!given || Object.values(given).every((setting) => setting === undefined)) {
      throw invalidRequest('Must specify at least one configuration.')
    }
    putPublicAccessBlock(db, account, {
      BlockPublicAcls: given.BlockPublicAcls ?? false,
      IgnorePublicAcls: given.IgnorePublicAcls ?? false,
      BlockPublicPolicy: given.BlockPublicPolicy ?? false,
      RestrictPublicBuckets: given.RestrictPublicBuckets ?? false,
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

export const DeletePublicAccessBlock = operation<
  DeletePublicAccessBlockRequest,
  { readonly [answerStatus]: number }
>({
  authorize: (input, call) => [onAccount('s3:PutAccountPublicAccessBlock', input, call)],
  run(_input, { db, account }) {
    deletePublicAccessBlock(db, account)
    return { [answerStatus]: 204 }
  },
})
