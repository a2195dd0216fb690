import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import type { Context } from '../context.ts'

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
