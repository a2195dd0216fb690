import type {
  LifecycleExpiration,
  LifecycleRule,
  NoncurrentVersionExpiration,
  NoncurrentVersionTransition,
  Transition,
} from '@aws-sdk/client-s3'
import { malformedXml } from '../errors.ts'
import { mayTransition, minimumStay } from '../storage-classes.ts'
import * as errors from './errors.ts'
import { day } from './midnights.ts'

/** What is compared of actions in a rule: days, or days since the epoch for a date. */
interface Timed {
  readonly at: number
  readonly isDate: boolean
  /** As an error shows it. */
  readonly shown: string | number
}

interface TimedTransition extends Timed {
  readonly storageClass: string
}

/**
 * Checks what a rule does.
 *
 * @param filter the rule's filter as AWS's sentences name it
 * @throws AwsError `MalformedXML`, `InvalidRequest`, `InvalidArgument`
 */
export function requireActions(rule: LifecycleRule, filter: string, isNewForm: boolean): void {
  const { Expiration: expiration, NoncurrentVersionExpiration: noncurrent } = rule
  const abort = rule.AbortIncompleteMultipartUpload
  const transitions = rule.Transitions ?? []
  const noncurrentTransitions = rule.NoncurrentVersionTransitions ?? []
  if (
    !expiration &&
    !noncurrent &&
    !abort &&
    transitions.length + noncurrentTransitions.length === 0
  ) {
    throw errors.noAction()
  }
  const expires = expiration && expirationTime(expiration)
  if (noncurrent) requireNoncurrent(noncurrent, isNewForm)
  if (abort) {
    const days = abort.DaysAfterInitiation
    if (days === undefined) throw malformedXml()
    if (days < 1) {
      throw errors.notPositive('DaysAfterInitiation', 'AbortIncompleteMultipartUpload', days)
    }
  }
  requireTransitions(transitions.map(transitionTime), expires, filter)
  requireNoncurrentTransitions(
    noncurrentTransitions.map((transition) => noncurrentTime(transition, isNewForm)),
    noncurrent,
    filter,
  )
}

/** Undefined for one that only removes delete markers. */
function expirationTime(expiration: LifecycleExpiration): Timed | undefined {
  const { Date: date, Days: days, ExpiredObjectDeleteMarker: markers } = expiration
  if ([date, days, markers].filter((value) => value !== undefined).length !== 1) {
    throw malformedXml()
  }
  if (date) return dateTime(date)
  if (days === undefined) return undefined
  if (days < 1) throw errors.notPositive('Days', 'Expiration', days)
  return { at: days, isDate: false, shown: days }
}

function dateTime(date: Date): Timed {
  if (Number.isNaN(date.getTime())) throw malformedXml()
  if (date.getTime() % day !== 0) throw errors.notAtMidnight(date)
  return { at: date.getTime() / day, isDate: true, shown: date.toISOString() }
}

function transitionTime({ Date: date, Days: days, StorageClass }: Transition): TimedTransition {
  const storageClass = requireTarget(StorageClass)
  if ((date === undefined) === (days === undefined)) throw malformedXml()
  if (date) return { ...dateTime(date), storageClass }
  if (days! < 0) throw errors.negative('Days', 'Transition', days!)
  if (days! < minimumStay(storageClass)) {
    throw errors.tooSoon('Transition', 'Days', storageClass, days!)
  }
  return { at: days!, isDate: false, shown: days!, storageClass }
}

function requireTarget(storageClass: string | undefined): string {
  if (storageClass === 'STANDARD' || storageClass === 'REDUCED_REDUNDANCY') {
    throw errors.notATarget(storageClass)
  }
  if (storageClass === undefined || !mayTransition('STANDARD', storageClass)) throw malformedXml()
  return storageClass
}

function requireNewer(newer: number | undefined, action: string, isNewForm: boolean): void {
  if (newer === undefined) return
  if (!isNewForm) throw errors.newerVersionsInOldForm()
  if (newer < 1) throw errors.notPositive('NewerNoncurrentVersions', action, newer)
}

function requireNoncurrent(expiration: NoncurrentVersionExpiration, isNewForm: boolean): void {
  const { NoncurrentDays: days, NewerNoncurrentVersions: newer } = expiration
  if (days === undefined) throw malformedXml()
  if (days < 1) throw errors.notPositive('NoncurrentDays', 'NoncurrentVersionExpiration', days)
  requireNewer(newer, 'NoncurrentVersionExpiration', isNewForm)
}

function noncurrentTime(
  transition: NoncurrentVersionTransition,
  isNewForm: boolean,
): TimedTransition {
  const { NoncurrentDays: days, NewerNoncurrentVersions: newer, StorageClass } = transition
  const storageClass = requireTarget(StorageClass)
  if (days === undefined) throw malformedXml()
  if (days < 0) throw errors.negative('NoncurrentDays', 'NoncurrentVersionTransition', days)
  if (days < minimumStay(storageClass)) {
    throw errors.tooSoon('NoncurrentVersionTransition', 'NoncurrentDays', storageClass, days)
  }
  requireNewer(newer, 'NoncurrentVersionTransition', isNewForm)
  return { at: days, isDate: false, shown: days, storageClass }
}

function requireTransitions(
  transitions: readonly TimedTransition[],
  expires: Timed | undefined,
  filter: string,
): void {
  if (new Set(transitions.map(({ isDate }) => isDate)).size > 1) {
    throw errors.mixedTransitions(filter)
  }
  requireOrder(transitions, 'Transition', filter)
  const [first] = transitions
  if (!first || !expires) return
  if (first.isDate !== expires.isDate) throw errors.mixedActions(filter)
  if (transitions.some(({ at }) => at >= expires.at)) {
    const name = expires.isDate ? 'Date' : 'Days'
    throw errors.expiresTooSoon(name, 'Expiration', 'Transition', filter, expires.shown)
  }
}

function requireNoncurrentTransitions(
  transitions: readonly TimedTransition[],
  expiration: NoncurrentVersionExpiration | undefined,
  filter: string,
): void {
  requireOrder(transitions, 'NoncurrentVersionTransition', filter)
  const days = expiration?.NoncurrentDays
  if (days !== undefined && transitions.some(({ at }) => at >= days)) {
    throw errors.expiresTooSoon(
      'NoncurrentDays',
      'NoncurrentVersionExpiration',
      'NoncurrentVersionTransition',
      filter,
      days,
    )
  }
}

/** Transitions go down the waterfall, each later than the one before, and leave objects in a class as long as AWS asks. */
function requireOrder(
  transitions: readonly TimedTransition[],
  action: string,
  filter: string,
): void {
  transitions.forEach((later, index) => {
    for (const earlier of transitions.slice(0, index)) {
      if (earlier.storageClass === later.storageClass) {
        throw errors.sameStorageClass(action, filter)
      }
      const [warm, cold] = mayTransition(later.storageClass, earlier.storageClass)
        ? [later, earlier]
        : [earlier, later]
      const isNoncurrent = action === 'NoncurrentVersionTransition'
      const order = {
        name: cold.isDate ? 'Date' : isNoncurrent ? 'NoncurrentDays' : 'Days',
        action,
        filter,
        warmer: warm.storageClass,
        colder: cold.storageClass,
        value: cold.shown,
      }
      if (cold.at <= warm.at || !mayTransition(warm.storageClass, cold.storageClass)) {
        throw errors.transitionsInDisorder(order)
      }
      const stay = minimumStay(warm.storageClass)
      if (cold.at - warm.at < stay) throw errors.transitionsTooClose(order, stay)
    }
  })
}
