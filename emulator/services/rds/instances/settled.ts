import { setTimeout as delay } from 'node:timers/promises'
import type { Call } from '../../../operation.ts'
import { isPassing } from '../hosting/passing.ts'
import type { Instance } from '../rows/instances.ts'

/** How long a look waits for what is under way, and how long an operation that would be refused. In ms. */
const patience = { look: 10_000, change: 60_000 }

/**
 * What takes minutes on AWS is done in a second here: as everywhere in this cloud, who looks again finds it done, and who goes on
 * without waiting is not refused for that. With `--strict` nothing is waited for.
 */
export async function untilSettled(
  { ports }: Pick<Call, 'ports'>,
  instances: readonly Instance[],
  kind: keyof typeof patience,
): Promise<void> {
  const { databases } = ports
  if (!databases || databases.strict) return
  const passing = instances.filter(({ status }) => isPassing(status))
  if (passing.length === 0) return
  const end = new AbortController()
  await Promise.race([
    Promise.all(passing.map(({ resourceId }) => databases.settled(resourceId))),
    delay(patience[kind], undefined, { signal: end.signal, ref: false }).catch(() => undefined),
  ])
  end.abort()
}
