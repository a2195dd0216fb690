import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { packageFolder } from '../../checker/grading/package-folder.ts'
import { cliArguments } from '../cli/command-line.ts'

const adapters = join(packageFolder, 'adapters')
const read = (path: string) => readFileSync(join(adapters, path), 'utf8')

let root: string
let env: NodeJS.ProcessEnv
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'pocketcloud-adapters-'))
  const node = [process.execPath, ...cliArguments].map((word) => `'${word}'`).join(' ')
  mkdirSync(join(root, 'bin'))
  writeFileSync(join(root, 'bin/pocketcloud'), `#!/bin/sh\nexec ${node} "$@"\n`, { mode: 0o755 })
  env = { HOME: root, PATH: `${join(root, 'bin')}:${process.env['PATH']}` }
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

const script = 'aws sts get-caller-identity\n'

function write(path: string, text: string): void {
  mkdirSync(join(root, path, '..'), { recursive: true })
  writeFileSync(join(root, path), text)
}

test('Gradescope finds its results, drawn by the student whose they are', async () => {
  write('autograder/source/lab', 'first-instance\n')
  write('autograder/submission/solution.sh', script)
  write('autograder/submission_metadata.json', '{"users":[{"email":"ada@example.org"}]}')
  const autograder = join(adapters, 'gradescope/run_autograder')
  await promisify(execFile)(autograder, [], {
    env: { ...env, AUTOGRADER: join(root, 'autograder') },
  })
  const results = JSON.parse(
    readFileSync(join(root, 'autograder/results/results.json'), 'utf8'),
  ) as object
  expect(results).toMatchObject({
    score: 1,
    extra_data: { seed: 'ada@example.org', state: 'failed' },
  })
})

test('PrairieLearn finds its results, drawn by the variant', async () => {
  write('grade/student/solution.sh', script)
  write('grade/data/data.json', '{"variant_seed":"1234"}')
  const grader = join(adapters, 'prairielearn/grade.sh')
  await promisify(execFile)(grader, ['first-instance'], {
    env: { ...env, GRADE: join(root, 'grade') },
  })
  const results = JSON.parse(
    readFileSync(join(root, 'grade/results/results.json'), 'utf8'),
  ) as object
  expect(results).toMatchObject({ gradable: true, score: 0.1 })
})

test('the workflow and the job have the form that they must have', () => {
  const workflow = parse(read('github-actions/grade.yml')) as {
    jobs: { grade: { steps: object[] } }
  }
  expect(workflow.jobs.grade.steps.length).toBeGreaterThan(4)
  const [job, ...more] = parseAllDocuments(read('kubernetes/grade-job.yaml')).map(
    (document) => document.toJS() as object,
  )
  expect(more).toEqual([])
  expect(job).toMatchObject({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { labels: { 'kueue.x-k8s.io/queue-name': 'grading' } },
    spec: { suspend: true, completionMode: 'Indexed', completions: 10, parallelism: 10 },
  })
})
