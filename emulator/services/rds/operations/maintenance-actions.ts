import type {
  ApplyPendingMaintenanceActionMessage,
  ApplyPendingMaintenanceActionResult,
  DescribePendingMaintenanceActionsMessage,
  PendingMaintenanceAction,
  PendingMaintenanceActionsMessage,
  ResourcePendingMaintenanceActions,
} from '@aws-sdk/client-rds'
import { operation, type Call } from '../../../operation.ts'
import { arnOf, nameIn, parseArn, type ResourceType } from '../arns.ts'
import { engineVersions } from '../engine-versions.ts'
import { invalidParameterValue } from '../errors.ts'
import { filtered, type FilterDefinition } from '../filters.ts'
import { page } from '../pages.ts'
import { on } from '../permissions.ts'
import { resourceNotFound } from '../recorded/errors.ts'
import { requireResource } from '../resources.ts'
import { listClusters } from '../rows/clusters.ts'
import { documentsOf } from '../rows/documents.ts'
import { listInstances } from '../rows/instances.ts'

/** What was decided about an action, with its moment in ms since the epoch. */
interface OptIn {
  readonly type: 'immediate' | 'next-maintenance'
  readonly at: number
}

const optIns = documentsOf<OptIn>('maintenance')

/** Databases whose version RDS has deprecated are to be upgraded. */
function pendingOf(call: Call, arn: string, engine: string, version: string) {
  const known = engineVersions().find(
    (one) => one.engine.engine === engine && one.version === version,
  )
  if (known?.status !== 'deprecated') return []
  const optIn = optIns.find(call.db, call, `db-upgrade/${arn}`)
  const action: PendingMaintenanceAction = {
    Action: 'db-upgrade',
    Description: `Upgrade to ${known.engine.description} ${known.major.default}`,
    ...(optIn && { OptInStatus: optIn.type, CurrentApplyDate: new Date(optIn.at) }),
  }
  return [{ ResourceIdentifier: arn, PendingMaintenanceActionDetails: [action] }]
}

const allPending = (call: Call): ResourcePendingMaintenanceActions[] => [
  ...listInstances(call.db, call)
    .filter(({ clusterId }) => clusterId === null)
    .flatMap(({ id, engine, engineVersion }) =>
      pendingOf(call, arnOf('db', call, id), engine, engineVersion),
    ),
  ...listClusters(call.db, call).flatMap(({ id, engine, engineVersion }) =>
    pendingOf(call, arnOf('cluster', call, id), engine, engineVersion),
  ),
]

export const DescribePendingMaintenanceActions = operation<
  DescribePendingMaintenanceActionsMessage,
  PendingMaintenanceActionsMessage
>({
  authorize: ({ ResourceIdentifier }, call) => [onNamed(call, ResourceIdentifier)],
  run({ ResourceIdentifier, Filters, ...request }, call) {
    const arn = ResourceIdentifier && requireResource(call, ResourceIdentifier).arn
    const all = allPending(call).filter((one) => !arn || one.ResourceIdentifier === arn)
    const { records, Marker } = page(
      request,
      filtered(all, Filters, filters),
      (one) => one.ResourceIdentifier!,
    )
    return { PendingMaintenanceActions: [...records], ...(Marker && { Marker }) }
  },
})

const onNamed = (call: Call, arn: string | undefined) => {
  const parsed = arn === undefined ? undefined : parseArn(arn)
  return parsed
    ? on(call, parsed.type as ResourceType, parsed.name, { arn: arn! })
    : on(call, 'db', '*')
}

const nameOf = (type: string) => (one: ResourcePendingMaintenanceActions) => {
  const parsed = parseArn(one.ResourceIdentifier!)
  return parsed?.type === type ? parsed.name : undefined
}

const filters: Readonly<Record<string, FilterDefinition<ResourcePendingMaintenanceActions>>> = {
  'db-instance-id': {
    values: 'DB Instance Identifiers',
    of: nameOf('db'),
    read: (value) => nameIn('db', value),
  },
  'db-cluster-id': {
    values: 'DB Cluster Identifiers',
    of: nameOf('cluster'),
    read: (value) => nameIn('cluster', value),
  },
}

/** The engine stays as it is until it is modified: the upgrade is only recorded. */
export const ApplyPendingMaintenanceAction = operation<
  ApplyPendingMaintenanceActionMessage,
  ApplyPendingMaintenanceActionResult
>({
  coverage: 'recorded',
  authorize: ({ ResourceIdentifier }, call) => [onNamed(call, ResourceIdentifier)],
  run({ ResourceIdentifier, ApplyAction, OptInType }, call) {
    const { arn } = requireResource(call, ResourceIdentifier!)
    const key = `${ApplyAction}/${arn}`
    const isPending = allPending(call).some(
      (one) =>
        one.ResourceIdentifier === arn &&
        one.PendingMaintenanceActionDetails!.some(({ Action }) => Action === ApplyAction),
    )
    if (!isPending) throw resourceNotFound(ResourceIdentifier!)
    if (OptInType === 'undo-opt-in') optIns.delete(call.db, call, key)
    else if (OptInType === 'immediate' || OptInType === 'next-maintenance') {
      optIns.put(call.db, call, key, { type: OptInType, at: call.now })
    } else throw invalidParameterValue(`Invalid opt-in type: ${OptInType}`)
    return {
      ResourcePendingMaintenanceActions: allPending(call).find(
        (one) => one.ResourceIdentifier === arn,
      ),
    }
  },
})
