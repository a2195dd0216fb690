import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import type { Readable, Writable } from 'node:stream'
import type { PolicyPurpose } from '../../emulator/index.ts'
import type { Context, GlobalOptions } from '../context.ts'
import { exitStatus, usageError } from '../failure.ts'

/**
 * `pocketcloud policy evaluate`: a request per line of standard input, a decision per line of standard output, in order. It needs no
 * emulator, and answers each line as it comes, so that another program can ask and wait.
 */
export async function evaluate(_context: Context): Promise<void> {
  const { evaluateLine } = await import('../../emulator/index.ts')
  await answerLines(process.stdin, process.stdout, evaluateLine)
}

/** Lines end with a line feed and nothing else: JSON may hold any other separator that Unicode knows. */
async function answerLines(
  input: Readable,
  output: Writable,
  answer: (line: string) => string,
): Promise<void> {
  input.setEncoding('utf8')
  let rest = ''
  for await (const chunk of input as AsyncIterable<string>) {
    const end = chunk.lastIndexOf('\n') + 1
    if (end === 0) {
      rest += chunk
      continue
    }
    const lines = `${rest}${chunk.slice(0, end - 1)}`.split('\n')
    rest = chunk.slice(end)
    const answers = lines.map((line) => `${answer(line)}\n`).join('')
    if (!output.write(answers)) await once(output, 'drain')
  }
  if (rest !== '') output.write(`${answer(rest)}\n`)
}

const purposes: Readonly<Record<PolicyPurpose, true>> = {
  managed: true,
  inline: true,
  trust: true,
  bucket: true,
  'access-point': true,
  key: true,
}

const isPurpose = (name: string): name is PolicyPurpose => Object.hasOwn(purposes, name)

interface ValidateOptions extends GlobalOptions {
  readonly for: string
}

/** `pocketcloud policy validate FILE`: whether AWS would take the document, in AWS's words where it would not. */
export async function validate(
  { out }: Context,
  file: string,
  options: ValidateOptions,
): Promise<number> {
  const purpose = options.for
  if (!isPurpose(purpose)) {
    throw usageError(
      `There is no kind of policy "${purpose}".`,
      `Say --for ${Object.keys(purposes).join(', ')}`,
    )
  }
  const text = await readFile(file === '-' ? '/dev/stdin' : file, 'utf8').catch((error: Error) => {
    throw usageError(`Could not read ${file}: ${error.message}`)
  })
  const { validatePolicy } = await import('../../emulator/index.ts')
  const problem = validatePolicy(text, purpose)
  const good = out.paint.green('valid')
  const bad = out.paint.red('not valid')
  out.answer({ file, for: purpose, valid: problem === undefined, problem: problem ?? null }, [
    problem === undefined ? `${file}: ${good}` : `${file}: ${bad}: ${problem}`,
  ])
  return problem === undefined ? exitStatus.ok : exitStatus.failed
}
