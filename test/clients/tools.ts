import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run, type CommandResult } from '../support/emulator.ts'

/**
 * Fails with what to install where a program is missing: a test that passes without it would prove nothing.
 *
 * @param debianPackage what `apt-get install` brings it with
 */
export async function requireTool(
  command: string,
  debianPackage: string,
  ...version: string[]
): Promise<void> {
  if ((await run(command, version)).code !== 0) {
    throw new Error(`${command} is needed (Debian: apt-get install ${debianPackage})`)
  }
}

/** Runs a program that has to succeed. @returns what it said */
export async function succeed(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<CommandResult> {
  const result = await run(command, args, env)
  if (result.code !== 0) {
    throw new Error(
      `${command} ${args.join(' ')}: ${result.code}\n${result.stderr}${result.stdout}`,
    )
  }
  return result
}

/** Makes small files, 100 to a folder, each with other content. */
export function makeFiles(folder: string, count: number): void {
  for (let n = 0; n < count; n += 1) {
    const parent = join(folder, `folder ${Math.floor(n / 100)}`)
    mkdirSync(parent, { recursive: true })
    writeFileSync(join(parent, `file-${n}.txt`), `This is file ${n}.\n`.repeat(1 + (n % 50)))
  }
}
