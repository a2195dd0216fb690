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
  crashingOnes,
  handIn,
  hangingOnes,
  rightOnes,
  unreadableOnes,
  wrongOnes,
} from './students.ts'

// The lab's other wrong answers are graded by its own test; all of them by `npm run test:long`.
const students = [
  ...rightOnes,
  ...wrongOnes.filter(({ name }) => /no-tag/.test(name)),
  ...crashingOnes,
  ...hangingOnes,
  ...unreadableOnes,
]

let folder: string
let report: ClassReport
let again: ClassReport
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pocketcloud-class-'))
  const submissions = handIn(folder, students)
  const options = {
    lab: classLab,
    jobs: 2,
    limits: { ...defaultLimits, busy: 4, idle: 17 },
    sandboxed: true,
    signal: new AbortController().signal,
  }
  report = await gradeClass({ ...options, submissions })
  const names = ['right-bash', 'crashing-refused']
  again = await gradeClass({ ...options, submissions: names.map((name) => join(folder, name)) })
}, 240_000)
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
  expect(report.summary).toMatchObject({
    submissions: students.length,
    passed: rightOnes.length,
    ungradable: 1,
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
  for (const name of ['right-bash', 'crashing-refused']) {
    expect(JSON.parse(withoutTimes(resultOf(again, name)))).toEqual(
      JSON.parse(withoutTimes(resultOf(report, name))),
    )
  }
})

test('a result says what was graded, with what, and how', () => {
  const { submission, lab, seed, versions, run } = resultOf(report, 'right-bash')
  expect(submission).toMatchObject({
    student: 'right-bash',
    hash: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
    files: 1,
    entry: { kind: 'bash', file: 'solution.sh' },
  })
  expect(lab.version).toMatch(/^sha256:/)
  expect(seed).toBe('right-bash')
  expect(Object.keys(versions)).toEqual(
    expect.arrayContaining(['pocketcloud', 'node', 'python', 'aws-cli']),
  )
  expect(run).toMatchObject({ exitCode: 0, signal: null })
})
