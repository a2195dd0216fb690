import type { LifecycleRule } from '@aws-sdk/client-s3'
import type { IdSource } from '../../../ids.ts'
import { malformedXml } from '../errors.ts'
import {
  filtersBySize,
  filtersByTags,
  readFilter,
  type GivenFilter,
  type ObjectFilter,
} from '../object-filters.ts'
import * as errors from './errors.ts'
import { requireActions } from './validate-actions.ts'

const mostRules = 1000
const longestId = 255
const longestPrefix = 1024

/**
 * Checks a lifecycle configuration as AWS does, and gives ids to rules without one.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html
 *
 * @throws AwsError `MalformedXML`, `InvalidRequest`, `InvalidArgument`
 */
export function checkedRules(
  given: readonly LifecycleRule[] | undefined,
  ids: IdSource,
): LifecycleRule[] {
  if (!given || given.length === 0) throw malformedXml()
  if (given.length > mostRules) throw errors.tooManyRules()
  requireIds(given)
  // The first rule decides which of AWS's two forms the configuration has.
  const isNewForm = given[0]!.Filter !== undefined
  for (const rule of given) requireRule(rule, isNewForm)
  if (!isNewForm) requireSeparatePrefixes(given)
  return given.map((rule) => ({ ...rule, ID: rule.ID || generatedId(ids) }))
}

const generatedId = (ids: IdSource) => Buffer.from(ids.uuid()).toString('base64')

function requireIds(rules: readonly LifecycleRule[]): void {
  const seen = new Set<string>()
  for (const { ID: id } of rules) {
    if (!id) continue
    if (id.length > longestId) throw errors.idTooLong(id)
    if (seen.has(id)) throw errors.sameId(id)
    seen.add(id)
  }
}

function requireRule(rule: LifecycleRule, isNewForm: boolean): void {
  const { Status: status, Prefix: prefix, Filter: given } = rule
  if (status !== 'Enabled' && status !== 'Disabled') throw malformedXml()
  if (prefix === undefined && given === undefined) throw malformedXml()
  if (prefix !== undefined && isNewForm) throw errors.prefixInNewForm()
  if (given !== undefined && !isNewForm) throw errors.filterInOldForm()
  const filter = readFilter(given, prefix)
  if (given) requireFilter(given, filter)
  if (Buffer.byteLength(filter.prefix) > longestPrefix) throw errors.prefixTooLong(filter.prefix)
  requireActions(rule, describeFilter(filter), isNewForm)
  requireFiltersFit(rule, filter)
}

/** As AWS's sentences name a filter. */
const describeFilter = ({ prefix, tags, sizeGreaterThan, sizeLessThan }: ObjectFilter): string => {
  const parts = [
    ...(prefix === '' ? [] : [`prefix=${prefix}`]),
    ...Object.entries(tags).map(([name, value]) => `tag={key=${name}, value=${value}}`),
    ...(sizeGreaterThan === undefined ? [] : [`objectsizegreaterthan=${sizeGreaterThan}`]),
    ...(sizeLessThan === undefined ? [] : [`objectsizelessthan=${sizeLessThan}`]),
  ]
  return `(${parts.length === 0 ? 'prefix=' : parts.join(' and ')})`
}

const largestSize = 1_099_511_627_776_000

/** One condition, or at least two in `And`. */
function requireFilter(given: GivenFilter, filter: ObjectFilter): void {
  const count = (of: object) => Object.values(of).filter((value) => value !== undefined).length
  if (count(given) > 1) throw malformedXml()
  const tags = given.And?.Tags ?? (given.Tag ? [given.Tag] : [])
  if (given.And && count({ ...given.And, Tags: undefined }) + tags.length < 2) throw malformedXml()
  const keys = tags.map(({ Key = '' }) => Key)
  if (new Set(keys).size < keys.length) throw errors.sameTagKey()
  if (keys.some((key) => key.length < 1 || key.length > 128)) throw errors.tagKeyLength()
  if (tags.some(({ Value = '' }) => Value.length > 256)) throw errors.tagValueLength()
  const { sizeGreaterThan: greater, sizeLessThan: less } = filter
  if (greater !== undefined && !(greater >= 0 && greater <= largestSize)) {
    throw errors.sizeOutOfRange('ObjectSizeGreaterThan', 0, largestSize)
  }
  if (less !== undefined && !(less >= 1 && less <= largestSize)) {
    throw errors.sizeOutOfRange('ObjectSizeLessThan', 1, largestSize)
  }
  if (greater !== undefined && less !== undefined && less <= greater) throw errors.sizesInDisorder()
}

/** Uploads and delete markers have neither tags nor a size. */
function requireFiltersFit(rule: LifecycleRule, filter: ObjectFilter): void {
  const action =
    rule.Expiration?.ExpiredObjectDeleteMarker !== undefined
      ? 'ExpiredObjectDeleteMarker'
      : rule.AbortIncompleteMultipartUpload && 'AbortIncompleteMultipartUpload'
  if (action === undefined) return
  if (filtersByTags(filter)) throw errors.notWithFilter(action, 'Tags')
  if (filtersBySize(filter)) throw errors.notWithFilter(action, 'Object Size')
}

const actionsOfRule = [
  'Expiration',
  'Transitions',
  'NoncurrentVersionTransitions',
  'NoncurrentVersionExpiration',
  'AbortIncompleteMultipartUpload',
] as const

/** In the old form no two rules may do the same kind of thing to the same objects. */
function requireSeparatePrefixes(rules: readonly LifecycleRule[]): void {
  for (const action of actionsOfRule) {
    const prefixes = rules
      .filter((rule) => rule[action] !== undefined)
      .map(({ Prefix = '' }) => Prefix)
      .toSorted()
    // In this order a prefix of another begins the one right after it.
    prefixes.forEach((prefix, index) => {
      const next = prefixes[index + 1]
      if (next?.startsWith(prefix)) {
        throw errors.overlappingPrefixes(prefix, next, action.replace(/s$/, ''))
      }
    })
  }
}
