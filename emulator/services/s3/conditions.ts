import { conditionNotAccepted, noSuchKey, preconditionFailed } from './errors.ts'
import type { ObjectVersion } from './rows/object-versions.ts'

/** The conditions of a read, of the object itself or of a copy's source. */
export interface ReadConditions {
  readonly ifMatch?: string | undefined
  readonly ifNoneMatch?: string | undefined
  readonly ifModifiedSince?: Date | undefined
  readonly ifUnmodifiedSince?: Date | undefined
}

type Tested = Pick<ObjectVersion, 'etag' | 'lastModified'>

/**
 * The condition that keeps an object from being read, if any. `If-Match` outweighs `If-Unmodified-Since`, and
 * `If-None-Match` outweighs `If-Modified-Since`: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
 *
 * @param now virtual time in ms since the epoch: a date that is yet to come says nothing
 */
export function failedCondition(
  { ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince }: ReadConditions,
  { etag, lastModified }: Tested,
  now: number,
): keyof ReadConditions | undefined {
  if (ifMatch !== undefined) {
    if (!matches(ifMatch, etag)) return 'ifMatch'
  } else if (ifUnmodifiedSince && lastModified > ifUnmodifiedSince.getTime()) {
    return 'ifUnmodifiedSince'
  }
  if (ifNoneMatch !== undefined) {
    if (matches(ifNoneMatch, etag)) return 'ifNoneMatch'
  } else if (ifModifiedSince && isSince(lastModified, ifModifiedSince.getTime(), now)) {
    return 'ifModifiedSince'
  }
  return undefined
}

const isSince = (lastModified: number, date: number, now: number) =>
  date <= now && lastModified <= date

/** Whether one of the header's entity tags is the object's; quotes are optional, `*` is any. */
export function matches(header: string, etag: string): boolean {
  return header.split(',').some((one) => {
    const tag = one.trim().replace(/^W\//, '').replaceAll('"', '')
    return tag === '*' || tag === etag
  })
}

/**
 * Checks what a write demands of the key's newest version.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 *
 * @throws AwsError `PreconditionFailed`; `NoSuchKey` when there is nothing that If-Match could match; `NotImplemented`
 *   for an If-None-Match other than `*`, an If-Match of `*`, and for both at once
 */
export function requireWritable(
  { IfMatch, IfNoneMatch }: { IfMatch?: string | undefined; IfNoneMatch?: string | undefined },
  key: string,
  latest: ObjectVersion | undefined,
): void {
  requireAcceptedConditions(IfMatch, IfNoneMatch)
  const current = latest?.deleteMarker ? undefined : latest
  if (IfNoneMatch !== undefined && current) throw preconditionFailed('If-None-Match')
  if (IfMatch === undefined) return
  if (!current) throw noSuchKey(key)
  if (!matches(IfMatch, current.etag)) throw preconditionFailed('If-Match')
}

function requireAcceptedConditions(ifMatch: string | undefined, ifNoneMatch: string | undefined) {
  if (ifMatch !== undefined && ifNoneMatch !== undefined) {
    throw conditionNotAccepted(
      'If-Match,If-None-Match',
      'Multiple conditional request headers present in the request',
    )
  }
  const unaccepted =
    ifNoneMatch !== undefined && ifNoneMatch.trim() !== '*'
      ? 'If-None-Match'
      : ifMatch?.trim() === '*' && 'If-Match'
  if (unaccepted) {
    throw conditionNotAccepted(
      unaccepted,
      `We don't accept the provided value of ${unaccepted} header for this API`,
    )
  }
}
