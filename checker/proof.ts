import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import type { Lab } from './catalogue.ts'
import { isOurs } from './catalogue.ts'
import { controlClient } from './control-client.ts'
import { grade } from './grade.ts'
import { markHistory } from './history.ts'
import type { Report } from './report.ts'
import { studentKey } from './student.ts'
import { drawValues, fillIn, valuesEnvironment } from './values.ts'
import { warmAws } from './warm-aws.ts'
import { readWrongAnswers } from './wrong-answers.ts'

/** One thing that a lab has to show about itself. */
export interface Proof {
  /** What holds when it succeeds: "scores 0 untouched". */
  readonly title: string
  /** Runs in an emulator of its own; what does not hold, nothing where all is well. */
  readonly run: () => Promise<readonly string[]>
}

/** Scripts see the values of a student who is not the one of the text, so that none has them written into it. */
const anotherStudent = 'another student'

/**
 * What proves a lab: untouched it scores nothing, its text's own commands and its solution score full marks, and each
 * wrong answer loses exactly the conditions it names, with the messages it names. Scripts run with the real AWS CLI.
 * @param pocketcloud the words that run this command line, for scripts and the commands in the lab's text
 */
export function proofsOf(lab: Lab, pocketcloud: readonly string[]): readonly Proof[] {
  return [
    { title: 'scores 0 untouched', run: () => proveUntouched(lab) },
    {
      title: 'scores full marks by the commands of its text',
      run: () => proveText(lab, pocketcloud),
    },
    { title: 'scores full marks solved', run: () => proveSolution(lab, pocketcloud) },
    ...readWrongAnswers(lab.folder).map((wrong) => ({
      title: `loses exactly its marks: ${basename(wrong.file)}`,
      run: () => proveWrong(lab, pocketcloud, wrong),
    })),
  ]
}

async function proveUntouched(lab: Lab): Promise<string[]> {
  const report = await gradeAfter(lab, [], undefined)
  return conditionsOf(report)
    .filter(({ state }) => state !== 'failed')
    .map(({ path, state }) => `${path} is ${state} before anything was done. Expected it to fail.`)
}

async function proveSolution(lab: Lab, pocketcloud: readonly string[]): Promise<string[]> {
  const solution = readFileSync(join(lab.folder, 'solution/solve.sh'), 'utf8')
  const report = await gradeAfter(lab, pocketcloud, solution)
  return Object.entries(lost(report)).map(
    ([path, message]) => `${path} is not passed by the solution: ${message}`,
  )
}

async function proveWrong(
  lab: Lab,
  pocketcloud: readonly string[],
  { script, score, maxScore, loses }: ReturnType<typeof readWrongAnswers>[number],
): Promise<string[]> {
  const report = await gradeAfter(lab, pocketcloud, script)
  const found = lost(report)
  const problems = Object.entries(loses).flatMap(([path, message]) => {
    if (found[path] === undefined) return [`${path} is passed. Expected it to be lost.`]
    if (found[path].includes(message)) return []
    return [`${path} says "${found[path]}". Expected it to say "${message}".`]
  })
  for (const [path, message] of Object.entries(found)) {
    if (!Object.hasOwn(loses, path)) problems.push(`${path} is lost too: ${message}`)
  }
  if (report.score !== score || report.maxScore !== maxScore) {
    problems.push(
      `It scores ${report.score}/${report.maxScore}. Expected ${score}/${maxScore}, as its head says.`,
    )
  }
  return problems
}

