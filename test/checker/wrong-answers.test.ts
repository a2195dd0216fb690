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
  writeFileSync(
    file,
    '#!/bin/sh\n# score: 8/10\n# loses launch/type: is a t3.small.\n# loses launch/image: older\n',
  )
  expect(readWrongAnswers(folder)).toEqual([
    {
      file,
      score: 8,
      maxScore: 10,
      loses: { 'launch/type': 'is a t3.small.', 'launch/image': 'older' },
    },
  ])
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
