import { execFile } from 'node:child_process'
import { childrenOf, read, sharedMemoryOf, usageOf } from './usage.ts'

/** What a submission uses outside of its sandbox: what its emulator keeps on disk, and its databases, which are real servers. */
export interface CloudUsage {
  /** Seconds of the processor's time of its databases, also of those that are gone. */
  readonly processor: number
  /** Bytes of memory of its databases now. */
  readonly memory: number
  /** The same, slower to find out, with each page counted once. */
  readonly sharedMemory: () => number
  /** Bytes on disk, as of a moment ago. */
  readonly disk: number
}

/** How often the disk is looked at, in ms: a database has a thousand files. */
const diskInterval = 2000

/**
 * @param process the emulator's, whose children its databases are
 * @param folder where the emulator keeps what it has; the command lines of its databases name it
 */
export function watchCloud(process: number, folder: string): () => CloudUsage {
  const processor = new Map<number, number>()
  let disk = 0
  let lookedAt = Number.NEGATIVE_INFINITY
  const lookAtDisk = () => {
    if (performance.now() - lookedAt < diskInterval) return
    lookedAt = performance.now()
    // Files come and go while it counts, of which it complains.
    execFile('du', ['-sk', folder], (_error, stdout) => {
      disk = (Number.parseInt(stdout, 10) || 0) * 1024
    })
  }
  return () => {
    const databases = childrenOf(process).filter((pid) =>
      read(`/proc/${pid}/cmdline`).includes(folder),
    )
    if (databases.length > 0) lookAtDisk()
    let memory = 0
    for (const pid of databases) {
      const used = usageOf(pid)
      processor.set(pid, Math.max(used.processor, processor.get(pid) ?? 0))
      memory += used.memory
    }
    return {
      processor: [...processor.values()].reduce((sum, seconds) => sum + seconds, 0),
      memory,
      sharedMemory: () => databases.reduce((sum, pid) => sum + sharedMemoryOf(pid), 0),
      disk,
    }
  }
}
