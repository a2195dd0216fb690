import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ClassReport, SubmissionResult } from '../../checker/grading/result.ts'
import type { Person } from '../cli/command-line.ts'
import { cliArguments, person } from '../cli/command-line.ts'

let instructor: Person
let home: string
beforeAll(() => {
  instructor = person()
  home = instructor.home
  handIn('alice', 'aws sts get-caller-identity')
  handIn('bob', 'echo nothing; exit 2')
  execFileSync('openssl', ['genpkey', '-algorithm', 'ed25519', '-out', join(home, 'key.pem')])
  execFileSync('openssl', [
    'pkey',
    '-in',
    join(home, 'key.pem'),
    '-pubout',
    '-out',
    join(home, 'pub.pem'),
  ])
})
afterAll(() => instructor.leave())

function handIn(name: string, script: string): void {
  mkdirSync(join(home, name))
  writeFileSync(join(home, name, 'solution.sh'), script)
}

const words = (text: string) => text.split(' ')
const read = <Report>(file: string) => JSON.parse(readFileSync(join(home, file), 'utf8')) as Report

test('grade writes what was asked for, signed, and says how the class did', async () => {
  const { status, stdout, stderr } = await instructor.pocketcloud(
    'grade',
    'alice',
    'bob',
    ...words('--lab 1 --jobs 2 --out out --sign key.pem'),
    ...words('--report junit=out/junit.xml --report gradescope=out/{name}-gradescope.json'),
  )
  const lines = stderr.trim().split('\n')
  expect(lines.map((line) => line.replace(/^[12]/, '')).toSorted()).toEqual([
    '/2 alice failed 1/10',
    '/2 bob failed 0/10',
  ])
  expect(stdout).toMatch(/alice +failed +1\/10/)
  expect(stdout).toMatch(/2 submissions in [\d.]+ s: 2 failed, mean 0\.5\/10/)
  expect(status).toBe(0)
  expect(readdirSync(join(home, 'out')).toSorted()).toEqual([
    'alice-gradescope.json',
    'alice.json',
    'bob-gradescope.json',
    'bob.json',
    'class.json',
    'junit.xml',
  ])
  expect(read<ClassReport>('out/class.json')).toMatchObject({
    complete: true,
    summary: { failed: 2 },
  })
  expect(read('out/bob-gradescope.json')).toMatchObject({ score: 0 })
})

test('grade verify tells a report that was changed', async () => {
  const verify = (file: string) =>
    instructor.pocketcloud('grade', 'verify', file, '--key', 'pub.pem')
  expect(await verify('out/alice.json')).toMatchObject({ status: 0, stderr: '' })
  expect(await verify('out/class.json')).toMatchObject({ status: 0 })
  const report = read<ClassReport>('out/class.json')
  const results = report.results.map((result) => ({ ...result, score: 10 }))
  writeFileSync(join(home, 'better.json'), JSON.stringify({ ...report, results }))
  const { status, stdout } = await verify('better.json')
  expect(status).toBe(1)
  expect(stdout).toContain('does NOT say')
  expect(stdout).toContain('not as signed: alice')
})

test('grade report writes other reports of what was graded before, in parts too', async () => {
  const parts = ['out/class.json', 'out/class.json']
  const { status, stdout } = await instructor.pocketcloud(
    'grade',
    'report',
    ...parts,
    ...words('--report canvas=canvas.csv'),
  )
  expect(status).toBe(0)
  expect(stdout).toContain('4 submissions')
  const csv = readFileSync(join(home, 'canvas.csv'), 'utf8')
  expect(csv).toContain('\nalice,,,,,1\nbob,,,,,0\n')
})

test('what is asked for wrongly is said before anything is graded', async () => {
  const grade = (...words: string[]) => instructor.pocketcloud('grade', ...words, '--out', 'no')
  const wrong = await Promise.all([
    grade('alice'),
    grade('--lab', 'nothing', 'alice'),
    grade('--lab', '1', 'nobody'),
    grade('--lab', '1', 'alice', '--report', 'excel=x'),
    grade('--lab', '1', 'alice', 'bob', '--report', 'gradescope=x.json'),
    grade('--lab', '1', 'alice', '--report', 'moodle=x.csv'),
    grade('--lab', '1', 'alice', '--sign', 'pub.pem'),
  ])
  expect(wrong.map(({ status }) => status)).toEqual(wrong.map(() => 2))
  expect(wrong.map(({ stderr }) => stderr)).toEqual([
    expect.stringContaining('Say which lab'),
    expect.stringContaining('no lab "nothing"'),
    expect.stringContaining('There is no nobody'),
    expect.stringContaining('Formats: gradescope'),
    expect.stringContaining('gradescope=results/{name}.json'),
    expect.stringContaining('--gradebook'),
    expect.stringContaining('no private Ed25519 key'),
  ])
  expect(existsSync(join(home, 'no'))).toBe(false)
})

test('without bubblewrap nothing is graded, unless somebody says that it may', async () => {
  const bin = join(home, 'bin')
  mkdirSync(bin)
  writeFileSync(join(bin, 'bwrap'), '#!/bin/sh\necho "bwrap: no permission" >&2; exit 1\n', {
    mode: 0o755,
  })
  const poorly = person({ PATH: `${bin}:${process.env['PATH']}` })
  try {
    const submission = join(home, 'alice')
    const refused = await poorly.pocketcloud('grade', '--lab', '1', submission)
    expect(refused).toMatchObject({ status: 1, stdout: '' })
    expect(refused.stderr).toMatch(
      /sandbox only, and bubblewrap is not installed[\s\S]*--unsafe-no-sandbox/,
    )
    const unsafe = ['grade', '--lab', '1', submission, '--unsafe-no-sandbox', '--json']
    const { status, stdout } = await poorly.pocketcloud(...unsafe)
    expect(status).toBe(0)
    const [result] = (JSON.parse(stdout) as ClassReport).results
    expect(result).toMatchObject({ state: 'failed', score: 1, run: { exitCode: 0 } })
  } finally {
    await poorly.leave()
  }
})

test('whatever ends the grader, there is a report, and no submission goes on', async () => {
  handIn('sleeper', 'sleep 54321')
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    const words = ['grade', '--lab', '1', 'sleeper', '--out', `ended-by-${signal}`]
    const child = spawn(process.execPath, [...cliArguments, ...words], {
      cwd: home,
      env: instructor.env,
      stdio: 'ignore',
    })
    while (!isRunning('sleep\u000054321')) await sleep(100)
    child.kill(signal)
    await once(child, 'exit')
    const report = read<ClassReport>(`ended-by-${signal}/class.json`)
    expect(report.complete).toBe(false)
    expect(report.results.map((result: SubmissionResult) => [result.state, result.score])).toEqual([
      ['infrastructure-error', null],
    ])
    for (let tries = 0; tries < 50 && isRunning('sleep\u000054321'); tries += 1) await sleep(100)
    expect(isRunning('sleep\u000054321')).toBe(false)
  }
})

function isRunning(command: string): boolean {
  return readdirSync('/proc').some((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith(command)
    } catch {
      return false
    }
  })
}
