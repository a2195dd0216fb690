import type { TimerCall } from '../../../clock/timers.ts'
import type { Wanted } from '../../../engines/engine.ts'
import type { EventId } from '../events/catalogue.ts'
import { recordEvent } from '../events/record-event.ts'
import {
  findInstanceByResource,
  updateInstance,
  type Instance,
  type InstanceChange,
} from '../rows/instances.ts'
import { addAutomatedSnapshot } from '../snapshots/automated.ts'
import { isMysql } from '../instances/engines.ts'
import { buildData } from './build.ts'
import { deleteDatabase } from './delete.ts'
import type { Context } from './context.ts'
import { endpointName, hostedZone } from './endpoint.ts'
import { insertBackup } from '../rows/base-backups.ts'
import { backUpNow, takeSnapshots } from './backups.ts'
import { switchOver } from './switch-over.ts'
import { wantedOf } from './wanted.ts'

/** Brings about what a status says; ends with another status, or leaves it where nothing is to be done. */
type Step = (context: Context, instance: Instance) => Promise<void>

/** What has to be done, by the status that an operation has given to an instance. */
export const steps: Readonly<Record<string, Step>> = {
  creating: create,
  'backing-up': backUp,
  available: keepRunning,
  'storage-optimization': keepRunning,
  modifying: applyChanges,
  renaming: applyChanges,
  upgrading: applyChanges,
  'resetting-master-credentials': applyChanges,
  'configuring-iam-database-auth': applyChanges,
  maintenance: applyChanges,
  rebooting: reboot,
  starting: start,
  stopping: stop,
  stopped: stayStopped,
  deleting: deleteDatabase,
}

export interface Change {
  readonly change?: (instance: Instance, call: TimerCall) => InstanceChange
  readonly events?: readonly EventId[]
  readonly fill?: Readonly<Record<string, string | number>>
}

/** Changes an instance's row as it is by now. @returns undefined where it is gone */
export function settle(
  context: Context,
  { account, region, resourceId }: Pick<Instance, 'account' | 'region' | 'resourceId'>,
  { change, events = [], fill = {} }: Change,
): Instance | undefined {
  return context.write({ account, region }, (call) => {
    const instance = findInstanceByResource(call.db, { account, region }, resourceId)
    if (!instance) return undefined
    const after = change ? updateInstance(call.db, instance, change(instance, call)) : instance
    for (const id of events) {
      recordEvent(call, { sourceType: 'db-instance', source: after.id, id, fill })
    }
    return after
  })
}

/** Only where no operation has given it another status meanwhile. */
export const from =
  (status: string, next: string, rest: (instance: Instance) => InstanceChange = () => ({})) =>
  (instance: Instance): InstanceChange => ({
    ...rest(instance),
    ...(instance.status === status && { status: next }),
  })

async function create(context: Context, instance: Instance): Promise<void> {
  await openEndpoint(context, instance)
  await buildData(context, instance)
  const wanted = wantedNow(context, instance)
  await givePassword(context, instance)
  if (wantsStandby(instance)) await context.engine(instance.resourceId).keepStandby(wanted)
  await noteProgram(context, instance)
  const hasBackups = (instance.configuration.BackupRetentionPeriod ?? 0) > 0 && !instance.clusterId
  // What a restore of the cluster to a moment begins with.
  if (instance.clusterId !== null && instance.private.origin?.kind !== 'replica') {
    const backup = await backUpNow(context, instance)
    context.write(instance, (call) => insertBackup(call.db, backup))
  }
  settle(context, instance, {
    change: (now) => ({
      ...from('creating', hasBackups && !now.source ? 'backing-up' : 'available')(now),
      private: without(now.private, 'origin', 'newPassword'),
    }),
    events:
      instance.private.origin?.kind === 'replica'
        ? ['RDS-EVENT-0005', 'RDS-EVENT-0046']
        : ['RDS-EVENT-0005'],
  })
  context.write(instance, (call) => {
    const now = findInstanceByResource(call.db, call, instance.resourceId)
    // What is deleted already gets no backup any more.
    if (now?.status === 'backing-up') addAutomatedSnapshot(call, now)
  })
}

/** What really runs, where it is not what was asked for. */
async function noteProgram(context: Context, instance: Instance): Promise<void> {
  const program = await context.engine(instance.resourceId).program()
  if (program === undefined || !isMysql(instance.engine)) return
  const asked = `${instance.engine} ${instance.engineVersion}`
  if (program.toLowerCase() === asked) return
  settle(context, instance, { events: ['POCKETCLOUD-EVENT-0002'], fill: { program, asked } })
}

async function backUp(context: Context, instance: Instance): Promise<void> {
  await ensureRunning(context, instance)
  await takeSnapshots(context, instance)
  settle(context, instance, { change: from('backing-up', 'available') })
}

async function keepRunning(context: Context, instance: Instance): Promise<void> {
  await ensureRunning(context, instance)
  await givePassword(context, instance)
  await matchStandby(context, instance)
}

async function applyChanges(context: Context, instance: Instance): Promise<void> {
  const { task } = instance.private
  if (task?.kind === 'switch-over') return switchOver(context, instance, task.deployment)
  if (task?.kind === 'promote') {
    const { follows: _, ...alone } = wantedNow(context, instance)
    await ensureRunning(context, { ...instance, source: null })
    const engine = context.engine(instance.resourceId)
    await engine.promote(alone)
  }
  await keepRunning(context, instance)
  settle(context, instance, {
    change: (now) => ({
      ...from(instance.status, 'available')(now),
      private: without(now.private, 'task'),
    }),
  })
}

