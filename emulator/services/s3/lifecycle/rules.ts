import type { LifecycleRule } from '@aws-sdk/client-s3'
import { readFilter, type ObjectFilter } from '../object-filters.ts'
import { rulesOf, type Lifecycle, type MinimumSize } from '../rows/lifecycles.ts'
import { daysAfter } from './midnights.ts'

/** When something happens: some days after a moment, or from a date on. */
export type When = { readonly days: number } | { readonly date: number }

/** A rule that is in force, ready to be evaluated. */
export interface Rule {
  readonly id: string
  readonly filter: ObjectFilter
  readonly expiration?: When
  /** Whether delete markers go when nothing is behind them any more. */
  readonly removesMarkers: boolean
  readonly transitions: readonly (When & { readonly storageClass: string })[]
  readonly noncurrentExpiration?: Noncurrent
  readonly noncurrentTransitions: readonly (Noncurrent & { readonly storageClass: string })[]
  /** Days after an upload began. */
  readonly abortDays?: number
}

export interface Noncurrent {
  /** Since the version became noncurrent. */
  readonly days: number
  /** How many newer noncurrent versions have to be there. */
  readonly newer: number
}

export interface Rules {
  readonly rules: readonly Rule[]
  readonly minimumSize: MinimumSize
}

/** A moment's `When`, in ms since the epoch. @param since from when days are counted */
export const momentOf = (when: When, since: number): number =>
  'date' in when ? when.date : daysAfter(since, when.days)

/** Rules by the text they are stored as, which every read of an object in their bucket needs. */
const compiled = new Map<string, readonly Rule[]>()
const mostCompiled = 200

/** The rules of a configuration that are enabled. */
export function compileRules(lifecycle: Lifecycle): Rules {
  const { rules: text, minimumSize } = lifecycle
  let rules = compiled.get(text)
  if (!rules) {
    rules = rulesOf(lifecycle).flatMap((rule) =>
      rule.Status === 'Enabled' ? [compileRule(rule)] : [],
    )
    if (compiled.size >= mostCompiled) compiled.clear()
    compiled.set(text, rules)
  }
  return { rules, minimumSize }
}

function compileRule(rule: LifecycleRule): Rule {
  const { Expiration, NoncurrentVersionExpiration: noncurrent } = rule
  const expiration = Expiration && whenOf(Expiration)
  const abortDays = rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation
  return {
    id: rule.ID!,
    filter: readFilter(rule.Filter, rule.Prefix),
    removesMarkers: Expiration?.ExpiredObjectDeleteMarker === true,
    transitions: (rule.Transitions ?? []).map((transition) => ({
      ...whenOf(transition)!,
      storageClass: transition.StorageClass!,
    })),
    noncurrentTransitions: (rule.NoncurrentVersionTransitions ?? []).map((transition) => ({
      ...noncurrentOf(transition),
      storageClass: transition.StorageClass!,
    })),
    ...(expiration && { expiration }),
    ...(noncurrent && { noncurrentExpiration: noncurrentOf(noncurrent) }),
    ...(abortDays !== undefined && { abortDays }),
  }
}

function whenOf({
  Days: days,
  Date: date,
}: {
  Days?: number | undefined
  Date?: Date | undefined
}): When | undefined {
  if (date !== undefined) return { date: date.getTime() }
  return days === undefined ? undefined : { days }
}

const noncurrentOf = ({
  NoncurrentDays,
  NewerNoncurrentVersions,
}: {
  NoncurrentDays?: number | undefined
  NewerNoncurrentVersions?: number | undefined
}): Noncurrent => ({ days: NoncurrentDays ?? 0, newer: NewerNoncurrentVersions ?? 0 })

/** After how many days something of a version or its successor may become due: each once. */
export function waitingDays({ rules }: Rules): number[] {
  const all = rules.flatMap((rule) => [
    ...[rule.expiration, ...rule.transitions].map((when) =>
      when && 'days' in when ? when.days : 0,
    ),
    ...[rule.noncurrentExpiration, ...rule.noncurrentTransitions].map((wait) => wait?.days ?? 0),
  ])
  return [...new Set([0, ...all])]
}

/** Whether a rule's date is this moment: from then on it concerns every object. */
export const hasDate = ({ rules }: Rules, moment: number): boolean =>
  rules.some(({ expiration, transitions }) =>
    [expiration, ...transitions].some((when) => when && 'date' in when && when.date === moment),
  )
