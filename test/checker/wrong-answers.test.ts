import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readWrongAnswers } from '../../checker/wrong-answers.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pocketcloud-lab-'))
  mkdirSync(join(folder, 'wrong'))
})
afterAll(() => rmSync(folder, { recursive: true }))

it('a wrong answer says what it is worth and what it loses', () => {
  const file = join(folder, 'wrong/type.sh')
  const script =
    '#!/bin/sh\n# score: 8/10\n# loses launch/type: is a t3.small.\n# loses launch/image: older\n'
  writeFileSync(file, script)
  expect(readWrongAnswers(folder)).toEqual([
    {
      file,
      script,
      score: 8,
      maxScore: 10,
      loses: { 'launch/type': 'is a t3.small.', 'launch/image': 'older' },
    },
  ])
})

it('a wrong answer may be a change of the solution, and has to change something of it', () => {
  const lab = mkdtempSync(join(folder, 'lab-'))
  mkdirSync(join(lab, 'wrong'))
  mkdirSync(join(lab, 'solution'))
  writeFileSync(join(lab, 'solution/solve.sh'), 'launch t2.micro\n')
  const change = join(lab, 'wrong/type.sed')
  const head = '# score: 9/10\n# loses launch/type: is a t3.small.\n'
  writeFileSync(change, `${head}s/t2\\.micro/t3.small/\n`)
  expect(readWrongAnswers(lab)).toMatchObject([{ script: 'launch t3.small\n', score: 9 }])
  writeFileSync(change, `${head}s/t4/t5/\n`)
  expect(() => readWrongAnswers(lab)).toThrow('changes nothing of')
  writeFileSync(change, `${head}s/t4\n`)
  expect(() => readWrongAnswers(lab)).toThrow('is not a script of sed')
})

it.each([
  '# score: 9/10\n',
  '# loses launch/type: is a t3.small.\n',
  '# score: nine\n# loses a/b: c\n',
])('one that only says %j is refused by name', (text) => {
  const file = join(folder, 'wrong/type.sh')
  writeFileSync(file, text)
  expect(() => readWrongAnswers(folder)).toThrow(`${file} does not say what it is worth`)
})
