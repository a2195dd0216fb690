import type { ReplicationConfiguration, ReplicationRule } from '@aws-sdk/client-s3'
import { matchesFilter, matchesMarker, readFilter } from '../object-filters.ts'
import type { ObjectVersion } from '../rows/object-versions.ts'

type Replicated = Pick<ObjectVersion, 'key' | 'size' | 'tags' | 'deleteMarker' | 'encryption'>

/** The bucket that an ARN names; undefined for another ARN. */
export const bucketOfArn = (arn: string | undefined): string | undefined =>
  /^arn:aws[\w-]*:s3:::([^/*]+)$/.exec(arn ?? '')?.[1]

/**
 * The rule to replicate by, for each destination that some rule names for the object: of several, the one of the greatest
 * priority. https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-add-config.html
 */
export function rulesFor(
  { Rules: rules = [] }: ReplicationConfiguration,
  object: Replicated,
): Map<string, ReplicationRule> {
  const chosen = new Map<string, ReplicationRule>()
  for (const rule of rules.toSorted((a, b) => (a.Priority ?? 0) - (b.Priority ?? 0))) {
    const destination = bucketOfArn(rule.Destination?.Bucket)
    if (destination !== undefined && concerns(rule, object)) chosen.set(destination, rule)
  }
  return chosen
}

function concerns(rule: ReplicationRule, object: Replicated): boolean {
  if (rule.Status !== 'Enabled') return false
  const filter = readFilter(rule.Filter, rule.Prefix)
  if (!object.deleteMarker) return takesEncrypted(rule, object) && matchesFilter(filter, object)
  // The old form replicates delete markers without being asked.
  const withMarkers = !rule.Filter || rule.DeleteMarkerReplication?.Status === 'Enabled'
  return withMarkers && matchesMarker(filter, object.key)
}

/** What KMS keys encrypt is replicated only where the rule says so. */
const takesEncrypted = (
  { SourceSelectionCriteria: criteria }: ReplicationRule,
  { encryption }: Replicated,
): boolean =>
  !encryption.ServerSideEncryption?.startsWith('aws:kms') ||
  criteria?.SseKmsEncryptedObjects?.Status === 'Enabled'
