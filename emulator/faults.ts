import { setTimeout as sleep } from 'node:timers/promises'
import { AwsError } from './errors.ts'

/** Which calls go wrong, and how. */
export interface FaultRule {
  /** `s3`, `ec2`: the service's calls only. */
  readonly service?: string
  /** AWS's name, such as `PutObject`: this operation only. */
  readonly operation?: string
  /** How many calls it strikes; every one by default. */
  readonly times?: number
  /** How long each call waits first, in ms of wall time. */
  readonly delay?: number
  /** What is answered instead; without it the call goes on after its delay. The status is 503 by default. */
  readonly error?: { readonly code: string; readonly message?: string; readonly status?: number }
}

/** A rule that is in force. */
export interface Fault {
  /** How many calls it has struck. */
  readonly struck: number
  /** Takes it away. */
  remove(): void
}

export interface Faults {
  add(rule: FaultRule): Fault
  /** Takes all of them away. */
  clear(): void
  /** Lets the first rule that speaks of a call strike it. @throws AwsError what the rule says */
  strike(service: string, operation: string): Promise<void> | undefined
}

/** Faults that a test asks for: SDKs retry throttling and 5xx answers, and one's own program has to bear the rest. */
export function makeFaults(): Faults {
  const inForce = new Set<{ readonly rule: FaultRule; struck: number }>()
  return {
    add(rule) {
      const entry = { rule, struck: 0 }
      inForce.add(entry)
      return {
        get struck() {
          return entry.struck
        },
        remove: () => void inForce.delete(entry),
      }
    },
    clear: () => inForce.clear(),
    strike(service, operation) {
      for (const entry of inForce) {
        const { rule, struck } = entry
        if (rule.service !== undefined && rule.service !== service) continue
        if (rule.operation !== undefined && rule.operation !== operation) continue
        if (struck >= (rule.times ?? Infinity)) continue
        entry.struck += 1
        return suffer(rule)
      }
      return undefined
    },
  }
}

async function suffer({ delay = 0, error }: FaultRule): Promise<void> {
  if (delay > 0) await sleep(delay)
  if (error === undefined) return
  const { code, message = 'Please reduce your request rate.', status = 503 } = error
  throw new AwsError(code, message, { status })
}
