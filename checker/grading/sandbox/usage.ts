import { readFileSync, readdirSync } from 'node:fs'

/** What a process and everything it started have used. */
export interface Usage {
  /** Seconds of the processor's time, also of processes that have ended and were waited for. */
  readonly processor: number
  /** Bytes in memory now; what several processes share is counted for each. */
  readonly memory: number
  readonly processes: number
}

/** Linux counts in hundredths of a second and, here, in pages of 4 KiB: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
const ticks = 100
const page = 4096

/** Walks the tree of processes under one, which may end meanwhile. */
export function usageOf(pid: number): Usage {
  let [processor, memory, processes] = [0, 0, 0]
  for (const { stat } of treeOf(pid)) {
    // The name stands in parentheses, and may have any characters in it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    processes += 1
    processor += [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index]), 0) / ticks
    memory += Number(fields[21]) * page
  }
  return { processor, memory, processes }
}

/**
 * The same memory with each page counted once, however many share it: slower to find out, and worth it where the quick
 * sum is suspicious. A fork of the AWS CLI shares nearly all that it has.
 */
export function sharedMemoryOf(pid: number): number {
  let memory = 0
  for (const { pid: each, stat } of treeOf(pid)) {
    const own = /^Pss:\s+(\d+) kB$/m.exec(read(`/proc/${each}/smaps_rollup`))?.[1]
    const resident = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[21]) * page
    memory += own === undefined ? resident : Number(own) * 1024
  }
  return memory
}

/** A process and everything under it, as far as it is still there. */
function* treeOf(pid: number): Generator<{ readonly pid: number; readonly stat: string }> {
  const waiting = [pid]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const stat = read(`/proc/${next}/stat`)
    if (stat === '') continue
    waiting.push(...childrenOf(next))
    yield { pid: next, stat }
  }
}

/** The children of all of a process's threads: Go's runtime starts them from any. */
export function childrenOf(pid: number): readonly number[] {
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

export function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
