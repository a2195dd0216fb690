import type { KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Limits } from '../checker/grading/limits.ts'
import { defaultLimits } from '../checker/grading/limits.ts'
import { formats } from '../checker/grading/reports/index.ts'
import { readPrivateKey, readPublicKey } from '../checker/grading/signature.ts'
import type { GlobalOptions } from './context.ts'
import { usageError } from './failure.ts'

export interface GradeOptions extends GlobalOptions {
  readonly lab?: string
  readonly jobs?: string
  readonly seed?: string
  readonly out?: string
  readonly report?: readonly string[]
  readonly gradebook?: string
  readonly sign?: string
  readonly terraformPlugins?: string
  readonly unsafeNoSandbox?: boolean
  readonly timeLimit?: string
  readonly processorLimit?: string
  readonly idleLimit?: string
  readonly memoryLimit?: string
  readonly diskLimit?: string
  readonly outputLimit?: string
}

/** A report to write besides the grader's own. */
export interface ReportRequest {
  readonly format: string
  /** With `{name}` for a submission's, where there is a file for each. */
  readonly file: string
  readonly gradebook: string | undefined
}

const kibibyte = 1024
const mebibyte = 1024 * kibibyte

/** Seconds, MiB (memory, disk) and KiB (output), as `--help` says. */
export function limitsOf(options: GradeOptions): Limits {
  const given = (text: string | undefined, name: string, unit: number, otherwise: number) =>
    text === undefined ? otherwise : wholeNumber(text, name) * unit
  const { timeLimit, processorLimit, idleLimit, memoryLimit, diskLimit, outputLimit } = options
  const processor = given(processorLimit, '--processor-limit', 1, defaultLimits.processor)
  return {
    ...defaultLimits,
    time: given(timeLimit, '--time-limit', 1, defaultLimits.time),
    processor,
    // Who gives more of the processor's time gives it for computing, too.
    busy: Math.max(defaultLimits.busy, processor / 4),
    idle: given(idleLimit, '--idle-limit', 1, defaultLimits.idle),
    memory: given(memoryLimit, '--memory-limit', mebibyte, defaultLimits.memory),
    disk: given(diskLimit, '--disk-limit', mebibyte, defaultLimits.disk),
    output: given(outputLimit, '--output-limit', kibibyte, defaultLimits.output),
  }
}

export function wholeNumber(text: string, name: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw usageError(`${name} must be a whole number from 1, not "${text}".`)
}

/** `--report FORMAT=FILE`, as often as wanted. */
export function readRequests(
  { report = [], gradebook }: GradeOptions,
  submissions: number,
): readonly ReportRequest[] {
  const exported = gradebook === undefined ? undefined : read(gradebook)
  return report.map((text) => {
    const [, name = '', file = ''] = /^([a-z0-9]+)=(.+)$/.exec(text) ?? []
    const format = Object.hasOwn(formats, name) ? formats[name] : undefined
    if (format === undefined) {
      throw usageError(
        `--report takes FORMAT=FILE, not "${text}".`,
        `Formats: ${Object.keys(formats).join(', ')}`,
      )
    }
    if (name === 'moodle' && exported === undefined) {
      throw usageError(
        'Moodle wants the worksheet filled in that it exported.',
        'Give it with --gradebook FILE.',
      )
    }
    if (format.per === 'submission' && submissions > 1 && !file.includes('{name}')) {
      throw usageError(
        `A ${name} report is of one submission, and there are ${submissions}.`,
        `Say where each goes: --report ${name}=results/{name}.json`,
      )
    }
    return { format: name, file, gradebook: exported }
  })
}

export function readKey(file: string, kind: 'private' | 'public'): KeyObject {
  const pem = read(file)
  try {
    return kind === 'private' ? readPrivateKey(pem) : readPublicKey(pem)
  } catch (error) {
    throw usageError(
      `${file} is no ${kind} Ed25519 key: ${(error as Error).message}.`,
      'Make one: openssl genpkey -algorithm ed25519 -out key.pem; openssl pkey -in key.pem -pubout -out pub.pem',
    )
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw usageError(`${file} can't be read: ${(error as Error).message}`)
  }
}
