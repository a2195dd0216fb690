import { presignedUrls, type PresignedUrls } from './auth/presigned-urls.ts'
import { Clock } from './clock/clock.ts'
import { Scheduler } from './clock/scheduler.ts'
import { servicesWithTimers, type TimerOwner } from './clock/timer-rows.ts'
import type { TimerCall } from './clock/timers.ts'
import { eventBus } from './events/bus.ts'
import { EventHistory } from './events/history.ts'
import { serviceUses } from './events/service-use.ts'
import type { Faults } from './faults.ts'
import { idSource, type IdSource } from './ids.ts'
import { InstanceEndpoints } from './imds/endpoints.ts'
import type { InstanceActions, ManagedPasswords, ObjectOperations, Ports } from './ports.ts'
import { catalogue } from './services/catalogue.ts'
import { instanceMetrics } from './services/ec2/metrics/source.ts'
import { networks } from './services/ec2/networks.ts'
import { places } from './services/ec2/facts/places.ts'
import { accessKeyUses } from './services/iam/access-key-uses.ts'
import { seedIdentities, studentKey } from './services/iam/first-state.ts'
import { identities } from './services/iam/identities.ts'
import { identityProviders } from './services/iam/identity-providers.ts'
import { mfaDevices } from './services/iam/mfa-codes.ts'
import { principals } from './services/iam/principals.ts'
import { roles } from './services/iam/roles.ts'
import { sessions } from './services/iam/sessions.ts'
import { MetricSampler } from './services/cloudwatch/sampling/sampler.ts'
import { keyManagement } from './services/kms/key-management.ts'
import { DatabaseHosts } from './services/rds/hosting/databases.ts'
import { databaseMetrics } from './services/rds/metrics/source.ts'
import { recycleBin } from './services/rbin/recycle-bin-port.ts'
import { bucketTags } from './services/s3/bucket-tags.ts'
import { accessPoints } from './services/s3control/access-points.ts'
import { bucketMetrics } from './services/s3/metrics/source.ts'
import { accountPublicAccess } from './services/s3control/account-public-access.ts'
import { serviceLoader, type Services } from './services/loader.ts'
import { managedSecrets } from './services/secrets-manager/managed-secrets.ts'
import { quotas } from './services/service-quotas/quotas-port.ts'
import { parameters } from './services/ssm/parameters-port.ts'
import type { Database } from './store/database.ts'
import { readMeta, writeMeta } from './store/meta.ts'
import type { Store } from './store/store.ts'

/** What an emulator is made of; the pipeline leads requests through it. */
export interface Runtime {
  /** 12 digits: whose unknown keys and anonymous calls are. */
  readonly account: string
  /** Where calls that name no region are. */
  readonly region: string
  readonly strict: boolean
  /** The access key of AWS's documentation, whose secret everybody knows. */
  readonly publicKeyId: string
  readonly store: Store
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly history: EventHistory
  readonly ids: IdSource
  readonly ports: Ports
  readonly services: Services
  readonly presigned: PresignedUrls
  /** A call that nobody made: a timer's, or of what steers the emulator. `now` is the clock's by default. */
  readonly callFor: (owner: TimerOwner, now?: number) => TimerCall
  /** What runs behind database instances. */
  readonly databases: DatabaseHosts
  /** What services measure of their own. */
  readonly metrics: MetricSampler
  /** The metadata services of instances. */
  readonly endpoints: InstanceEndpoints
  /** What tests have asked to go wrong. */
  readonly faults?: Faults
  /** Everything empty again but for what there is from the start. */
  reset(): void
}

interface RuntimeOptions {
  readonly account?: string
  readonly strict?: boolean
  readonly seed?: string
  /** Where databases listen; 127.0.0.1 by default. */
  readonly host?: string
  /** The state outlives the process. */
  readonly isKept?: boolean
}

const defaultAccount = '123456789012'
const defaultRegion = 'us-east-1'

/**
 * Wires the parts together; here, and only here, one service's port meets another's implementation.
 *
 * @throws RangeError for an account that is none, Error for a state of newer code
 */
