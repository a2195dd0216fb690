import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { LabMistake } from './lab-mistake.ts'

/** A wrong answer that a lab keeps to prove its checks, with what it must come to. */
export interface WrongAnswer {
  readonly file: string
  /** The Bash script that goes wrong. */
  readonly script: string
  readonly score: number
  readonly maxScore: number
  /** Conditions as `task/condition`, with a part of the message each must give. */
  readonly loses: Readonly<Record<string, string>>
}

/**
 * The wrong answers in a lab's `wrong/`: whole scripts (`.sh`), or what turns the solution into one (`.sed`, a script of
 * `sed -E` over `solution/solve.sh`). Each says at its top, in comments, what it is worth and what it loses:
 * `# score: 9/10` and `# loses launch/type: is a t3.small.` for every condition it fails.
 *
 * @throws {LabMistake} where a file does not say so, or changes nothing of the solution
 */
export function readWrongAnswers(labFolder: string): readonly WrongAnswer[] {
  const folder = join(labFolder, 'wrong')
  return readdirSync(folder)
    .toSorted()
    .map((name) => readWrongAnswer(join(folder, name), join(labFolder, 'solution/solve.sh')))
}

function readWrongAnswer(file: string, solution: string): WrongAnswer {
  const text = readFileSync(file, 'utf8')
  const score = /^# score: (\d+)\/(\d+)$/m.exec(text)
  const loses = Array.from(text.matchAll(/^# loses ([a-z0-9-]+\/[a-z0-9-]+): (.+)$/gm))
  if (score === null || loses.length === 0) {
    throw new LabMistake(
      `${file} does not say what it is worth: "# score: 9/10", "# loses task/condition: message"`,
    )
  }
  return {
    file,
    script: file.endsWith('.sed') ? turnWrong(file, solution) : text,
    score: Number(score[1]),
    maxScore: Number(score[2]),
    loses: Object.fromEntries(loses.map(([, condition, message]) => [condition, message])),
  }
}

function turnWrong(file: string, solution: string): string {
  const { status, stdout, stderr } = spawnSync('sed', ['-E', '-f', file, solution], {
    encoding: 'utf8',
  })
  if (status !== 0) throw new LabMistake(`${file} is not a script of sed: ${stderr}`)
  if (stdout === readFileSync(solution, 'utf8')) {
    throw new LabMistake(`${file} changes nothing of ${solution}`)
  }
  return stdout
}
