import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findLab } from '../../checker/catalogue.ts'
import { controlClient } from '../../checker/control-client.ts'
import { grade } from '../../checker/grade.ts'
import { markHistory } from '../../checker/history.ts'
import type { Report } from '../../checker/report.ts'
import { readWrongAnswers } from '../../checker/wrong-answers.ts'
import { cliArguments } from '../cli/command-line.ts'
import { awsEnvironment, run, startTestEmulator } from '../support/emulator.ts'

/** Minutes of AWS CLI calls: a script makes about ten, a second each when the machine is busy. */
const timeLimit = 300_000

/**
 * Proves a lab: untouched it scores nothing, its text's own commands and its solution score full marks, and each wrong
 * answer loses exactly the conditions it names, with the messages it names. Scripts run with the real AWS CLI.
 */
export function proveLab(id: string): void {
  const lab = findLab(id)!
  describe.concurrent(`lab ${id}`, () => {
    it('scores 0 untouched', { timeout: timeLimit }, async () => {
      const report = await gradeAfter(undefined)
      expect(report.score).toBe(0)
      expect(report.state).toBe('failed')
      expect(Object.keys(lost(report))).toHaveLength(conditionsOf(report).length)
    })

    it('scores full marks by the commands of its text', { timeout: timeLimit }, async () => {
      const { code, stdout, stderr } = await followText()
      expect(stderr).toBe('')
      expect(stdout).toMatch(/\nScore: (\d+)\/\1\n$/)
      expect(code).toBe(0)
    })

    it('scores full marks solved', { timeout: timeLimit }, async () => {
      const report = await gradeAfter(join(lab.folder, 'solution/solve.sh'))
      expect(lost(report)).toEqual({})
      expect(report.score).toBe(report.maxScore)
      expect(report.state).toBe('passed')
    })

    for (const wrong of readWrongAnswers(lab.folder)) {
      it(`loses exactly its marks: ${basename(wrong.file)}`, { timeout: timeLimit }, async () => {
        const report = await gradeAfter(wrong.file)
        const found = lost(report)
        expect(Object.keys(found).toSorted()).toEqual(Object.keys(wrong.loses).toSorted())
        for (const [condition, message] of Object.entries(wrong.loses)) {
          expect(found[condition]).toContain(message)
        }
        expect([report.score, report.maxScore]).toEqual([wrong.score, wrong.maxScore])
      })
    }
  })

  /** Does what a student does who pastes one command after the other, in a terminal where `pocketcloud` is installed. */
  async function followText() {
    const emulator = await startTestEmulator()
    const home = mkdtempSync(join(tmpdir(), 'pocketcloud-lab-'))
    try {
      const node = [process.execPath, ...cliArguments].map((word) => `'${word}'`).join(' ')
      writeFileSync(join(home, 'pocketcloud'), `#!/bin/sh\nexec ${node} "$@"\n`, { mode: 0o755 })
      const blocks = Array.from(lab.text.matchAll(/^```bash\n(.*?)^```$/gms), ([, code]) => code)
      const script = join(home, 'text.sh')
      writeFileSync(script, ['set -euo pipefail', ...blocks].join('\n'))
      const env = {
        HOME: home,
        PATH: `${home}:${process.env['PATH']}`,
        POCKETCLOUD_ENDPOINT: emulator.url,
      }
      return await run('bash', [script], env, home)
    } finally {
      await emulator.close()
      rmSync(home, { recursive: true, force: true })
    }
  }

  /** Runs a script against a cloud that is new, and grades what it left. */
  async function gradeAfter(script: string | undefined): Promise<Report> {
    const emulator = await startTestEmulator()
    const home = mkdtempSync(join(tmpdir(), 'pocketcloud-lab-'))
    try {
      const since = await markHistory(controlClient(emulator.url))
      if (script !== undefined) {
        const env = { ...awsEnvironment(home), AWS_ENDPOINT_URL: emulator.url }
        const { code, stderr } = await run('bash', [script], env, home)
        if (code !== 0 || stderr !== '') throw new Error(`${script} ended with ${code}: ${stderr}`)
      }
      return await grade(lab, { endpoint: emulator.url, since })
    } finally {
      await emulator.close()
      rmSync(home, { recursive: true, force: true })
    }
  }
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
