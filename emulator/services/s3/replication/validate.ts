import type { Destination, ReplicationConfiguration, ReplicationRule } from '@aws-sdk/client-s3'
import type { Call } from '../../../operation.ts'
import { invalidArgument, invalidRequest, malformedXml } from '../errors.ts'
import { filtersByTags, readFilter } from '../object-filters.ts'
import { findBucket, type Bucket } from '../rows/buckets.ts'
import { bucketOfArn } from './rules.ts'
import { trustsS3 } from './role.ts'

const mostRules = 1000
const longestId = 255

const inThisForm = (element: string, verb: string) =>
  invalidRequest(
    `${element} ${verb} for this version of Cross Region Replication configuration schema. ` +
      'Please refer to S3 Developer Guide for more information.',
  )

/**
 * Checks a replication configuration as AWS does, and gives ids to rules without one.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketReplication.html
 *
 * @throws AwsError `MalformedXML`, `InvalidRequest`, `InvalidArgument`
 */
export function checkedReplication(
  configuration: ReplicationConfiguration | undefined,
  bucket: Bucket,
  call: Call,
): ReplicationConfiguration {
  const { Role: role, Rules: rules = [] } = configuration ?? {}
  if (role === undefined || rules.length === 0) throw malformedXml()
  if (bucket.versioning !== 'Enabled') {
    throw invalidRequest(
      "Versioning must be 'Enabled' on the bucket to apply a replication configuration",
    )
  }
  if (rules.length > mostRules) {
    throw invalidRequest(
      `The number of replication rules must not exceed the allowed limit of ${mostRules} rules.`,
    )
  }
  const isNewForm = rules.some(({ Filter }) => Filter !== undefined)
  for (const rule of rules) requireRule(rule, isNewForm)
  requireDistinct(rules, isNewForm)
  for (const { Destination: destination } of rules) requireDestination(destination, bucket, call)
  requireRole(role, bucket, call)
  return {
    Role: role,
    Rules: rules.map((rule) => ({
      ...rule,
      ID: rule.ID || Buffer.from(call.ids.uuid()).toString('base64'),
    })),
  }
}

function requireRule(rule: ReplicationRule, isNewForm: boolean): void {
  const { ID: id = '', Status: status, Filter: given, Prefix: prefix } = rule
  if (id.length > longestId) {
    throw invalidArgument(`Rule Id should not exceed allowed limit of ${longestId}`, 'ID', id)
  }
  if (status !== 'Enabled' && status !== 'Disabled') throw malformedXml()
  if (given && prefix !== undefined) throw malformedXml()
  const markers = rule.DeleteMarkerReplication?.Status
  if (markers !== undefined && markers !== 'Enabled' && markers !== 'Disabled') throw malformedXml()
  if (!isNewForm) {
    if (rule.Priority !== undefined) throw inThisForm('Priority', 'cannot be used')
    if (rule.DeleteMarkerReplication) {
      throw inThisForm('DeleteMarkerReplication', 'cannot be used')
    }
    return
  }
  if (!given) throw malformedXml()
  requireFilter(rule)
  if (rule.Priority === undefined) throw inThisForm('Priority', 'must be specified')
  if (markers === undefined) throw inThisForm('DeleteMarkerReplication', 'must be specified')
  if (markers === 'Enabled' && filtersByTags(readFilter(given, undefined))) {
    throw invalidRequest(
      'Delete marker replication is not supported if any Tag filter is specified. ' +
        'Please refer to S3 Developer Guide for more information.',
    )
  }
}

/** One condition, or at least two in `And`. */
function requireFilter({ Filter: given = {} }: ReplicationRule): void {
  const { And: and } = given
  if (Object.values(given).filter((value) => value !== undefined).length > 1) throw malformedXml()
  const tags = and?.Tags ?? []
  if (and && tags.length + (and.Prefix === undefined ? 0 : 1) < 2) throw malformedXml()
  if (new Set(tags.map(({ Key }) => Key)).size < tags.length) {
    throw invalidRequest('Duplicate Tag Keys are not allowed.')
  }
}

function requireDistinct(rules: readonly ReplicationRule[], isNewForm: boolean): void {
  const ids = rules.flatMap(({ ID: id }) => (id ? [id] : []))
  if (new Set(ids).size < ids.length) throw invalidArgument('Rule Id must be unique', 'ID', '')
  if (isNewForm) {
    const priorities = rules.map(({ Priority }) => Priority)
    if (new Set(priorities).size < priorities.length) {
      throw invalidRequest('Rule priority must be unique')
    }
    return
  }
  const destinations = new Set(rules.map((rule) => rule.Destination?.Bucket))
  if (destinations.size > 1) {
    throw invalidRequest('Number of distinct destination bucket ARNs cannot exceed 1')
  }
  const prefixes = rules.map(({ Prefix = '' }) => Prefix).toSorted()
  prefixes.forEach((prefix, index) => {
    const next = prefixes[index + 1]
    if (next?.startsWith(prefix)) {
      throw invalidRequest(`Found overlapping prefixes '${prefix}' and '${next}'`)
    }
  })
}

const storageClasses: ReadonlySet<string | undefined> = new Set([
  undefined,
  'STANDARD',
  'REDUCED_REDUNDANCY',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER',
  'GLACIER_IR',
  'DEEP_ARCHIVE',
])

function requireDestination(
  destination: Destination | undefined,
  source: Bucket,
  { db }: Call,
): void {
  if (!destination) throw malformedXml()
  const { Bucket: arn, Account: account, AccessControlTranslation: translation } = destination
  const name = bucketOfArn(arn)
  if (name === undefined) throw invalidArgument('Invalid bucket ARN.', 'Bucket', arn)
  if (!storageClasses.has(destination.StorageClass)) throw malformedXml()
  if (translation && translation.Owner !== 'Destination') throw malformedXml()
  if (translation && account === undefined) {
    throw invalidRequest('Account must be specified when AccessControlTranslation is used.')
  }
  if (name === source.name) {
    throw invalidRequest('Destination bucket cannot be the same as the source bucket.')
  }
  const bucket = findBucket(db, name)
  // A bucket that is not there is none with versioning.
  if (bucket?.versioning !== 'Enabled') {
    throw invalidRequest('Destination bucket must have versioning enabled.')
  }
}

function requireRole(arn: string, bucket: Bucket, { db, ports }: Call): void {
  const role = ports.roles.find(db, arn)
  if (!role || role.account !== bucket.account || !trustsS3(role)) {
    throw invalidArgument('Invalid Role ARN', 'Role', arn)
  }
}
