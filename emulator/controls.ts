import type { Readable } from 'node:stream'
import { isAuditing, setAuditing } from './authorize/audit.ts'
import { explainDenial } from './authorize/explain.ts'
import { ownAction } from './authorize/index.ts'
import { suggestPolicy } from './authorize/suggest.ts'
import { sentEvents } from './events/bus.ts'
import { type CallerName, grantedPermissions } from './events/granted-permissions.ts'
import type { Controls, SpotInterruption, SettingPlace } from './http/control-api.ts'
import type { Runtime } from './runtime.ts'
import { catalogue } from './services/catalogue.ts'
import { addShortage, removeShortage } from './services/ec2/rows/capacity-shortages.ts'
import { version } from './version.ts'

/** What the control API can do to a running emulator. */
export function controlsOf(
  runtime: Runtime,
  { dataDir, stop }: { readonly dataDir: string | undefined; readonly stop: () => void },
): Controls {
  const { clock, history, scheduler, store } = runtime
  const startedAt = performance.now()
  return {
    stop,
    health: () => ({
      status: 'ok',
      version,
      services: Object.fromEntries(catalogue.map(({ name }) => [name, 'available'])),
      account: runtime.account,
      region: runtime.region,
      audit: isAuditing(store.db),
      pid: process.pid,
      dataDir: dataDir ?? null,
      uptimeSeconds: Math.round((performance.now() - startedAt) / 1000),
    }),
    clock() {
      const { count, next } = scheduler.waiting()
      return {
        now: iso(clock.now()),
        nowMs: clock.now(),
        offsetMs: clock.offset,
        timers: count,
        nextTimer: next === undefined ? null : iso(next),
      }
    },
    async advance(milliseconds) {
      const from = clock.now()
      const { now, fired } = await scheduler.advance(milliseconds)
      return { from: iso(from), to: iso(now), fired }
    },
    events: (filter) => ({ events: history.query(filter), latest: history.latest }),
    bus: (filter) => ({
      events: sentEvents(store.db, filter).map(({ time, ...event }) => ({
        ...event,
        time: iso(time),
      })),
    }),
    why(requestId) {
      if (requestId === undefined) {
        const event = history.latestDenial()
        return { denial: (event && explainDenial(event)) ?? null, event: event ?? null }
      }
      const [event] = history.query({ requestId })
      return event && { denial: explainDenial(event) ?? null, event }
    },
    isAuditing: () => isAuditing(store.db),
    setAuditing: (on) => setAuditing(store.db, on),
    suggest(principal) {
      history.flush()
      const caller = callerNamed(principal, runtime.account)
      for (const type of caller.types) {
        const granted = grantedPermissions(store.db, { ...caller, type }, ownAction)
        if (granted.length > 0) return { type, name: caller.name, policy: suggestPolicy(granted) }
      }
      return undefined
    },
    interruptSpot: (instanceId, how) => interruptSpot(runtime, instanceId, how),
    setQuota: ({ service, code, value, ...place }) =>
      runtime.ports.quotas!.set(scopeOf(runtime, place), service, code, value),
    setCapacity({ instanceType, zone, available, ...place }) {
      const scope = scopeOf(runtime, place)
      if (available) removeShortage(scope, { instance_type: instanceType, zone })
      else addShortage(scope, { instance_type: instanceType, zone })
    },
    instanceMetadata: (instanceId) => runtime.endpoints.open(instanceId),
    databaseAuthority: () => runtime.databases.authority(),
    async reach({ account, region, ...asked }) {
      const { reach } = await import('./services/ec2/reachability/reach.ts')
      scheduler.fireDue()
      return { ...reach(asked, scopeOf(runtime, placeOf({ account, region }))) }
    },
    reset: () => runtime.reset(),
    save: () => store.save(),
    restore: (archive) => store.restore(archive as Readable),
  }
}

const scopeOf = (
  { store, ...runtime }: Runtime,
  { account = runtime.account, region = runtime.region }: Partial<SettingPlace>,
) => ({ db: store.db, account, region })

/** Has EC2 take a spot instance back, of whatever account and region. */
async function interruptSpot(
  { services, scheduler, store, clock, ports, callFor }: Runtime,
  instanceId: string,
  { milliseconds, action }: SpotInterruption,
): ReturnType<Controls['interruptSpot']> {
  await services.loadOperations('ec2')
  const { instanceSource } = await import('./services/ec2/metadata/instance-source.ts')
  scheduler.fireDue()
  return store.db.transaction(() => {
    const place = instanceSource.locate(store.db, instanceId)
    if (!place) return 'no such instance'
    const at = clock.now() + milliseconds
    const call = callFor({ service: 'ec2', ...place })
    const how = { cause: 'no-capacity', action, at } as const
    const begun = ports.instanceActions!.interrupt(instanceId, how, call)
    if (begun !== 'begun') return begun
    return { instanceId, at: iso(at) }
  })
}

/** Without what is not named, so that the emulator's own stands for it. */
const placeOf = ({ account, region }: SettingPlace): Partial<SettingPlace> => ({
  ...(account === undefined ? {} : { account }),
  ...(region === undefined ? {} : { region }),
})

const iso = (milliseconds: number) => new Date(milliseconds).toISOString()

/** `alice`, `user/alice`, `role/worker`, or an ARN; without a type it may be either. */
function callerNamed(
  text: string,
  account: string,
): { account: string; name: string; types: readonly CallerName['type'][] } {
  const [, owner, type, name] =
    /^(?:arn:[^:]*:(?:iam|sts)::(\d{12}):)?(?:(user|role|assumed-role)\/)?(.+)$/s.exec(text) ?? []
  const parts = (name ?? text).split('/')
  return {
    account: owner ?? account,
    // A session's ARN ends with the session's name, the others with their own.
    name: type === 'assumed-role' ? parts[0]! : parts.at(-1)!,
    types: type === undefined ? ['user', 'role'] : [type === 'user' ? 'user' : 'role'],
  }
}
