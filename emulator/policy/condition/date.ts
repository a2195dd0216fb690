import type { ValueOperator } from './operator.ts'
import { never } from './operator.ts'

/**
 * A date operator: ISO 8601 as W3C profiles it, or epoch seconds, without variables or wildcards. What is no date
 * matches nothing.
 *
 * @param holds whether the request's time, by its distance from the policy's in ms (below 0: earlier), matches
 */
export const dated = (holds: (distance: number) => boolean): ValueOperator => ({
  negated: false,
  compile(text) {
    const expected = parseDate(text)
    if (expected === undefined) return never
    return (actual) => {
      const value = parseDate(actual)
      return value !== undefined && holds(value - expected)
    }
  },
})

const w3c =
  /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:?\d\d)?)?)?)?$/i
const basic = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)()(Z)$/i

/** @returns ms since the epoch */
function parseDate(text: string): number | undefined {
  const trimmed = text.trim()
  // Four digits are a year, which W3C's profile allows; more are epoch seconds.
  const match = w3c.exec(trimmed) ?? basic.exec(trimmed)
  if (!match) return /^-?\d{1,13}(\.\d{1,9})?$/.test(trimmed) ? Number(trimmed) * 1000 : undefined
  const [
    ,
    year,
    month = '01',
    day = '01',
    hour = '00',
    minute = '00',
    second = '00',
    fraction = '',
    zone,
  ] = match
  const date = `${year}-${month}-${day}`
  const midnight = Date.parse(`${date}T00:00:00Z`)
  // `Date.parse` would roll 30 February over into March.
  if (Number.isNaN(midnight) || new Date(midnight).toISOString().slice(0, 10) !== date)
    return undefined
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined
  const time =
    (Number(hour) * 60 + Number(minute)) * 60 + Number(second) + Number(`0.${fraction || '0'}`)
  return midnight + time * 1000 - zoneOffset(zone)
}

/** @returns ms that the zone's clocks are ahead of UTC; no zone is UTC */
function zoneOffset(zone = 'Z'): number {
  if (/^z$/i.test(zone)) return 0
  const digits = zone.replace(':', '')
  const minutes = Number(digits.slice(1, 3)) * 60 + Number(digits.slice(3, 5))
  return (zone.startsWith('-') ? -minutes : minutes) * 60_000
}
