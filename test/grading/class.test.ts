import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { gradeClass } from '../../checker/grading/class.ts'
import { defaultLimits } from '../../checker/grading/limits.ts'
import { feedbackOf } from '../../checker/grading/reports/feedback.ts'
import type { ClassReport, SubmissionResult } from '../../checker/grading/result.ts'
import {
  classLab,
  classOf,
  crashingOnes,
  handIn,
  hangingOnes,
  rightOnes,
  unreadableOnes,
  wrongOnes,
} from './students.ts'

/** How large a class to grade, of all kinds (`npm run test:long`); by default a few. */
const size = Number(process.env['POCKETCLOUD_CLASS'] ?? 0)

// The lab's other wrong answers are graded by its own test.
const few = [
  ...rightOnes,
  ...wrongOnes.filter(({ name }) => name.includes('no-tag')),
  ...crashingOnes,
  ...hangingOnes,
  ...unreadableOnes,
]
const students = size > 0 ? classOf(size) : few
const [right, crashing] = ['right-bash', 'crashing-refused'].map(
  (way) => students.find(({ name }) => name.endsWith(way))!.name,
)

let folder: string
let report: ClassReport
let again: ClassReport
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pocketcloud-class-'))
  const submissions = handIn(folder, students)
  const options = {
    lab: classLab,
    jobs: 2,
    limits: size > 0 ? defaultLimits : { ...defaultLimits, busy: 4, idle: 17 },
    sandboxed: true,
    signal: new AbortController().signal,
  }
  report = await gradeClass({ ...options, submissions })
  const twice = [right!, crashing!].map((name) => join(folder, name))
  again = await gradeClass({ ...options, submissions: twice })
}, 900_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const resultOf = ({ results }: ClassReport, name: string): SubmissionResult =>
  results.find(({ submission }) => submission.name === name)!

test.each(students.map((student) => [student.name, student] as const))(
  '%s',
  (name, { expects }) => {
    const result = resultOf(report, name)
    expect(feedbackOf(result).join('\n')).toSatisfy((text: string) =>
      expects.says.every((words) => text.includes(words)),
    )
    expect([result.state, result.score]).toEqual([expects.state, expects.score])
  },
)

test('results come in the order of the submissions, and are counted', () => {
  expect(report.results.map(({ submission }) => submission.name)).toEqual(
    students.map(({ name }) => name),
  )
  expect(report.complete).toBe(true)
  // The bar is for 200, on a machine with two processors that does nothing else.
  expect(report.times.seconds).toBeLessThan(size === 200 ? 300 : Number.POSITIVE_INFINITY)
  expect(report.summary).toMatchObject({
    submissions: students.length,
    passed: students.filter(({ expects }) => expects.state === 'passed').length,
    ungradable: students.filter(({ expects }) => expects.state === 'ungradable').length,
    'infrastructure-error': 0,
    maxScore: 10,
  })
})

test('the same submission and seed give the same report, but for times', () => {
  const withoutTimes = (result: SubmissionResult) =>
    JSON.stringify({ ...result, times: undefined }).replaceAll(
      /\d{4}-\d\d-\d\dT[\d:.]+(Z|\+00:00)/g,
      'TIME',
    )
  for (const name of [right!, crashing!]) {
    expect(JSON.parse(withoutTimes(resultOf(again, name)))).toEqual(
      JSON.parse(withoutTimes(resultOf(report, name))),
    )
  }
})

test('a result says what was graded, with what, and how', () => {
  const { submission, lab, seed, versions, run } = resultOf(report, right!)
  expect(submission).toMatchObject({
    student: right,
    hash: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
    files: 1,
    entry: { kind: 'bash', file: 'solution.sh' },
  })
  expect(lab.version).toMatch(/^sha256:/)
  expect(seed).toBe(right)
  expect(Object.keys(versions)).toEqual(
    expect.arrayContaining(['pocketcloud', 'node', 'python', 'aws-cli']),
  )
  expect(run).toMatchObject({ exitCode: 0, signal: null })
})
