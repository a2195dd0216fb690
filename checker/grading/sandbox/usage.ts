import { readFileSync, readdirSync } from 'node:fs'

/** What a process and everything it started have used. */
export interface Usage {
  /** Seconds of the processor's time, also of processes that have ended and were waited for. */
  readonly processor: number
  /** Bytes in memory now. */
  readonly memory: number
  readonly processes: number
}

/** Linux counts in hundredths of a second and, here, in pages of 4 KiB: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
const ticks = 100
const page = 4096

/** Walks the tree of processes under one, which may end meanwhile. */
export function usageOf(pid: number): Usage {
  let [processor, memory, processes] = [0, 0, 0]
  const waiting = [pid]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const stat = read(`/proc/${next}/stat`)
    if (stat === '') continue
    // The name stands in parentheses, and may have any characters in it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    processes += 1
    processor += [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index]), 0) / ticks
    memory += Number(fields[21]) * page
    waiting.push(...childrenOf(next))
  }
  return { processor, memory, processes }
}

/** The children of all of a process's threads: Go's runtime starts them from any. */
function childrenOf(pid: number): readonly number[] {
  return threadsOf(pid).flatMap((thread) =>
    read(`/proc/${pid}/task/${thread}/children`).trim().split(' ').filter(Boolean).map(Number),
  )
}

function threadsOf(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`)
  } catch {
    return []
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