/** Does what a student does who pastes one command after the other, where `pocketcloud` is installed. */
async function proveText(lab: Lab, pocketcloud: readonly string[]): Promise<string[]> {
  return inEmulator(async (endpoint, home) => {
    const text = fillIn(lab.text, drawValues(lab, ''))
    const blocks = Array.from(text.matchAll(/^```bash\n(.*?)^```$/gms), ([, code]) => code)
    const script = join(home, 'text.sh')
    writeFileSync(script, ['set -euo pipefail', ...blocks].join('\n'))
    const { status, stdout, stderr } = await runScript(script, home, {
      PATH: await pathWith(pocketcloud, home),
      POCKETCLOUD_ENDPOINT: endpoint,
      ...(isOurs(lab) ? {} : { POCKETCLOUD_LABS: dirname(lab.folder) }),
    })
    const problems = stderr === '' ? [] : [`A command of the text writes: ${stderr}`]
    if (status !== 0 || !/\nScore: (\d+)\/\1\n$/.test(stdout)) {
      problems.push(`It ends with status ${status}, and these lines:\n${stdout.slice(-2000)}`)
    }
    return problems
  })
}

/** Runs a script's text against a cloud that is new, and grades what it left. */
function gradeAfter(
  lab: Lab,
  pocketcloud: readonly string[],
  script: string | undefined,
): Promise<Report> {
  return inEmulator(async (endpoint, home) => {
    const since = await markHistory(controlClient(endpoint))
    const values = drawValues(lab, anotherStudent)
    if (script !== undefined) {
      const file = join(home, 'script.sh')
      writeFileSync(file, script)
      const { status, stderr } = await runScript(file, home, {
        PATH: await pathWith(pocketcloud, home),
        AWS_ENDPOINT_URL: endpoint,
        POCKETCLOUD_ENDPOINT: endpoint,
        AWS_ACCESS_KEY_ID: studentKey.accessKeyId,
        AWS_SECRET_ACCESS_KEY: studentKey.secretAccessKey,
        AWS_DEFAULT_REGION: 'us-east-1',
        ...valuesEnvironment(values),
      })
      if (status !== 0 || stderr !== '') throw new Error(`It ends with status ${status}: ${stderr}`)
    }
    return grade(lab, { endpoint, since, seed: anotherStudent })
  })
}

/** A path on which `pocketcloud` and the AWS CLI are. */
async function pathWith(pocketcloud: readonly string[], home: string): Promise<string> {
  const words = pocketcloud.map((word) => `'${word}'`).join(' ')
  writeFileSync(join(home, 'pocketcloud'), `#!/bin/sh\nexec ${words} "$@"\n`, { mode: 0o755 })
  const warm = await warmAws()
  return `${home}:${warm['PATH'] ?? process.env['PATH']}`
}

async function inEmulator<Result>(
  work: (endpoint: string, home: string) => Promise<Result>,
): Promise<Result> {
  const { startEmulator } = await import('../emulator/index.ts')
  const emulator = await startEmulator({ port: 0, ephemeral: true })
  const home = mkdtempSync(join(tmpdir(), 'pocketcloud-lab-'))
  try {
    return await work(emulator.url, home)
  } finally {
    await emulator.close()
    rmSync(home, { recursive: true, force: true })
  }
}

/** Nothing of the machine's own AWS configuration reaches a script. */
async function runScript(script: string, home: string, env: Readonly<Record<string, string>>) {
  const own = Object.entries(process.env).filter(([name]) => !/^(AWS|POCKETCLOUD)_/.test(name))
  const options = {
    cwd: home,
    maxBuffer: 64 * 1024 * 1024,
    env: {
      ...Object.fromEntries(own),
      HOME: home,
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_PAGER: '',
      ...(await warmAws()),
      ...env,
    },
  }
  return new Promise<{ status: number; stdout: string; stderr: string }>((resolve) => {
    execFile('bash', [script], options, (error, stdout, stderr) => {
      const status = error === null ? 0 : typeof error.code === 'number' ? error.code : 1
      resolve({ status, stdout, stderr: status === 0 ? stderr : stderr || error!.message })
    })
  })
}

const conditionsOf = ({ tasks }: Report) =>
  tasks.flatMap((task) =>
    task.conditions.map((condition) => ({ ...condition, path: `${task.id}/${condition.id}` })),
  )

/** The conditions that were not passed, with their messages. */
const lost = (report: Report): Record<string, string> =>
  Object.fromEntries(
    conditionsOf(report)
      .filter(({ state }) => state !== 'passed')
      .map(({ path, message }) => [path, message ?? '']),
  )
