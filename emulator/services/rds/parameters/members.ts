import type { Call } from '../../../operation.ts'
import { listClusters } from '../rows/clusters.ts'
import { listInstances, updateInstance, type Instance } from '../rows/instances.ts'
import type { ParameterGroup } from '../rows/parameter-groups.ts'

/**
 * Tells the members of a group that it has changed: what takes effect at once reaches their engines, and the rest makes
 * them `pending-reboot`.
 *
 * @param changed the names of all parameters that have changed
 * @param now those that take effect at once
 */
export function groupChanged(
  call: Call,
  group: ParameterGroup,
  changed: readonly string[],
  now: readonly string[],
): void {
  const waits = changed.some((name) => !now.includes(name))
  for (const instance of membersOf(call, group)) {
    const after =
      waits && !instance.private.parametersPending
        ? updateInstance(call.db, instance, {
            private: { ...instance.private, parametersPending: true },
          })
        : instance
    call.ports.databases?.changed(call.db, after)
  }
}

function membersOf({ db }: Call, group: ParameterGroup): Instance[] {
  const clusters = new Set(
    group.kind === 'cluster'
      ? listClusters(db, group)
          .filter(({ parameterGroup }) => parameterGroup === group.name)
          .map(({ id }) => id)
      : [],
  )
  return listInstances(db, group).filter(({ parameterGroup, clusterId }) =>
    group.kind === 'instance'
      ? parameterGroup === group.name
      : clusterId !== null && clusters.has(clusterId),
  )
}
