import type {
  CORSRule,
  DeleteBucketCorsRequest,
  GetBucketCorsOutput,
  GetBucketCorsRequest,
  PutBucketCorsRequest,
} from '@aws-sdk/client-s3'
import { operation } from '../../../operation.ts'
import { noSuchCors } from '../configuration-errors.ts'
import { invalidRequest, malformedXml } from '../errors.ts'
import { onBucket, requireBucket } from '../find-bucket.ts'
import {
  deleteConfiguration,
  findConfiguration,
  putConfiguration,
} from '../rows/bucket-configurations.ts'

const methods = new Set(['GET', 'PUT', 'POST', 'DELETE', 'HEAD'])
const maxRules = 100

export const PutBucketCors = operation<PutBucketCorsRequest, {}>({
  authorize: (input, call) => [onBucket('s3:PutBucketCORS', input, call)],
  run(input, call) {
    const bucket = requireBucket(input, call)
    const rules = input.CORSConfiguration?.CORSRules ?? []
    if (rules.length < 1) throw malformedXml()
    if (rules.length > maxRules) {
      throw invalidRequest('The number of CORS rules should not exceed allowed limit of 100 rules.')
    }
    for (const rule of rules) checkRule(rule)
    putConfiguration(call.db, bucket, 'cors', { CORSRules: rules })
    return {}
  },
})

function checkRule(rule: CORSRule): void {
  if (!rule.AllowedMethods?.length || !rule.AllowedOrigins?.length) throw malformedXml()
  if ((rule.ID ?? '').length > 255) throw malformedXml()
  const unknown = rule.AllowedMethods.find((method) => !methods.has(method))
  if (unknown !== undefined) {
    throw invalidRequest(
      `Found unsupported HTTP method in CORS config. Unsupported method is ${unknown}`,
    )
  }
  requireOneWildcard('AllowedOrigin', rule.AllowedOrigins)
  requireOneWildcard('AllowedHeader', rule.AllowedHeaders ?? [])
  const names = [...(rule.AllowedHeaders ?? []), ...(rule.ExposeHeaders ?? [])]
  const odd = names.find((name) => !/^[\w!#$%&'*+.^`|~-]*$/.test(name))
  if (odd !== undefined) {
    throw invalidRequest(`AllowedHeader "${odd}" contains invalid character.`)
  }
  const exposed = rule.ExposeHeaders?.find((name) => name.includes('*'))
  if (exposed !== undefined) {
    throw invalidRequest(
      `ExposeHeader "${exposed}" contains wildcard. We currently do not support wildcard for ExposeHeader.`,
    )
  }
}

function requireOneWildcard(element: string, patterns: readonly string[]): void {
  const many = patterns.find((pattern) => pattern.split('*').length > 2)
  if (many !== undefined) {
    throw invalidRequest(`${element} "${many}" can not have more than one wildcard.`)
  }
}

export const GetBucketCors = operation<GetBucketCorsRequest, GetBucketCorsOutput>({
  authorize: (input, call) => [onBucket('s3:GetBucketCORS', input, call)],
  run(input, call) {
    const bucket = requireBucket(input, call)
    const cors = findConfiguration<GetBucketCorsOutput>(call.db, bucket, 'cors')
    if (!cors) throw noSuchCors(bucket.name)
    return cors
  },
})

export const DeleteBucketCors = operation<DeleteBucketCorsRequest, {}>({
  authorize: (input, call) => [onBucket('s3:PutBucketCORS', input, call)],
  run(input, call) {
    deleteConfiguration(call.db, requireBucket(input, call), 'cors')
    return {}
  },
})
