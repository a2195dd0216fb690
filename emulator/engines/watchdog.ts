import { spawn, type ChildProcess } from 'node:child_process'

/**
 * A shell that reads the ids of processes, and ends them when its input ends: however the emulator dies, even by kill -9,
 * no database outlives it. A quit signal is PostgreSQL's immediate shutdown; what was committed is in its log.
 */
const script = `
list=""
while read -r word id; do
  case "$word" in
    add) list="$list $id" ;;
    forget) kept=""; for other in $list; do [ "$other" = "$id" ] || kept="$kept $other"; done; list="$kept" ;;
  esac
done
[ -n "$list" ] && kill -QUIT $list 2>/dev/null
exit 0
`

let shell: ChildProcess | undefined

/** Ends a process when this one ends. @returns makes it be forgotten, once it has ended by itself */
export function watch(pid: number): () => void {
  tell(`add ${pid}`)
  return () => tell(`forget ${pid}`)
}

function tell(line: string): void {
  if (!shell || shell.exitCode !== null || shell.signalCode !== null) {
    // In a session of its own: a signal to the terminal's processes must not end it before the others.
    shell = spawn('/bin/sh', ['-c', script], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    })
    shell.stdin!.on('error', () => undefined)
    shell.on('error', (error) => process.emitWarning(`databases are not watched: ${error.message}`))
    shell.unref()
    ;(shell.stdin as unknown as { unref?: () => void }).unref?.()
  }
  shell.stdin!.write(`${line}\n`)
}
