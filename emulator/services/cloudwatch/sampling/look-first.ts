import type { Call } from '../../../operation.ts'

/** For operations that tell of metrics: what services measure is measured before. */
export async function lookFirst(_input: unknown, call: Call): Promise<void> {
  await call.ports.serviceMetrics?.look(call)
}
