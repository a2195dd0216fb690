import { describe, expect, it } from 'vitest'
import { findLab } from '../../checker/catalogue.ts'
import { proofsOf } from '../../checker/proof.ts'
import { cliArguments } from '../cli/command-line.ts'

/** Minutes of AWS CLI calls: a script makes about ten, a second each when the machine is busy. */
const timeLimit = 300_000

/** Proves a lab, as `pocketcloud lab test` does: a test for each thing it has to show about itself. */
export function proveLab(id: string): void {
  describe.concurrent(`lab ${id}`, () => {
    for (const { title, run } of proofsOf(findLab(id)!, [process.execPath, ...cliArguments])) {
      it(`it ${title}`, { timeout: timeLimit }, async () => {
        expect(await run()).toEqual([])
      })
    }
  })
}
