import { isIPv4, isIPv6 } from 'node:net'
import type { DocumentText } from './json-text.ts'
import type { WrittenCondition } from './conditions.ts'
import { compileGlob } from '../glob.ts'
import { parsePattern } from '../template.ts'
import { Problem } from './problem.ts'
import { readResourcePolicy, type ResourceStatement } from './resource.ts'

/** What is checked besides the grammar. */
export interface BucketFacts {
  /** Without it, any bucket's resources are taken. */
  readonly bucket?: string | undefined
  /** The ARN of the access point whose policy it is. */
  readonly accessPoint?: string | undefined
}

/**
 * Checks a bucket policy: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html
 *
 * @throws Problem
 */
export function checkBucketPolicy(text: DocumentText, { bucket }: BucketFacts): void {
  for (const statement of statementsOf(text)) checkResources(statement, bucket)
}

/**
 * Checks the policy of an access point, whose statements are about it and the objects behind it:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-policies.html
 *
 * @throws Problem
 */
export function checkAccessPointPolicy(text: DocumentText, { accessPoint }: BucketFacts): void {
  for (const { actions, resources = [] } of statementsOf(text)) {
    const keys = resources.map((resource) =>
      /^(arn:aws[\w-]*:s3:[^:]*:[^:]*:accesspoint\/)([^/]+)(\/object\/.*)?$/s.exec(resource),
    )
    const own = (match: RegExpExecArray | null) =>
      match !== null && isAccessPoint(match[1]!, match[2]!, accessPoint)
    if (!keys.every(own)) throw new Problem('Policy has invalid resource')
    const objects = keys.some((match) => match![3] !== undefined || match![2]!.endsWith('*'))
    checkActions(
      actions,
      objects,
      keys.some((match) => match![3] === undefined),
    )
  }
}

/** Whether a pattern of names, after the stem of the ARN, may mean the access point. */
function isAccessPoint(stem: string, pattern: string, arn: string | undefined): boolean {
  return arn === undefined || (arn.startsWith(stem) && names(pattern, arn.slice(stem.length)))
}

function statementsOf(text: DocumentText): readonly ResourceStatement[] {
  const statements = readResourcePolicy(text, {
    invalidPrincipal: () => 'Invalid principal in policy',
  })
  for (const { actions, resources, conditions } of statements) {
    if (!actions.every((action) => /^(?:\*|s3[\w-]*:[\w*?]+)$/i.test(action))) {
      throw new Problem('Policy has invalid action')
    }
    if (!resources || resources.length === 0) throw new Problem('Missing required field Resource')
    for (const condition of conditions) checkCondition(condition)
  }
  return statements
}

function checkResources({ actions, resources = [] }: ResourceStatement, bucket?: string): void {
  const keys = resources.map((resource) => /^arn:aws[\w-]*:s3:::([^/]+)(\/.*)?$/s.exec(resource))
  if (!keys.every((match) => match && names(match[1]!, bucket))) {
    throw new Problem('Policy has invalid resource')
  }
  const objects = keys.some((match) => match![2] !== undefined || match![1]!.endsWith('*'))
  const buckets = keys.some((match) => match![2] === undefined)
  checkActions(actions, objects, buckets)
}

function checkActions(actions: readonly string[], objects: boolean, buckets: boolean): void {
  for (const action of actions) {
    // With a wildcard an action may be for either.
    if (/[*?]/.test(action)) continue
    if (!(isForObjects(action) ? objects : buckets)) {
      throw new Problem('Action does not apply to any resource(s) in statement')
    }
  }
}

/** Whether a pattern of names may mean the bucket, or the access point. */
function names(pattern: string, bucket: string | undefined): boolean {
  if (bucket === undefined || pattern === bucket) return true
  if (!/[*?]/.test(pattern)) return false
  return compileGlob(parsePattern(pattern))(bucket)
}

/** S3's actions on objects, by their names: https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html */
const isForObjects = (action: string) =>
  /^s3[\w-]*:(?:(?:Get|Put|Delete|Restore|Update)Object|AbortMultipart|ListMultipartUploadParts|BypassGovernance|Replicate|ObjectOwnerOverride|InitiateReplication)/i.test(
    action,
  )

function checkCondition({ base, key, values }: WrittenCondition): void {
  if (!key.includes(':')) throw new Problem('Policy has an invalid condition key')
  if (base.endsWith('IpAddress') && !values.every((value) => isAddress(String(value)))) {
    throw new Problem('Invalid IP address in Conditions')
  }
}

function isAddress(text: string): boolean {
  const [address = '', bits, ...rest] = text.split('/')
  const most = isIPv4(address) ? 32 : isIPv6(address) ? 128 : -1
  if (most === -1 || rest.length > 0) return false
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most)
}
