import { filtersBySize, matchesFilter, matchesMarker } from '../object-filters.ts'
import type { AgingVersion } from '../rows/aging-versions.ts'
import { isLocked } from '../object-lock/locks.ts'
import { coldness, mayTransition } from '../storage-classes.ts'
import { daysAfter } from './midnights.ts'
import { momentOf, type Noncurrent, type Rule, type Rules } from './rules.ts'

/** What lifecycle rules do to a version. */
export type LifecycleAction =
  | { readonly kind: 'transition'; readonly version: AgingVersion; readonly storageClass: string }
  /** Gone for good. */
  | { readonly kind: 'remove'; readonly version: AgingVersion }
  /** It would go, were it not locked: to be looked at again. */
  | { readonly kind: 'wait'; readonly version: AgingVersion }
  /** The current version expires: it goes, or goes behind a delete marker, as the bucket's versioning has it. */
  | { readonly kind: 'expire'; readonly version: AgingVersion }

/**
 * What is due for a key, in the order to do it. Of several actions for one version, removing it counts; of several
 * transitions the coldest.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-conflicts.html
 *
 * @param versions all of the key's, the newest first
 * @param isVersioned whether expiring the current version leaves it behind a delete marker
 * @param now in ms since the epoch
 */
export function planKey(
  versions: readonly AgingVersion[],
  rules: Rules,
  isVersioned: boolean,
  now: number,
): LifecycleAction[] {
  const [current, ...noncurrent] = versions
  if (!current) return []
  const due = noncurrent.filter((version, newer) => {
    const since = versions[newer]!.lastModified
    return rules.rules.some(
      (rule) =>
        applies(rule, version) &&
        rule.noncurrentExpiration !== undefined &&
        isOver(rule.noncurrentExpiration, since, newer, now),
    )
  })
  const removed = due.filter((version) => !isLocked(version, now))
  const actions: LifecycleAction[] = due.map((version) => ({
    kind: removed.includes(version) ? 'remove' : 'wait',
    version,
  }))
  noncurrent.forEach((version, newer) => {
    if (version.deleteMarker || due.includes(version)) return
    const since = versions[newer]!.lastModified
    const transitions = rules.rules.flatMap((rule) =>
      rule.noncurrentTransitions
        .filter((transition) => isOver(transition, since, newer, now))
        .map(({ storageClass }) => ({ rule, storageClass })),
    )
    actions.push(...coldest(version, transitions, rules))
  })
  return [
    ...actions,
    ...(current.deleteMarker
      ? planMarker(current, rules, noncurrent.length === removed.length, now)
      : planCurrent(current, rules, isVersioned, now)),
  ]
}

function planCurrent(
  current: AgingVersion,
  rules: Rules,
  isVersioned: boolean,
  now: number,
): LifecycleAction[] {
  const expires = rules.rules.some(
    ({ filter, expiration }) =>
      expiration !== undefined &&
      matchesFilter(filter, current) &&
      momentOf(expiration, current.lastModified) <= now,
  )
  if (expires && !isVersioned) return [{ kind: 'expire', version: current }]
  const due = rules.rules.flatMap((rule) =>
    rule.transitions
      .filter((transition) => momentOf(transition, current.lastModified) <= now)
      .map(({ storageClass }) => ({ rule, storageClass })),
  )
  // A transition comes before the delete marker that hides the version.
  const transition = coldest(current, due, rules)
  return expires ? [...transition, { kind: 'expire', version: current }] : transition
}

/** A marker with nothing behind it is removed by rules that say so, and by those whose days are over for it. */
function planMarker(
  marker: AgingVersion,
  { rules }: Rules,
  isAlone: boolean,
  now: number,
): LifecycleAction[] {
  const goes =
    isAlone &&
    rules.some(
      ({ filter, removesMarkers, expiration }) =>
        matchesMarker(filter, marker.key) &&
        (removesMarkers ||
          (expiration !== undefined && momentOf(expiration, marker.lastModified) <= now)),
    )
  return goes ? [{ kind: 'remove', version: marker }] : []
}

function coldest(
  version: AgingVersion,
  due: readonly { readonly rule: Rule; readonly storageClass: string }[],
  rules: Rules,
): LifecycleAction[] {
  const [storageClass] = due
    .filter(
      ({ rule, storageClass: wanted }) =>
        matchesFilter(rule.filter, version) &&
        mayTransition(version.storageClass, wanted) &&
        isLargeEnough(version, rule, wanted, rules),
    )
    .map((one) => one.storageClass)
    .toSorted((a, b) => coldness(b) - coldness(a))
  return storageClass === undefined ? [] : [{ kind: 'transition', version, storageClass }]
}

const smallest = 128 * 1024

/**
 * Small objects cost more to move than they save: rules leave them where they are, unless a filter by size says otherwise.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html
 */
const isLargeEnough = (
  { size }: AgingVersion,
  { filter }: Rule,
  storageClass: string,
  { minimumSize }: Rules,
): boolean =>
  size >= smallest ||
  filtersBySize(filter) ||
  (minimumSize === 'varies_by_storage_class' &&
    (storageClass === 'GLACIER' || storageClass === 'DEEP_ARCHIVE'))

/** @param newer how many noncurrent versions came after this one */
const isOver = ({ days, newer: wanted }: Noncurrent, since: number, newer: number, now: number) =>
  newer >= wanted && daysAfter(since, days) <= now

const applies = ({ filter }: Rule, version: AgingVersion): boolean =>
  version.deleteMarker ? matchesMarker(filter, version.key) : matchesFilter(filter, version)
