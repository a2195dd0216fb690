import picocolors from 'picocolors'

export type Paint = ReturnType<typeof picocolors.createColors>

/** Where a command's words go: friendly on a terminal, plain lines when piped, JSON when asked for. */
export interface Output {
  readonly json: boolean
  /** Whether a person looks: colour, spinners and questions only then. */
  readonly interactive: boolean
  /** Colours, which do nothing unless a person looks. */
  readonly paint: Paint
  /** The command's answer on standard output: `value` with `--json`, the lines otherwise. */
  answer(value: unknown, lines: readonly string[]): void
  /** An aside for a person, on standard error; nothing when piped or with `--json`. */
  hint(...lines: string[]): void
  /** What must be said in every form but is no part of the answer, on standard error. */
  warn(line: string): void
  /** Shows a person that something is under way. */
  waiting<T>(message: string, work: () => Promise<T>): Promise<T>
  /** Asks a person; `true` where nobody can be asked, since a script has made up its mind. */
  confirm(question: string): Promise<boolean>
}

export function terminalOutput({ json }: { json: boolean }): Output {
  const interactive = !json && isTerminal(process.stdout) && isTerminal(process.stderr)
  const colour = interactive && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb'
  const paint = picocolors.createColors(colour)
  return {
    json,
    interactive,
    paint,
    answer(value, lines) {
      const text = json ? JSON.stringify(value, null, 2) : lines.join('\n')
      process.stdout.write(`${text}\n`)
    },
    hint(...lines) {
      if (!interactive) return
      for (const line of lines) process.stderr.write(`${paint.dim(line)}\n`)
    },
    warn(line) {
      process.stderr.write(`${paint.yellow(line)}\n`)
    },
    async waiting(message, work) {
      if (!interactive) return work()
      const { spinner } = await import('@clack/prompts')
      const indicator = spinner({ output: process.stderr, withGuide: false })
      indicator.start(message)
      try {
        return await work()
      } finally {
        indicator.clear()
      }
    },
    async confirm(question) {
      if (!interactive || !isTerminal(process.stdin)) return true
      const { confirm } = await import('@clack/prompts')
      // Ctrl-C answers with a symbol, which is no "yes" either.
      return (await confirm({ message: question, initialValue: false, withGuide: false })) === true
    },
  }
}

// `isTTY` is typed as always there and is absent when piped.
const isTerminal = (stream: { isTTY?: boolean }) => stream.isTTY === true

/** Text that came from elsewhere (a name a student chose), harmless on a terminal. */
export const printable = (text: string) => text.replace(/[^\P{Cc}\n\t]/gu, '\u{fffd}')
