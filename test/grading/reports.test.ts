import { generateKeyPairSync } from 'node:crypto'
import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'
import { parse } from 'csv-parse/sync'
import { expect, test } from 'vitest'
import { parseStringPromise } from 'xml2js'
import { formats, writeOne } from '../../checker/grading/reports/index.ts'
import type { ClassReport, Outcome, SubmissionResult } from '../../checker/grading/result.ts'
import { canonicalJson, isSignedBy, signed } from '../../checker/grading/signature.ts'
import * as schemas from './report-schemas.ts'

const hostile = `</failure>]]><script>alert(1)</script> | "quoted" 'text' \u0000\u001B[31m & =HYPERLINK("http://x") ${'x'.repeat(600)}`

/** A submission that lost a point, or that was not graded. */
function resultOf(name: string, state: Outcome, score: number | null): SubmissionResult {
  const wasGraded = score !== null
  const failed = state === 'failed'
  return {
    version: 1,
    lab: { id: 'first-instance', title: 'Your first instance', version: 'sha256:1' },
    submission: {
      name,
      student: name.split('_')[0]!,
      hash: state === 'ungradable' ? null : 'sha256:2',
      files: 1,
      entry: null,
    },
    seed: name,
    state,
    score,
    maxScore: 3,
    ...(wasGraded ? {} : { message: hostile }),
    notes: [],
    run: wasGraded ? { exitCode: 0, signal: null, output: hostile, outputBytes: 9 } : null,
    tasks: wasGraded
      ? [
          {
            id: 'launch',
            number: 1,
            title: 'Launch an instance',
            state: failed ? 'failed' : 'passed',
            score,
            maxScore: 3,
            conditions: [
              {
                id: 'type',
                title: 'It is a t2.micro',
                state: failed ? 'failed' : 'passed',
                points: failed ? 0 : 1,
                maxPoints: 1,
                ...(failed ? { message: hostile } : {}),
              },
              { id: 'named', title: 'It is named', state: 'passed', points: 2, maxPoints: 2 },
            ],
          },
        ]
      : [],
    versions: { pocketcloud: '0.1.0', node: '20.20.2' },
    times: {
      startedAt: '2026-11-20T10:00:00.000Z',
      finishedAt: '2026-11-20T10:00:02.500Z',
      runSeconds: 2,
      processorSeconds: 1,
      seconds: 2.5,
    },
  }
}

const good = resultOf('lovelaceada_77_1234_solution', 'passed', 3)
const bad = resultOf('Charles Babbage_12346_assignsubmission_file_', 'failed', 2)
const unreadable = resultOf('hopper', 'ungradable', null)
const broken = resultOf('turing', 'infrastructure-error', null)
const report: ClassReport = {
  version: 1,
  lab: good.lab,
  complete: true,
  summary: {
    submissions: 4,
    passed: 1,
    failed: 1,
    ungradable: 1,
    'infrastructure-error': 1,
    meanScore: 2.5,
    maxScore: 3,
  },
  versions: good.versions,
  results: [good, bad, unreadable, broken],
  times: { startedAt: good.times.startedAt, finishedAt: good.times.finishedAt, seconds: 2.5 },
}
const env = {
  GITHUB_REPOSITORY: 'class/lab-ada',
  GITHUB_REPOSITORY_OWNER: 'class',
  GITHUB_SHA: 'c0ffee',
}

const one = (format: string, result: SubmissionResult): unknown => {
  const { text } = writeOne(format, result, { env })
  return text === undefined ? undefined : JSON.parse(text)
}

const whole = (format: string, gradebook?: string) => {
  const kind = formats[format]!
  if (kind.per !== 'class') throw new Error(`${format} is for one submission`)
  return kind.write(report, { env, gradebook })
}

const ajv = new Ajv({ allErrors: true, strict: true, allowUnionTypes: true })
addFormats.default(ajv)
const faults = (schema: object, value: unknown) => {
  const validate = ajv.compile(schema)
  return validate(value) ? [] : validate.errors
}