async function reboot(context: Context, instance: Instance): Promise<void> {
  const { task } = instance.private
  const engine = context.engine(instance.resourceId)
  const { front } = await context.front(instance)
  if (task?.kind === 'reboot' && task.failover) {
    settle(context, instance, { events: ['RDS-EVENT-0013'] })
    await ensureRunning(context, instance)
    await matchStandby(context, instance)
    front.endSessions()
    await engine.failover(wantedNow(context, instance))
    const after = settle(context, instance, {
      change: (now) => ({
        ...from('rebooting', 'available')(now),
        private: { ...without(now.private, 'task'), slot: engine.slot },
        configuration: swapZones(now),
      }),
      events: ['RDS-EVENT-0049', 'RDS-EVENT-0006'],
    })
    if (after) await context.followersOf(after)
    return
  }
  front.endSessions()
  settle(context, instance, { events: ['RDS-EVENT-0004'] })
  await engine.stop()
  await ensureRunning(context, instance)
  settle(context, instance, {
    change: (now) => ({
      ...from('rebooting', 'available')(now),
      private: without(now.private, 'task'),
    }),
    events: ['RDS-EVENT-0006'],
  })
}

const swapZones = ({ configuration }: Instance): Instance['configuration'] => {
  const { AvailabilityZone, SecondaryAvailabilityZone } = configuration
  if (AvailabilityZone === undefined || SecondaryAvailabilityZone === undefined)
    return configuration
  return {
    ...configuration,
    AvailabilityZone: SecondaryAvailabilityZone,
    SecondaryAvailabilityZone: AvailabilityZone,
  }
}

async function start(context: Context, instance: Instance): Promise<void> {
  await keepRunning(context, instance)
  settle(context, instance, { change: from('starting', 'available'), events: ['RDS-EVENT-0088'] })
}

async function stop(context: Context, instance: Instance): Promise<void> {
  const { task } = instance.private
  if (task?.kind === 'stop' && task.snapshot !== undefined) {
    await ensureRunning(context, instance)
    await takeSnapshots(context, instance)
  }
  await stayStopped(context, instance)
  settle(context, instance, {
    change: (now) => ({
      ...from('stopping', 'stopped')(now),
      private: without(now.private, 'task'),
    }),
    events: ['RDS-EVENT-0087'],
  })
}

async function stayStopped(context: Context, instance: Instance): Promise<void> {
  await context.closeFront(instance.resourceId)
  const engine = context.engine(instance.resourceId)
  if (engine.isRunning && (instance.configuration.BackupRetentionPeriod ?? 0) > 0) {
    await engine.flushLog().catch(() => undefined)
  }
  await engine.stop()
}

/** The engine runs, configured as the row says, and the endpoint answers. */
export async function ensureRunning(context: Context, instance: Instance): Promise<void> {
  await openEndpoint(context, instance)
  const engine = context.engine(instance.resourceId)
  if (instance.private.slot && !engine.isRunning) engine.slot = instance.private.slot
  await engine.start(wantedNow(context, instance))
}

async function matchStandby(context: Context, instance: Instance): Promise<void> {
  const engine = context.engine(instance.resourceId)
  if (wantsStandby(instance)) await engine.keepStandby(wantedNow(context, instance))
  else if (engine.hasStandby) await engine.dropStandby()
}

const wantsStandby = ({ configuration, clusterId }: Instance): boolean =>
  clusterId === null && configuration.MultiAZ === true

/** A password that an operation has set reaches the engine. */
async function givePassword(context: Context, instance: Instance): Promise<void> {
  const { newPassword, origin } = instance.private
  if (newPassword === undefined || instance.source !== null) return
  if (origin?.kind !== 'new') {
    const name = instance.configuration.MasterUsername ?? 'postgres'
    await context.engine(instance.resourceId).setPassword({ name, password: newPassword })
  }
  settle(context, instance, {
    change: (now) => ({
      private:
        now.private.newPassword === newPassword ? without(now.private, 'newPassword') : now.private,
    }),
  })
}

async function openEndpoint(context: Context, instance: Instance): Promise<void> {
  const { port } = await context.front(instance)
  const address = context.names ? endpointName(instance, instance.id) : '127.0.0.1'
  const { Endpoint } = instance.configuration
  if (instance.private.port === port && Endpoint?.Address === address && Endpoint.Port === port) {
    return
  }
  settle(context, instance, {
    change: (now) => ({
      private: { ...now.private, port },
      configuration: {
        ...now.configuration,
        Endpoint: { Address: address, Port: port, HostedZoneId: hostedZone(now.region) },
      },
    }),
  })
}

/** How an instance's engine is to be configured, and whom it follows. */
export function wantedNow(context: Context, instance: Instance): Wanted {
  const source = context.sourceOf(instance)
  return {
    ...wantedOf(context.db, instance),
    ...(source && { follows: context.engine(source.resourceId) }),
  }
}

export function without<Value extends object, Key extends keyof Value>(
  value: Value,
  ...keys: readonly Key[]
): Omit<Value, Key> {
  const rest: Partial<Value> = { ...value }
  for (const key of keys) delete rest[key]
  return rest as Omit<Value, Key>
}
