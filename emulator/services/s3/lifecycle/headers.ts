import type { Call } from '../../../operation.ts'
import { httpDate } from '../http-date.ts'
import { matchesFilter, type FilteredObject } from '../object-filters.ts'
import type { Bucket } from '../rows/buckets.ts'
import { findLifecycle } from '../rows/lifecycles.ts'
import { daysAfter } from './midnights.ts'
import { compileRules, momentOf, type Rule } from './rules.ts'

const rulesFor = ({ db }: Pick<Call, 'db'>, { id }: Bucket): readonly Rule[] => {
  const lifecycle = findLifecycle(db, id)
  return lifecycle ? compileRules(lifecycle).rules : []
}

/**
 * What answers say in `x-amz-expiration` about a current version that a rule will expire: when, and which rule.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html
 *
 * @param object its last modification in ms since the epoch
 */
export function expirationOf(
  call: Pick<Call, 'db'>,
  bucket: Bucket,
  object: FilteredObject & { readonly lastModified: number },
): string | undefined {
  const [first] = rulesFor(call, bucket)
    .flatMap(({ id, filter, expiration }) =>
      expiration && matchesFilter(filter, object)
        ? [{ id, at: momentOf(expiration, object.lastModified) }]
        : [],
    )
    .toSorted((a, b) => a.at - b.at)
  return first && `expiry-date="${httpDate(first.at)}", rule-id="${encodeURIComponent(first.id)}"`
}

/**
 * When a rule will abort an upload, as answers about the upload say it.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateMultipartUpload.html
 */
export function abortOf(
  call: Pick<Call, 'db'>,
  bucket: Bucket,
  { key, initiatedAt }: { readonly key: string; readonly initiatedAt: number },
): { AbortDate?: Date; AbortRuleId?: string } {
  const [first] = rulesFor(call, bucket)
    .flatMap(({ id, filter, abortDays }) =>
      abortDays !== undefined && key.startsWith(filter.prefix)
        ? [{ id, at: daysAfter(initiatedAt, abortDays) }]
        : [],
    )
    .toSorted((a, b) => a.at - b.at)
  return first ? { AbortDate: new Date(first.at), AbortRuleId: first.id } : {}
}