test.each([
  ['gradescope', schemas.gradescopeSchema, [good, bad, unreadable]],
  ['prairielearn', schemas.prairieLearnSchema, [good, bad, unreadable]],
  ['classroom50', schemas.classroom50Schema, [good, bad]],
  ['exercism', schemas.exercismSchema, [good, bad, unreadable, broken]],
] as const)('%s takes its report', (format, schema, results) => {
  for (const result of results) expect(faults(schema, one(format, result))).toEqual([])
  expect(faults(schema, { score: 'much' })).not.toEqual([])
})

test('no system gets a zero for what the grader failed at', () => {
  for (const format of ['gradescope', 'prairielearn', 'classroom50']) {
    expect(one(format, broken)).toBeUndefined()
    expect(writeOne(format, broken, { env }).warnings).toEqual([expect.stringContaining('turing')])
  }
  expect(one('exercism', broken)).toMatchObject({ status: 'error', tests: [] })
})

test('scores are where each system looks for them', () => {
  expect(one('gradescope', bad)).toMatchObject({
    score: 2,
    tests: [
      { score: 0, max_score: 1, status: 'failed', output: hostile },
      { score: 2, status: 'passed' },
    ],
  })
  expect(one('prairielearn', bad)).toMatchObject({ gradable: true, score: 2 / 3 })
  expect(one('prairielearn', unreadable)).toMatchObject({
    gradable: false,
    format_errors: [hostile],
  })
  expect(one('classroom50', bad)).toMatchObject({
    classroom: 'class',
    assignment: 'lab-ada',
    commit: 'c0ffee',
    score: 2,
    'max-score': 3,
    tests: [
      { 'test-name': 'launch/type', passed: false, score: 0, 'max-score': 1 },
      { passed: true },
    ],
  })
  expect(one('exercism', bad)).toMatchObject({
    status: 'fail',
    tests: [{ status: 'fail', task_id: 1 }, {}],
  })
})

test('CTRF takes the report of a class, with points in extra', () => {
  const value = JSON.parse(whole('ctrf').text!) as { results: { summary: object; tests: object[] } }
  expect(faults(schemas.ctrfSchema, value)).toEqual([])
  expect(value.results.summary).toMatchObject({
    tests: 6,
    passed: 3,
    failed: 1,
    other: 2,
    suites: 4,
  })
  expect(value.results.tests[2]).toMatchObject({
    status: 'failed',
    extra: { points: 0, maxPoints: 1 },
  })
})

test('JUnit XML is well-formed whatever students write, and counts', async () => {
  const xml = whole('junit').text!
  const { testsuites } = (await parseStringPromise(xml, { strict: true })) as {
    testsuites: {
      $: object
      testsuite: { $: object; testcase: { failure?: object[]; error?: object[] }[] }[]
    }
  }
  expect(testsuites.$).toMatchObject({ tests: '6', failures: '1', errors: '2' })
  expect(testsuites.testsuite[1]).toMatchObject({
    $: { tests: '2', failures: '1', errors: '0', timestamp: '2026-11-20T10:00:00' },
    testcase: [{ failure: [{ _: expect.stringContaining('</failure>]]><script>') }] }, {}],
  })
  expect(testsuites.testsuite[3]!.testcase[0]!.error).toHaveLength(1)
})

test('Markdown shows what students write as text', () => {
  const page = whole('markdown').text!
  expect(page).toContain('| hopper | ungradable |  |')
  expect(page).toContain('2/3 |')
  expect(page).not.toContain('<script>')
  expect(page.split('\n').filter((line) => line.startsWith('| ')).length).toBe(6)
})

test('a Canvas gradebook is filled in, and nothing else in it changes', () => {
  const exported = [
    'Student,ID,SIS User ID,SIS Login ID,Section,"Your first instance (99)",Other (1)',
    '    Points Possible,,,,,5,10',
    '"Lovelace, Ada",77,S1,ada,One,,7',
    '"Babbage, Charles",78,S2,cb,One,1,8',
    '"Hopper, Grace",79,S3,hopper,One,4,',
  ].join('\n')
  const { text, warnings } = whole('canvas', exported)
  expect(parse(text!)).toEqual([
    [
      'Student',
      'ID',
      'SIS User ID',
      'SIS Login ID',
      'Section',
      'Your first instance (99)',
      'Other (1)',
    ],
    ['    Points Possible', '', '', '', '', '3', '10'],
    ['Lovelace, Ada', '77', 'S1', 'ada', 'One', '3', '7'],
    ['Babbage, Charles', '78', 'S2', 'cb', 'One', '2', '8'],
    // Not graded: what was there stays.
    ['Hopper, Grace', '79', 'S3', 'hopper', 'One', '4', ''],
  ])
  expect(warnings).toEqual(['turing is not in the gradebook.'])
  expect(() => whole('canvas', 'a,b\n1,2')).toThrow('no gradebook of Canvas')
})

