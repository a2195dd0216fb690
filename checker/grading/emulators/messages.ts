import type { Report } from '../../report.ts'

/** What the grader asks of a process with emulators. `id` names one emulator. */
export type Request =
  | {
      readonly do: 'open'
      readonly id: number
      readonly seed: string
      /** A folder for what it keeps on disk, empty. */
      readonly folder: string
      /** A folder for the sockets of its databases; without it they have ports of this machine. */
      readonly databases: string | undefined
      readonly clock: boolean
      readonly metadata: boolean
    }
  | { readonly do: 'grade'; readonly id: number; readonly lab: string; readonly seed: string }
  | { readonly do: 'close'; readonly id: number }

export type Answer =
  | { readonly id: number; readonly port: number }
  | { readonly id: number; readonly report: Report }
  | { readonly id: number; readonly closed: true }
  | { readonly id: number; readonly failure: string }
