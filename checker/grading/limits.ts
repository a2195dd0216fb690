/** What one submission may use. */
export interface Limits {
  /** Seconds from its start to its end. */
  readonly time: number
  /** Seconds of the processor's time, all its processes together, and its databases. */
  readonly processor: number
  /** Seconds of the processor's time without a call to the cloud. */
  readonly busy: number
  /** Seconds in which it neither computes nor calls the cloud. */
  readonly idle: number
  /** Bytes of memory, all its processes together, and its databases. */
  readonly memory: number
  /** Bytes it may write to disk: into its home, and as much again into /tmp. */
  readonly disk: number
  /** Bytes that its emulator may keep on disk: objects, and databases. */
  readonly storage: number
  /** Bytes it may write to standard output and error. */
  readonly output: number
  /** Bytes it may send to the cloud. */
  readonly upload: number
  readonly processes: number
}

const mebibyte = 1024 * 1024

/**
 * Enough for what labs ask for. The AWS CLI's waiters sleep for 15 seconds between two looks, RDS's for 30: what is idle
 * for longer than that waits for nothing.
 */
export const defaultLimits: Limits = {
  time: 120,
  processor: 40,
  busy: 10,
  idle: 40,
  memory: 1024 * mebibyte,
  disk: 128 * mebibyte,
  // An empty database has 40 MiB, and its log as much.
  storage: 1024 * mebibyte,
  output: mebibyte,
  upload: 256 * mebibyte,
  processes: 100,
}
