/** A period that an alarm looks at; without a value, no data came. */
export interface Reading {
  /** The start of the period, in ms since the epoch. */
  readonly at: number
  readonly value: number | undefined
  readonly samples: number
}

export type MissingData = 'missing' | 'ignore' | 'breaching' | 'notBreaching'

export interface Rule {
  /** N. */
  readonly evaluationPeriods: number
  /** M. */
  readonly datapointsToAlarm: number
  readonly missingData: MissingData
  breaches(value: number): boolean
}

export interface Verdict {
  /** Undefined where the state is to stay as it is. */
  readonly state: 'OK' | 'ALARM' | 'INSUFFICIENT_DATA' | undefined
  /** The readings with values that were looked at, the newest first. */
  readonly used: readonly Reading[]
  /** How many periods had no data that was needed. */
  readonly missing: number
}

/** As many periods more than it needs are looked at, in case that data are missing. */
export const extraPeriods = 2

/**
 * What an alarm comes to, by the tables of the user guide.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 *
 * @param readings the newest first: the evaluation periods and some more
 */
export function verdictOf(readings: readonly Reading[], rule: Rule): Verdict {
  const { evaluationPeriods, datapointsToAlarm, missingData } = rule
  const real = readings.filter(({ value }) => value !== undefined)
  const isBreaching = ({ value }: Reading) => rule.breaches(value!)
  if (real.length >= evaluationPeriods) {
    const used = real.slice(0, evaluationPeriods)
    const breaching = used.filter(isBreaching).length
    return { state: breaching >= datapointsToAlarm ? 'ALARM' : 'OK', used, missing: 0 }
  }
  const missing = evaluationPeriods - real.length
  const breaching = real.filter(isBreaching).length
  const found = (state: Verdict['state']): Verdict => ({ state, used: real, missing })
  if (missingData === 'breaching') {
    return found(breaching + missing >= datapointsToAlarm ? 'ALARM' : 'OK')
  }
  if (missingData === 'notBreaching') return found(breaching >= datapointsToAlarm ? 'ALARM' : 'OK')
  if (real.length === 0) return found(missingData === 'missing' ? 'INSUFFICIENT_DATA' : undefined)
  if (breaching >= datapointsToAlarm) return found('ALARM')
  if (breaching < real.length) return found('OK')
  // All there is breaches, and it is too little: only where the oldest has been waiting long enough.
  const age = readings.indexOf(real.at(-1)!) + 1
  return found(age >= datapointsToAlarm && missingData === 'missing' ? 'ALARM' : undefined)
}
