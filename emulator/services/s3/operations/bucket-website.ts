import type {
  DeleteBucketWebsiteRequest,
  GetBucketWebsiteOutput,
  GetBucketWebsiteRequest,
  PutBucketWebsiteRequest,
  RoutingRule,
  WebsiteConfiguration,
} from '@aws-sdk/client-s3'
import { operation } from '../../../operation.ts'
import { noSuchWebsite } from '../configuration-errors.ts'
import { invalidArgument, invalidRequest, malformedXml } from '../errors.ts'
import { onBucket, requireBucket } from '../find-bucket.ts'
import {
  deleteConfiguration,
  findConfiguration,
  putConfiguration,
} from '../rows/bucket-configurations.ts'

const maxRules = 50

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketWebsite.html */
export const PutBucketWebsite = operation<PutBucketWebsiteRequest, {}>({
  authorize: (input, call) => [onBucket('s3:PutBucketWebsite', input, call)],
  run(input, call) {
    const bucket = requireBucket(input, call)
    const website = input.WebsiteConfiguration ?? {}
    checkWebsite(website)
    putConfiguration(call.db, bucket, 'website', website)
    return {}
  },
})

function checkWebsite(website: WebsiteConfiguration): void {
  const { RedirectAllRequestsTo: all, IndexDocument: index, ErrorDocument: error } = website
  if (all) {
    if (index || error || website.RoutingRules) {
      throw invalidArgument(
        'RedirectAllRequestsTo cannot be provided in conjunction with other Routing Rules.',
        'RedirectAllRequestsTo',
        'not null',
      )
    }
    if (!all.HostName) throw malformedXml()
    requireProtocol(all.Protocol)
    return
  }
  if (!index) {
    throw invalidArgument(
      'A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty',
      'IndexDocument',
      'null',
    )
  }
  if (!index.Suffix || index.Suffix.includes('/')) {
    throw invalidArgument(
      'The IndexDocument Suffix is not well formed',
      'IndexDocument',
      index.Suffix ?? 'null',
    )
  }
  if (error && !error.Key) {
    throw invalidArgument(
      'The ErrorDocument Key is not well formed',
      'ErrorDocument',
      error.Key ?? 'null',
    )
  }
  const rules = website.RoutingRules ?? []
  if (website.RoutingRules?.length === 0) throw malformedXml()
  if (rules.length > maxRules) {
    throw invalidRequest(
      `${rules.length} routing rules provided, the number of routing rules in a website configuration is limited to ${maxRules}.`,
    )
  }
  for (const rule of rules) checkRule(rule)
}

function checkRule({ Condition, Redirect }: RoutingRule): void {
  if (!Redirect || Object.values(Redirect).every((value) => value === undefined)) {
    throw malformedXml()
  }
  requireProtocol(Redirect.Protocol)
  if (Redirect.ReplaceKeyWith !== undefined && Redirect.ReplaceKeyPrefixWith !== undefined) {
    throw invalidRequest('You can only define ReplaceKeyPrefix or ReplaceKey but not both.')
  }
  if (
    Condition &&
    Condition.HttpErrorCodeReturnedEquals === undefined &&
    Condition.KeyPrefixEquals === undefined
  ) {
    throw invalidRequest(
      "Condition cannot be empty. To redirect all requests without a condition, the condition element shouldn't be present.",
    )
  }
  const error = Condition?.HttpErrorCodeReturnedEquals
  if (error !== undefined && !/^[45]\d\d$/.test(error)) {
    throw invalidRequest(
      `The provided HTTP error code (${error}) is not valid. Valid codes are 4XX or 5XX.`,
    )
  }
  const { HttpRedirectCode: code } = Redirect
  if (code !== undefined && !/^3(?!00)\d\d$/.test(code)) {
    throw invalidRequest(
      `The provided HTTP redirect code (${code}) is not valid. Valid codes are 3XX except 300.`,
    )
  }
}

function requireProtocol(protocol: string | undefined): void {
  if (protocol !== undefined && protocol !== 'http' && protocol !== 'https') {
    throw invalidRequest(
      'Invalid protocol, protocol can be http or https. If not defined the protocol will be selected automatically.',
    )
  }
}

export const GetBucketWebsite = operation<GetBucketWebsiteRequest, GetBucketWebsiteOutput>({
  authorize: (input, call) => [onBucket('s3:GetBucketWebsite', input, call)],
  run(input, call) {
    const bucket = requireBucket(input, call)
    const website = findConfiguration<GetBucketWebsiteOutput>(call.db, bucket, 'website')
    if (!website) throw noSuchWebsite(bucket.name)
    return website
  },
})

export const DeleteBucketWebsite = operation<DeleteBucketWebsiteRequest, {}>({
  authorize: (input, call) => [onBucket('s3:DeleteBucketWebsite', input, call)],
  run(input, call) {
    deleteConfiguration(call.db, requireBucket(input, call), 'website')
    return {}
  },
})