export async function makeRuntime(options: RuntimeOptions, store: Store): Promise<Runtime> {
  const { account = defaultAccount, strict = false, seed } = options
  if (!/^\d{12}$/.test(account)) throw new RangeError(`an account has 12 digits, not "${account}"`)
  for (const { name } of catalogue) {
    store.migrate(name, new URL(`./services/${name}/migrations/`, import.meta.url))
  }
  store.migrate('imds', new URL('./imds/migrations/', import.meta.url))
  const clock = new Clock(store)
  const services = serviceLoader()
  const history = new EventHistory(store)
  const ports: Ports = {
    identities,
    roles,
    sessions,
    kms: keyManagement,
    mfa: mfaDevices,
    principals,
    accessPoints,
    accountPublicAccess,
    bucketTags,
    identityProviders,
    accessKeyUses,
    bus: eventBus,
    networks,
    secrets: managedSecrets(({ account: owner, region }) =>
      scheduler.forService('secrets-manager', owner, region),
    ),
    get managedPasswords(): ManagedPasswords | undefined {
      const passwords = services.operationsOf('rds')?.offers?.managedPasswords
      return (
        passwords && {
          rotate: (call, arn) =>
            passwords.rotate(callFor({ ...call, service: 'rds' }, call.now), arn),
        }
      )
    },
    callHistory: {
      serviceUses(db, owner, since) {
        history.flush()
        return serviceUses(db, owner, since)
      },
    },
    get instanceActions(): InstanceActions | undefined {
      const actions = services.operationsOf('ec2')?.offers?.instanceActions
      // What comes of them is EC2's own affair: its timers, not the caller's.
      const own = (call: TimerCall) => callFor({ ...call, service: 'ec2' }, call.now)
      return (
        actions && {
          list: (scope) => actions.list(scope),
          interrupt: (id, how, call) => actions.interrupt(id, how, own(call)),
          change: (what, ids, call) => actions.change(what, ids, own(call)),
        }
      )
    },
    get objectOperations(): ObjectOperations | undefined {
      const found = services.operationsOf('s3')?.offers?.objectOperations
      // What comes of them are S3's own timers.
      const own = (call: TimerCall) => callFor({ ...call, service: 's3' }, call.now)
      return (
        found && {
          run: (name, input, role, call) => found.run(name, input, role, own(call)),
          read: (object, role, call) => found.read(object, role, own(call)),
          write: (object, bytes, role, call) => found.write(object, bytes, role, own(call)),
        }
      )
    },
    instanceStates: { changed: (db, changed) => endpoints.changed(db, changed) },
    places,
    parameters,
    quotas,
    recycleBin,
    get databases() {
      return databases
    },
    get serviceMetrics() {
      return metrics
    },
  }
  const ids = seededIds(seed, store)
  const callFor = (
    { service, account: owner, region }: TimerOwner,
    now = clock.now(),
  ): TimerCall => ({
    service,
    account: owner,
    region,
    now,
    db: store.db,
    timers: scheduler.forService(service, owner, region),
    ids,
    ports,
    objects: store.objects,
  })
  const scheduler: Scheduler = new Scheduler({
    store,
    clock,
    handlerFor: (service, kind) => services.operationsOf(service)?.timers[kind],
    callFor,
    around: (duration, advance) => metrics.around(duration, advance),
  })
  const endpoints = new InstanceEndpoints({
    store,
    clock,
    ids,
    ports,
    instances: async () =>
      (await import('./services/ec2/metadata/instance-source.ts')).instanceSource,
    settle: () => scheduler.fireDue(),
  })
  const presigned = presignedUrls(() => clock.wallNow())
  const databases = new DatabaseHosts({
    store,
    strict,
    host: options.host ?? '127.0.0.1',
    isKept: options.isKept ?? false,
    now: () => clock.now(),
    callFor: (place) => callFor({ service: 'rds', ...place }),
    authentication: (token) => ({
      findCredential: (id) => identities.findCredential(store.db, id),
      wallNow: clock.wallNow(),
      virtualNow: clock.now(),
      advancedSince: (signedAt) => clock.advancedSince(presigned.signedBefore(token, signedAt)),
      strict,
      defaultAccount: account,
    }),
  })
  clock.beforeMove((wallAt) => databases.clockMoves(wallAt))
  const metrics = new MetricSampler({
    db: store.db,
    now: () => clock.now(),
    sources: [databaseMetrics(databases), instanceMetrics, bucketMetrics],
    callFor: (place) => callFor({ service: 'cloudwatch', ...place }),
    loadAlarms: () => services.loadOperations('cloudwatch'),
  })
  store.afterReplace(() => metrics.forget())
  const firstState = () => seedIdentities(store.db, { account, now: clock.now(), ids })
  store.db.transaction(firstState)
  // Timers fire without a request: what they call has to be there before.
  const loadTimersOf = async (db: Database) => {
    for (const name of servicesWithTimers(db)) await services.loadOperations(name)
  }
  await loadTimersOf(store.db)
  store.beforeRestore(loadTimersOf)
  return {
    account,
    region: defaultRegion,
    strict,
    publicKeyId: studentKey.accessKeyId,
    store,
    clock,
    scheduler,
    history,
    ids,
    ports,
    services,
    callFor,
    presigned,
    databases,
    metrics,
    endpoints,
    reset: () => store.reset(firstState),
  }
}

/**
 * With a seed, every start on a state, and every state that replaces it, has a sequence of its own: an id is never given out twice, and
 * an emptied cloud gives the same ids as a new one.
 */
function seededIds(seed: string | undefined, store: Store): IdSource {
  if (seed === undefined) return idSource()
  const nextSeed = () => {
    const starts = Number(readMeta(store.db, 'seeded-starts') ?? 0)
    writeMeta(store.db, 'seeded-starts', String(starts + 1))
    return `${seed}/${starts}`
  }
  const ids = idSource(nextSeed())
  store.afterReplace(() => ids.restart(nextSeed()))
  return ids
}
