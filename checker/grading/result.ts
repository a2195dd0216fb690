import type { TaskReport } from '../report.ts'
import type { Entry } from './submission/entry.ts'

/**
 * What came of a submission. `ungradable`: there is nothing to replay in it (an archive that can't be read, no program), which is for its
 * author to put right. `infrastructure-error`: the grader failed, which says nothing of the submission and is never a zero.
 */
export type Outcome = 'passed' | 'failed' | 'ungradable' | 'infrastructure-error'

export const outcomes: readonly Outcome[] = [
  'passed',
  'failed',
  'ungradable',
  'infrastructure-error',
]

/** Which limit a submission ran into. */
export type Limit =
  | 'time'
  | 'processor'
  | 'idle'
  | 'memory'
  | 'processes'
  | 'output'
  | 'upload'
  | 'storage'

/** How a submission's program ended. */
export interface Run {
  /** null where a signal ended it. */
  readonly exitCode: number | null
  readonly signal: string | null
  /** The limit for which it was stopped, and the words for its author. */
  readonly stopped?: { readonly limit: Limit; readonly message: string }
  /** What it wrote, standard output and error as they came: the beginning, and the end where there was more. */
  readonly output: string
  /** How much it wrote, in bytes. */
  readonly outputBytes: number
}

/** Everything of a graded submission that does not depend on when it was graded stands outside `times`. */
export interface SubmissionResult {
  readonly version: 1
  readonly lab: { readonly id: string; readonly title: string; readonly version: string }
  readonly submission: {
    /** What the instructor's file or folder is called, without its ending. */
    readonly name: string
    /** Who handed it in, as far as its name says. */
    readonly student: string
    /** Of its files' names and contents: `sha256:…`; null where they could not be read. */
    readonly hash: string | null
    readonly files: number
    readonly entry: Entry | null
  }
  readonly seed: string
  readonly state: Outcome
  /** null for what was not graded. */
  readonly score: number | null
  readonly maxScore: number
  /** Why it was not graded. */
  readonly message?: string
  /** What its author should know besides: how the program ended, where that was no good end. */
  readonly notes: readonly string[]
  readonly run: Run | null
  readonly tasks: readonly TaskReport[]
  readonly versions: Readonly<Record<string, string>>
  readonly times: Times
  readonly signature?: Signature
}

/** Wall time, ISO 8601, and seconds. */
export interface Times {
  readonly startedAt: string
  readonly finishedAt: string
  /** How long the program ran. */
  readonly runSeconds: number
  /** The processor's time it used. */
  readonly processorSeconds: number
  /** How long the whole of it took. */
  readonly seconds: number
}

export interface Signature {
  readonly algorithm: 'Ed25519'
  /** The first 16 hexadecimal digits of the SHA-256 of the public key (SPKI, DER). */
  readonly key: string
  /** Base64. */
  readonly value: string
}

/** A graded class. */
export interface ClassReport {
  readonly version: 1
  readonly lab: SubmissionResult['lab']
  /** False while it is being graded, and where grading was broken off. */
  readonly complete: boolean
  readonly summary: Readonly<Record<Outcome, number>> & {
    readonly submissions: number
    /** Of those that were graded; null where none was. */
    readonly meanScore: number | null
    readonly maxScore: number
  }
  readonly versions: Readonly<Record<string, string>>
  readonly results: readonly SubmissionResult[]
  readonly times: Pick<Times, 'startedAt' | 'finishedAt' | 'seconds'>
  readonly signature?: Signature
}

/** What can't be graded, in words for whoever handed it in. */
export class Ungradable extends Error {}

/** What the grader itself failed at. */
export class InfrastructureError extends Error {}
