import { expect, it } from 'vitest'
import { listLabs } from '../../checker/catalogue.ts'
import { proofsOf } from '../../checker/proof.ts'
import { cliArguments } from '../cli/command-line.ts'
import { run } from '../support/emulator.ts'

// Debian's AWS CLI, 2.9, beside the one that the other tests run with (1.45 where this was written).
process.env['PATH'] = `/usr/bin:${process.env['PATH']}`

it('the AWS CLI is version 2', async () => {
  const { stdout } = await run('aws', ['--version'])
  expect(stdout).toMatch(/^aws-cli\/2\./)
})

it.each(listLabs().map((lab) => [lab.id, lab] as const))(
  'the solution of %s scores full marks with it',
  { timeout: 300_000 },
  async (_id, lab) => {
    const proofs = proofsOf(lab, [process.execPath, ...cliArguments])
    const solved = proofs.find(({ title }) => title.endsWith('solved'))
    expect(await solved!.run()).toEqual([])
  },
)
