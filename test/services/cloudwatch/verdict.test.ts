import { expect, test } from 'vitest'
import { reasonOf } from '../../../emulator/services/cloudwatch/alarms/reasons.ts'
import {
  verdictOf,
  type MissingData,
  type Reading,
} from '../../../emulator/services/cloudwatch/alarms/verdict.ts'

// The tables of the user guide: 0 is no breach, X is one, - is missing; the newest is on the right.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html

const treatments: readonly MissingData[] = ['missing', 'ignore', 'breaching', 'notBreaching']
const retains = undefined

const readings = (signs: string): Reading[] =>
  signs
    .split(' ')
    .map((sign, index) => ({
      at: Date.UTC(2026, 0, 1, 12, index),
      value: sign === '-' ? undefined : sign === 'X' ? 9 : 1,
      samples: sign === '-' ? 0 : 1,
    }))
    .toReversed()

const breaches = (value: number) => value > 5

test.each([
  ['0 - X - X', 3, 0, ['OK', 'OK', 'OK', 'OK']],
  ['0 - - - -', 3, 2, ['OK', 'OK', 'OK', 'OK']],
  ['- - - - -', 3, 3, ['INSUFFICIENT_DATA', retains, 'ALARM', 'OK']],
  ['0 X X - X', 3, 0, ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
  ['- - X - -', 3, 2, ['ALARM', retains, 'ALARM', 'OK']],
  ['- - - - X', 3, 2, [retains, retains, 'ALARM', 'OK']],
  ['- - - X -', 3, 2, [retains, retains, 'ALARM', 'OK']],
  ['0 - X - X', 2, 0, ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
  ['0 0 X 0 X', 2, 0, ['ALARM', 'ALARM', 'ALARM', 'ALARM']],
  ['0 - X - -', 2, 1, ['OK', 'OK', 'ALARM', 'OK']],
  ['- - - - 0', 2, 2, ['OK', 'OK', 'ALARM', 'OK']],
  ['- - - X -', 2, 2, ['ALARM', retains, 'ALARM', 'OK']],
])('%s with %i out of 3 data points', (signs, datapointsToAlarm, filled, states) => {
  const verdicts = treatments.map((missingData) =>
    verdictOf(readings(signs), {
      evaluationPeriods: 3,
      datapointsToAlarm,
      missingData,
      breaches,
    }),
  )
  expect(verdicts.map(({ state }) => state)).toEqual(states)
  expect(verdicts.map(({ missing }) => missing)).toEqual([filled, filled, filled, filled])
})

test.each([
  [
    'X X',
    { evaluationPeriods: 2 },
    'Threshold Crossed: 2 datapoints [9.0 (01/01/26 12:01:00), 9.0 (01/01/26 12:00:00)] were greater than the threshold (5.0).',
  ],
  [
    '0',
    { evaluationPeriods: 1, asked: 1 },
    'Threshold Crossed: 1 out of the last 1 datapoints [1.0 (01/01/26 12:00:00)] was not greater than the threshold (5.0) (minimum 1 datapoint for ALARM -> OK transition).',
  ],
  [
    'X X X X X',
    { evaluationPeriods: 5, asked: 5 },
    'Threshold Crossed: 5 out of the last 5 datapoints were greater than the threshold (5.0). The most recent datapoints which crossed the threshold: [9.0 (01/01/26 12:04:00), 9.0 (01/01/26 12:03:00), 9.0 (01/01/26 12:02:00), 9.0 (01/01/26 12:01:00), 9.0 (01/01/26 12:00:00)] (minimum 5 datapoints for OK -> ALARM transition).',
  ],
  [
    '- -',
    { evaluationPeriods: 2, missingData: 'breaching' as const },
    'Threshold Crossed: no datapoints were received for 2 periods and 2 missing datapoints were treated as [Breaching].',
  ],
  ['- -', { evaluationPeriods: 2 }, 'Insufficient Data: 2 datapoints were unknown.'],
  ['-', { evaluationPeriods: 1 }, 'Insufficient Data: 1 datapoint was unknown.'],
])('the reason of %s is worded as AWS does', (signs, { evaluationPeriods, ...given }, sentence) => {
  const { asked, missingData = 'missing' }: { asked?: number; missingData?: MissingData } = given
  const rule = { evaluationPeriods, missingData, breaches }
  const verdict = verdictOf(readings(signs), {
    ...rule,
    datapointsToAlarm: asked ?? evaluationPeriods,
  })
  const facts = { comparison: 'greater than', threshold: 5, datapointsToAlarm: asked }
  expect(reasonOf(verdict.state!, { ...verdict, ...rule, ...facts })).toBe(sentence)
})
