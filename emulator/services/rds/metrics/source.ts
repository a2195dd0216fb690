import { setTimeout as delay } from 'node:timers/promises'
import type { Vitals } from '../../../engines/engine.ts'
import type { Measurement, MetricPlace, MetricSource } from '../../../ports.ts'
import type { Database } from '../../../store/database.ts'
import type { DatabaseHosts } from '../hosting/databases.ts'
import { allInstances, listInstances, type Instance } from '../rows/instances.ts'

/** As long as a server has to answer, in ms: one that is being stopped may take longer. */
const patience = 2000

/** In these the server is there; in others it may be on its way. */
const measured = new Set([
  'available',
  'backing-up',
  'modifying',
  'storage-optimization',
  'configuring-iam-database-auth',
])

/** What RDS's instances measure: the real servers are asked. */
export const databaseMetrics = (hosts: DatabaseHosts): MetricSource => ({
  namespace: 'AWS/RDS',
  every: 'minute',
  places(db) {
    const places = new Map<string, MetricPlace>()
    for (const { account, region, status } of allInstances(db)) {
      if (measured.has(status)) places.set(`${account} ${region}`, { account, region })
    }
    return [...places.values()]
  },
  async measure(db, place) {
    const instances = listInstances(db, place).filter(({ status }) => measured.has(status))
    if (instances.length === 0) return []
    const each = instances.map((instance) => measureOne(hosts, db, instance))
    return (await Promise.all(each)).flat()
  },
})

/** A server that does not answer just now has nothing to tell. */
async function measureOne(
  hosts: DatabaseHosts,
  db: Database,
  instance: Instance,
): Promise<Measurement[]> {
  const vitals = await vitalsOf(hosts, instance).catch(() => undefined)
  if (!vitals) return []
  // Loaded where there is something to host, as it is now: starting must not pay for it.
  const [{ sourceOf }, { instanceMetrics }] = await Promise.all([
    import('../hosting/hosting.ts'),
    import('./instance-metrics.ts'),
  ])
  return instanceMetrics(instance, vitals, sourceOf(db, instance) !== undefined)
}

async function vitalsOf(
  hosts: DatabaseHosts,
  { resourceId }: Instance,
): Promise<Vitals | undefined> {
  const hosting = await hosts.hosting()
  const asked = hosting.engine(resourceId).vitals()
  const ended = new AbortController()
  const tooLate = delay(patience, undefined, { ref: false, signal: ended.signal })
  try {
    return await Promise.race([asked, tooLate.catch(() => undefined)])
  } finally {
    ended.abort()
    asked.catch(() => undefined)
  }
}
