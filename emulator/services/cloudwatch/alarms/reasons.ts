import { javaDouble, shortMoment } from './java-text.ts'
import type { MissingData, Reading, Verdict } from './verdict.ts'

export interface ReasonFacts extends Verdict {
  /** `was not greater than the threshold (1.0)` without the verb and the `not`: `greater than`. */
  readonly comparison: string
  readonly threshold: number
  readonly evaluationPeriods: number
  /** Only where it was asked for. */
  readonly datapointsToAlarm: number | undefined
  readonly missingData: MissingData
  breaches(value: number): boolean
}

/** With as many, only the most recent are named. */
const many = 5

/** Why an alarm is in a state, in CloudWatch's words. */
export function reasonOf(state: string, facts: ReasonFacts): string {
  const { used, missing, missingData } = facts
  if (state === 'INSUFFICIENT_DATA') {
    return `Insufficient Data: ${counted(missing, 'datapoint')} ${missing === 1 ? 'was' : 'were'} unknown.`
  }
  const filled =
    missing > 0 && (missingData === 'breaching' || missingData === 'notBreaching')
      ? ` and ${counted(missing, 'missing datapoint')} ${missing === 1 ? 'was' : 'were'} treated as [${missingData === 'breaching' ? 'Breaching' : 'NonBreaching'}]`
      : ''
  if (used.length === 0) {
    return `Threshold Crossed: no datapoints were received for ${counted(missing, 'period')}${filled}.`
  }
  const isAlarm = state === 'ALARM'
  return `Threshold Crossed: ${crossing(isAlarm, facts)}${filled}${transition(isAlarm, facts)}.`
}

function crossing(isAlarm: boolean, facts: ReasonFacts): string {
  const { used, comparison, threshold, evaluationPeriods, datapointsToAlarm } = facts
  const those = used.filter(({ value }) => facts.breaches(value!) === isAlarm)
  const number =
    datapointsToAlarm === undefined
      ? counted(those.length, 'datapoint')
      : `${those.length} out of the last ${evaluationPeriods} datapoints`
  const verb = `${those.length === 1 ? 'was' : 'were'} ${isAlarm ? '' : 'not '}${comparison}`
  const limit = `the threshold (${javaDouble(threshold)})`
  if (those.length < many) return `${number} [${named(those)}] ${verb} ${limit}`
  const which = isAlarm ? 'datapoints which crossed the threshold' : 'datapoints'
  return `${number} ${verb} ${limit}. The most recent ${which}: [${named(those.slice(0, many))}]`
}

function transition(isAlarm: boolean, { evaluationPeriods, datapointsToAlarm }: ReasonFacts) {
  if (datapointsToAlarm === undefined) return ''
  const least = isAlarm ? datapointsToAlarm : evaluationPeriods - datapointsToAlarm + 1
  return ` (minimum ${counted(least, 'datapoint')} for ${isAlarm ? 'OK -> ALARM' : 'ALARM -> OK'} transition)`
}

const named = (readings: readonly Reading[]) =>
  readings.map(({ at, value }) => `${javaDouble(value!)} (${shortMoment(at)})`).join(', ')

const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`