test('without a gradebook, Canvas gets rows of its form', () => {
  const [header, points, ada, , hopper] = parse(whole('canvas').text!)
  expect(header).toEqual([
    'Student',
    'ID',
    'SIS User ID',
    'SIS Login ID',
    'Section',
    'Your first instance',
  ])
  expect(points).toEqual(['    Points Possible', '', '', '', '', '3'])
  expect(ada).toEqual(['lovelaceada', '77', '', '', '', '3'])
  expect(hopper!.at(-1)).toBe('')
})

test('a name that two rows have gets no grade', () => {
  const exported = 'Student,ID\n"Babbage, Charles",1\nCharles Babbage,2\n'
  const { text, warnings } = whole('canvas', exported)
  expect(parse(text!)).toEqual([
    ['Student', 'ID', 'Your first instance'],
    ['Babbage, Charles', '1', ''],
    ['Charles Babbage', '2', ''],
  ])
  expect(warnings).toContain(
    'Charles Babbage_12346_assignsubmission_file_ is not in the gradebook.',
  )
})

test("a Moodle worksheet is filled in, in its own scale, and feedback can't run", () => {
  const worksheet = [
    'Identifier,"Full name","Email address",Status,Grade,"Maximum Grade","Grade can be changed","Last modified (grade)","Feedback comments"',
    'Participant 12345,Ada King,ada@x.org,Submitted,,100.00,Yes,-,',
    'Participant 12346,Charles B.,cb@x.org,Submitted,,100.00,Yes,-,before',
    'Participant 12347,Hopper,g@x.org,Submitted,50.00,100.00,Yes,-,',
    'Participant 12348,Turing,t@x.org,Submitted,40.00,100.00,Yes,-,kept',
  ].join('\n')
  const { text, warnings } = whole('moodle', worksheet)
  const [header, ada, charles, grace, alan] = parse(text!)
  expect(header).toHaveLength(9)
  expect(ada!.slice(4)).toEqual(['', '100.00', 'Yes', '-', ''])
  expect(charles![4]).toBe('66.67')
  expect(charles!.at(-1)).toMatch(/^2 of 3 points\.<br>-1 It is a t2\.micro: &lt;\/failure&gt;/)
  expect(grace!.slice(4, 6)).toEqual(['50.00', '100.00'])
  expect(grace!.at(-1)).toContain('could not be graded')
  // What the grader failed at touches nothing.
  expect(alan!.slice(4)).toEqual(['40.00', '100.00', 'Yes', '-', 'kept'])
  expect(warnings).toEqual(['lovelaceada_77_1234_solution is not in the gradebook.'])
  expect(() => whole('moodle')).toThrow('--gradebook')
  expect(() => whole('moodle', 'a,b\n')).toThrow('no worksheet of Moodle')
})

test('a signature holds for what was signed, in whatever order it is written, and for nothing else', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const other = generateKeyPairSync('ed25519')
  const sealed = signed(bad, privateKey)
  const reordered = JSON.parse(
    JSON.stringify(Object.fromEntries(Object.entries(sealed).toReversed())),
  ) as typeof sealed
  expect(isSignedBy(reordered, publicKey)).toBe(true)
  expect(isSignedBy({ ...sealed, score: 3 } as typeof sealed, publicKey)).toBe(false)
  expect(isSignedBy(sealed, other.publicKey)).toBe(false)
  expect(isSignedBy(bad, publicKey)).toBe(false)
  expect(canonicalJson({ b: [1, { d: null, c: 'é' }], a: undefined })).toBe(
    '{"b":[1,{"c":"é","d":null}]}',
  )
})
