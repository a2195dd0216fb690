import { iamPrefix } from '../../authorize/iam-prefix.ts'
import type { ServiceUse } from '../../events/service-use.ts'
import type { Call } from '../../operation.ts'
import { isCallOf, type AccessEntity, type AccessSubject } from './access-subjects.ts'
import { grantedServices } from './granted-services.ts'
import type { LastAccess, ServiceAccess } from './rows/last-access-reports.ts'

/** How far back reports look: 400 days, in ms. */
const trackingPeriod = 400 * 24 * 3600 * 1000

/** Calls that IAM does not track one by one: what S3 does with objects is data, not management. */
const untracked: Readonly<Record<string, RegExp>> = { s3: /Object|Multipart|Part/ }

/** A use with the entity that it counts for. */
interface EntityUse extends ServiceUse {
  readonly entity: AccessEntity
}

/**
 * What a subject's policies let its entities use, and when they last did, by the event history: refused calls count, as on AWS.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html
 */
export function servicesLastAccessed(
  { ports, db, account, now }: Call,
  { policies, entities }: AccessSubject,
): ServiceAccess[] {
  const all = ports.callHistory?.serviceUses(db, account, now - trackingPeriod) ?? []
  const uses = all.flatMap((use): EntityUse[] => {
    const entity = entities.find((candidate) => isCallOf(candidate, use.callerArn))
    return entity ? [{ ...use, service: iamPrefix(use.service), entity }] : []
  })
  const services = grantedServices(policies.map(({ document }) => document))
  return services.map((namespace) => {
    const used = uses.filter(({ service }) => service === namespace)
    return {
      namespace,
      ...lastOf(used),
      actions: trackedActions(namespace, used),
      entities: entities.map((entity) => {
        const { last } = lastOf(used.filter((use) => use.entity.id === entity.id))
        return { id: entity.id, ...(last && { time: last.time }) }
      }),
    }
  })
}

function trackedActions(namespace: string, used: readonly EntityUse[]): ServiceAccess['actions'] {
  const names = [...new Set(used.map(({ operation }) => operation))].toSorted()
  return names
    .filter((name) => !untracked[namespace]?.test(name))
    .map((name) => ({ name, ...lastOf(used.filter(({ operation }) => operation === name)) }))
}

function lastOf(uses: readonly EntityUse[]): { last?: LastAccess } {
  const [first, ...rest] = uses
  if (!first) return {}
  const { time, entity, region } = rest.reduce((a, b) => (b.time > a.time ? b : a), first)
  return { last: { time, entity: entity.arn, region } }
}
