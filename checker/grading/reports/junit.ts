import type { ClassReport, SubmissionResult } from '../result.ts'
import { conditionsOf } from './feedback.ts'

/** JUnit's XML as CI servers read it: a submission is a test suite, points are in its cases' properties. */
export function junit(report: ClassReport): string {
  const suites = report.results.map((result) => suiteOf(result))
  const total = (name: 'tests' | 'failures' | 'errors') =>
    suites.reduce((sum, suite) => sum + suite[name], 0)
  const attributes = attributesOf({
    name: report.lab.id,
    tests: total('tests'),
    failures: total('failures'),
    errors: total('errors'),
    time: report.times.seconds,
  })
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes}>`,
    ...suites.map(({ xml }) => xml),
    '</testsuites>',
    '',
  ].join('\n')
}

function suiteOf(result: SubmissionResult) {
  const { submission, state, message = '', times, run, seed, lab } = result
  const all = conditionsOf(result)
  const failures = all.filter((condition) => condition.state === 'failed').length
  const wasGraded = result.score !== null
  const [tests, errors] = wasGraded ? [all.length, 0] : [1, 1]
  const time = times.seconds / Math.max(all.length, 1)
  const classname = `${lab.id}.${submission.name}`
  const cases = wasGraded
    ? all.map((condition) => {
        const { id, title, points, maxPoints, message: why = '' } = condition
        const head = attributesOf({ name: title, classname, time: time.toFixed(3) })
        const failed = condition.state === 'failed'
        return [
          `    <testcase${head}>`,
          `      <properties>${property('id', id)}${property('points', points)}${property('max-points', maxPoints)}</properties>`,
          ...(failed
            ? [`      <failure${attributesOf({ message: why })}>${escape(why)}</failure>`]
            : []),
          '    </testcase>',
        ].join('\n')
      })
    : [
        [
          `    <testcase${attributesOf({ name: 'can be graded', classname, time: '0.000' })}>`,
          `      <error${attributesOf({ type: state, message })}>${escape(message)}</error>`,
          '    </testcase>',
        ].join('\n'),
      ]
  const head = attributesOf({
    name: submission.name,
    tests,
    failures,
    errors,
    skipped: 0,
    time: times.seconds,
    timestamp: times.startedAt.slice(0, 19),
  })
  const xml = [
    `  <testsuite${head}>`,
    `    <properties>${property('state', state)}${property('hash', submission.hash ?? '')}${property('seed', seed)}</properties>`,
    ...cases,
    ...(run === null ? [] : [`    <system-out>${escape(run.output)}</system-out>`]),
    '  </testsuite>',
  ].join('\n')
  return { xml, tests, failures, errors }
}

const property = (name: string, value: string | number) =>
  `<property${attributesOf({ name, value })}/>`

const attributesOf = (values: Readonly<Record<string, string | number>>) =>
  Object.entries(values)
    .map(([name, value]) => ` ${name}="${escape(String(value))}"`)
    .join('')

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
}

/** XML 1.0 has no way to write most control characters: https://www.w3.org/TR/xml/#charsets */
const escape = (text: string) =>
  text
    .replaceAll(/[^\P{Cc}\n\t]|\p{Cs}|[\uFFFE\uFFFF]/gu, '\u{fffd}')
    .replaceAll(/[&<>"\n]/g, (character) => entities[character]!)
