import type { InstanceFacts } from '../../../imds/facts.ts'
import type { Scope } from '../describe/resources.ts'
import { requestsOfInstances } from '../rows/spot-requests.ts'

/** What the metadata service tells a spot instance of what awaits it. */
export function announced(
  instanceId: string,
  scope: Scope,
): Pick<InstanceFacts, 'interruption' | 'rebalanceRecommendedAt'> {
  const [row] = requestsOfInstances(scope, [instanceId])
  if (!row) return {}
  const { noticed_at, interruption_action: action, interruption_at: at, rebalance_at } = row
  return {
    ...(noticed_at !== null && action && at !== null ? { interruption: { action, at } } : {}),
    ...(rebalance_at === null ? {} : { rebalanceRecommendedAt: rebalance_at }),
  }
}
