import type {
  CreateAccessPointRequest,
  CreateAccessPointResult,
  DeleteAccessPointRequest,
  GetAccessPointRequest,
  GetAccessPointResult,
  ListAccessPointsRequest,
  ListAccessPointsResult,
} from '@aws-sdk/client-s3-control'
import { answerStatus, operation, type Call } from '../../../operation.ts'
import type { AccessPoint, PublicAccessBlock } from '../../../ports.ts'
import { checkAccessPointName, newAlias } from '../access-point-names.ts'
import { accessPointArn } from '../arns.ts'
import {
  accessDenied,
  accessPointAlreadyOwnedByYou,
  noBucketForAccessPoint,
  tooManyAccessPoints,
} from '../errors.ts'
import { fromNextToken, toNextToken } from '../next-tokens.ts'
import { accessPointKeys, onAccessPoint, requireAccessPoint } from '../on-access-point.ts'
import { onAccount } from '../on-account.ts'
import {
  countAccessPoints,
  deleteAccessPoint,
  findAccessPoint,
  insertAccessPoint,
  listAccessPoints,
} from '../rows/access-points.ts'
import { readTags, requestTagKeys } from '../tags.ts'

/** How many an account may have in a region. */
const quota = 10_000
const maxPage = 1000

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_CreateAccessPoint.html */
export const CreateAccessPoint = operation<CreateAccessPointRequest, CreateAccessPointResult>({
  authorize(input, call) {
    const { account, region } = call
    const { AccountId = account, Name = '' } = input
    const arn = accessPointArn({ account: AccountId, region }, Name)
    const vpcId = input.VpcConfiguration?.VpcId ?? null
    const context = {
      ...accessPointKeys({ arn, account: AccountId, vpcId }),
      ...requestTagKeys(input.Tags),
    }
    return [{ action: 's3:CreateAccessPoint', resource: arn, resourceAccount: AccountId, context }]
  },
  run(input, call) {
    const { db, account, region } = call
    const { Name: name = '' } = input
    checkAccessPointName(name)
    const bucketAccount = requireBucketFor(input, call)
    if (findAccessPoint(db, call, name)) throw accessPointAlreadyOwnedByYou()
    if (countAccessPoints(db, call) >= quota) throw tooManyAccessPoints()
    const alias = newAlias(name, call.ids)
    insertAccessPoint(db, {
      account,
      region,
      name,
      alias,
      bucket: input.Bucket ?? '',
      bucketAccount,
      vpcId: input.VpcConfiguration?.VpcId ?? null,
      publicAccessBlock: blockOf(input),
      tags: readTags(input.Tags),
      createdAt: call.now,
    })
    return { AccessPointArn: accessPointArn(call, name), Alias: alias }
  },
})

/** @returns the account of the bucket, which has to be in the request's region */
function requireBucketFor(input: CreateAccessPointRequest, call: Call): string {
  const bucket = call.ports.bucketTags?.find(call.db, input.Bucket ?? '')
  if (!bucket || bucket.region !== call.region) throw noBucketForAccessPoint()
  // Another account's bucket has to be named with its account.
  if (bucket.account !== (input.BucketAccountId ?? call.account)) throw accessDenied()
  return bucket.account
}

/** Everything is blocked unless something is said; what is then left out is off. */
function blockOf({
  PublicAccessBlockConfiguration: given,
}: CreateAccessPointRequest): PublicAccessBlock {
  const absent = given === undefined
  return {
    BlockPublicAcls: given?.BlockPublicAcls ?? absent,
    IgnorePublicAcls: given?.IgnorePublicAcls ?? absent,
    BlockPublicPolicy: given?.BlockPublicPolicy ?? absent,
    RestrictPublicBuckets: given?.RestrictPublicBuckets ?? absent,
  }
}

/** What a list says of an access point. */
const summaryOf = ({ name, vpcId, bucket, arn, alias, bucketAccount }: AccessPoint) => ({
  Name: name,
  NetworkOrigin: vpcId === null ? ('Internet' as const) : ('VPC' as const),
  ...(vpcId !== null && { VpcConfiguration: { VpcId: vpcId } }),
  Bucket: bucket,
  AccessPointArn: arn,
  Alias: alias,
  BucketAccountId: bucketAccount,
})

/** Where AWS would answer for it: clients that have another endpoint don't ask there. */
const endpointsOf = ({ region }: AccessPoint): Record<string, string> => ({
  ipv4: `s3-accesspoint.${region}.amazonaws.com`,
  dualstack: `s3-accesspoint.dualstack.${region}.amazonaws.com`,
  fips: `s3-accesspoint-fips.${region}.amazonaws.com`,
  fips_dualstack: `s3-accesspoint-fips.dualstack.${region}.amazonaws.com`,
})

export const GetAccessPoint = operation<GetAccessPointRequest, GetAccessPointResult>({
  authorize: (input, call) => [
    { ...onAccessPoint('s3:GetAccessPoint', input, call), resource: '*' },
  ],
  run(input, call) {
    const point = requireAccessPoint(input, call)
    return {
      ...summaryOf(point),
      PublicAccessBlockConfiguration: point.publicAccessBlock,
      CreationDate: new Date(point.createdAt),
      Endpoints: endpointsOf(point),
    }
  },
})

export const ListAccessPoints = operation<ListAccessPointsRequest, ListAccessPointsResult>({
  authorize: (input, call) => [onAccount('s3:ListAccessPoints', input, call)],
  run(input, call) {
    const limit = Math.min(input.MaxResults || maxPage, maxPage)
    const found = listAccessPoints(call.db, call, {
      bucket: input.Bucket,
      from: fromNextToken(input.NextToken),
      limit: limit + 1,
    })
    const next = found[limit]
    return {
      AccessPointList: found.slice(0, limit).map(summaryOf),
      ...(next && { NextToken: toNextToken(next.name) }),
    }
  },
})

export const DeleteAccessPoint = operation<
  DeleteAccessPointRequest,
  { readonly [answerStatus]: number }
>({
  authorize: (input, call) => [onAccessPoint('s3:DeleteAccessPoint', input, call)],
  run(input, call) {
    deleteAccessPoint(call.db, requireAccessPoint(input, call))
    return { [answerStatus]: 204 }
  },
})
