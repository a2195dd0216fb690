import type { MetricDatum, StatisticSet } from '@aws-sdk/client-cloudwatch'
import {
  invalidParameterValue,
  mutuallyExclusive,
  notOfTheSet,
  parameterRequired,
} from '../errors.ts'
import type { Datum, WeightedValue } from '../rows/data.ts'
import { toNumber } from './numbers.ts'
import { units } from './units.ts'

const second = 1000
const hour = 3600 * second
const twoWeeks = 14 * 24 * hour
const mostValues = 150
/** Larger numbers are refused. */
const largest = 2 ** 360

/**
 * What is kept of a given datum.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html
 *
 * @param path what errors call it: `MetricData.member.1`
 * @param now virtual time in ms since the epoch
 * @throws InvalidParameterValue, InvalidParameterCombination, MissingParameter
 */
export function datumOf(given: MetricDatum, path: string, now: number): Datum {
  const { Unit = 'None', StorageResolution = 60 } = given
  if (!units.includes(Unit)) throw notOfTheSet(`${path}.Unit`, units)
  if (StorageResolution !== 1 && StorageResolution !== 60) {
    throw notOfTheSet(`${path}.StorageResolution`, ['1', '60'])
  }
  const at = momentOf(given.Timestamp, path, now)
  const step = StorageResolution * second
  const rounded = Math.floor(at / step) * step
  return {
    at: rounded,
    until: rounded,
    unit: Unit,
    resolution: StorageResolution,
    ...valuesOf(given, path),
  }
}

function momentOf(given: Date | undefined, path: string, now: number): number {
  const at = given?.getTime() ?? now
  if (at < now - twoWeeks) {
    throw invalidParameterValue(
      `The parameter ${path}.Timestamp must specify a time within the past two weeks.`,
    )
  }
  if (at > now + 2 * hour) {
    throw invalidParameterValue(
      `The parameter ${path}.Timestamp must specify a time no more than two hours in the future.`,
    )
  }
  return at
}

type Values = Pick<Datum, 'samples' | 'total' | 'lowest' | 'highest' | 'values'>

function valuesOf(given: MetricDatum, path: string): Values {
  const { Value, StatisticValues, Values, Counts } = given
  const hasValues = Values !== undefined && Values.length > 0
  if (Value !== undefined && hasValues) {
    throw mutuallyExclusive(`${path}.Value`, `${path}.Values`)
  }
  if (Value !== undefined && StatisticValues) {
    throw mutuallyExclusive(`${path}.Value`, `${path}.StatisticValues`)
  }
  if (hasValues && StatisticValues) {
    throw mutuallyExclusive(`${path}.Values`, `${path}.StatisticValues`)
  }
  if (StatisticValues) return ofStatistics(StatisticValues, `${path}.StatisticValues`)
  if (hasValues) return ofValues(weighted(Values, Counts, path))
  if (Value === undefined) throw parameterRequired(`${path}.Value`)
  return ofValues([[checkedNumber(Value, `${path}.Value`), 1]])
}

function weighted(
  values: readonly number[],
  counts: readonly number[] | undefined,
  path: string,
): WeightedValue[] {
  if (counts && counts.length !== values.length) {
    throw invalidParameterValue(
      `The parameters ${path}.Values and ${path}.Counts must be of the same size.`,
    )
  }
  if (values.length > mostValues) {
    throw invalidParameterValue(
      `The collection ${path}.Values must not have a size greater than ${mostValues}.`,
    )
  }
  return values.map((given, index) => {
    const value = checkedNumber(given, `${path}.Values.member.${index + 1}`)
    const count = checkedNumber(counts?.[index] ?? 1, `${path}.Counts.member.${index + 1}`)
    if (count <= 0) {
      throw invalidParameterValue(
        `The parameter ${path}.Counts.member.${index + 1} must be greater than 0.`,
      )
    }
    return [value, count]
  })
}

const ofValues = (values: readonly WeightedValue[]): Values => ({
  samples: values.reduce((sum, [, count]) => sum + count, 0),
  total: values.reduce((sum, [value, count]) => sum + value * count, 0),
  lowest: Math.min(...values.map(([value]) => value)),
  highest: Math.max(...values.map(([value]) => value)),
  values,
})

/** Where all its values are the same, they are known: percentiles can be told then. */
function ofStatistics(set: StatisticSet, path: string): Values {
  const required = (name: keyof StatisticSet): number => {
    const number = set[name]
    if (number === undefined) throw parameterRequired(`${path}.${name}`)
    return checkedNumber(number, `${path}.${name}`)
  }
  const [SampleCount, Sum] = [required('SampleCount'), required('Sum')]
  const [Minimum, Maximum] = [required('Minimum'), required('Maximum')]
  if (SampleCount < 0) {
    throw invalidParameterValue(`The parameter ${path}.SampleCount must be greater than 0.`)
  }
  if (Minimum > Maximum) {
    throw invalidParameterValue(
      `The parameter ${path}.Maximum must be greater than or equal to ${path}.Minimum.`,
    )
  }
  const isOne = Minimum === Maximum && Sum === Minimum * SampleCount
  return {
    samples: SampleCount,
    total: Sum,
    lowest: Minimum,
    highest: Maximum,
    values: isOne ? [[Minimum, SampleCount]] : undefined,
  }
}

function checkedNumber(given: number, path: string): number {
  const value = toNumber(given)
  if (!Number.isFinite(value) || Math.abs(value) > largest) {
    throw invalidParameterValue(`The value ${given} for parameter ${path} is invalid.`)
  }
  return value
}
