import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { proofsOf } from '../../checker/proof.ts'
import type { Context } from '../context.ts'
import { exitStatus, failure, usageError } from '../failure.ts'
import { requireLab } from '../lab-session.ts'
import { isOurOwn, newLabFiles } from '../new-lab.ts'

/** `pocketcloud lab new FOLDER`: a small lab that proves itself, to be changed into the one that is meant. */
export async function create({ out }: Context, folder: string): Promise<void> {
  const path = resolve(folder)
  const [, id] = /^\d\d-([a-z0-9]+(?:-[a-z0-9]+)*)$/.exec(basename(path)) ?? []
  if (id === undefined) {
    throw usageError(
      `Not a name for a lab's folder: ${basename(path)}`,
      'Two digits and the id in lower case with dashes, such as 20-first-queue',
    )
  }
  if (existsSync(path)) throw failure('Exists', `${folder} is there already.`)
  const files = Object.entries(newLabFiles(id, isOurOwn(path)))
  for (const [name, content] of files) {
    mkdirSync(join(path, name, '..'), { recursive: true })
    writeFileSync(join(path, name), content)
  }
  out.answer({ created: path, files: files.map(([name]) => name) }, [
    `Created ${folder}:`,
    ...files.map(([name]) => `  ${name}`),
    `Prove it with: pocketcloud lab test ${folder}`,
  ])
}

/** `pocketcloud lab test LAB`: everything a lab has to show about itself, each in an emulator of its own. */
export async function test({ out }: Context, name: string): Promise<number> {
  const lab = requireLab(name)
  const command = [process.execPath, ...process.execArgv, process.argv[1]!]
  const proofs = proofsOf(lab, command)
  const results = []
  for (const [index, { title, run }] of proofs.entries()) {
    const problems = await out.waiting(`${index + 1} of ${proofs.length}: ${title}`, () =>
      run().catch((error: unknown) => [(error as Error).message]),
    )
    results.push({ title, passed: problems.length === 0, problems })
    if (!out.json) {
      const mark = problems.length === 0 ? out.paint.green('✓') : out.paint.red('✗')
      const lines = problems.flatMap((problem) => problem.split('\n'))
      out.answer(null, [`${mark} ${title}`, ...lines.map((line) => `    ${line}`)])
    }
  }
  const failed = results.filter(({ passed }) => !passed).length
  const verdict =
    failed === 0
      ? `${lab.id} proves itself.`
      : `${failed} of ${proofs.length} do not hold: see above.`
  out.answer({ lab: lab.id, passed: failed === 0, proofs: results }, ['', verdict])
  return failed === 0 ? exitStatus.ok : exitStatus.failed
}
