import {
  clusterOf,
  deployments,
  instanceOf,
  instancesOf,
  putDeployment,
  type Deployment,
} from '../blue-green/deployments.ts'
import { recordEvent } from '../events/record-event.ts'
import { swapRows } from '../blue-green/switch-over.ts'
import { insertBackup } from '../rows/base-backups.ts'
import { findInstanceByResource, updateInstance, type Instance } from '../rows/instances.ts'
import { backUpNow } from './backups.ts'
import type { Context } from './context.ts'
import { wantedNow } from './steps.ts'

/**
 * The green environment takes over from the blue one: nobody is let in to either, what was committed is waited for, the green one is
 * written to from then on, and has the names and ports. Begun again after a kill, it goes on. Where the green one does not catch up,
 * everything stays as it was.
 *
 * @param blue what is written to until then
 */
export async function switchOver(context: Context, blue: Instance, id: string): Promise<void> {
  const { account, region } = blue
  const scope = { db: context.db, account, region }
  const deployment = deployments.find(context.db, blue, id)
  const pair = deployment?.pairs.find((one) => one.blue.resourceId === blue.resourceId)
  const green = pair && instanceOf(scope, pair.green)
  try {
    if (!deployment || !green) throw new Error('the green environment is gone')
    await takeOver(context, blue, green, deployment)
  } catch (error) {
    if (context.engine(blue.resourceId).isAbandoned) throw error
    await giveUp(context, blue, deployment, error)
  }
}

async function takeOver(
  context: Context,
  blue: Instance,
  green: Instance,
  deployment: Deployment,
): Promise<void> {
  const { account, region } = blue
  const scope = { db: context.db, account, region }
  await shutAll(context, scope, deployment)
  const source = context.engine(blue.resourceId)
  const target = context.engine(green.resourceId)
  // After a start of the emulator, both are started by themselves, too.
  await context.settled(green.resourceId)
  await target.start(wantedNow(context, green))
  // After a kill it may have to be started, for what it still has to send.
  await source.start(wantedNow(context, blue))
  if (!(await target.hasCaughtUp(source))) {
    throw new Error('the green environment has not caught up with the blue one')
  }
  await source.stop()
  const { follows: _, ...alone } = wantedNow(context, green)
  await target.promote(alone)
  context.write(blue, (call) => swapRows(call, deployment))
  await exchangeAll(context, scope, deployment)
  const now = findInstanceByResource(context.db, green, green.resourceId)
  if (now) {
    await context.followersOf(now)
    if (now.clusterId !== null) {
      const backup = await backUpNow(context, now)
      context.write(now, (call) => insertBackup(call.db, backup))
    }
  }
  lookAgain(context, scope, deployment, blue)
}

type Scope = Parameters<typeof instancesOf>[0]

const why = 'pocketcloud: a switchover to the green environment is under way'

async function shutAll(context: Context, scope: Scope, deployment: Deployment): Promise<void> {
  for (const { resourceId } of instancesOf(scope, deployment)) await context.shut(resourceId, why)
  for (const { type, blue, green } of deployment.pairs) {
    if (type !== 'cluster') continue
    await context.endpoints().shut(blue.resourceId, why)
    await context.endpoints().shut(green.resourceId, why)
  }
}

/** Nobody can take a port meanwhile: those who listen go on, for the other one. */
async function exchangeAll(context: Context, scope: Scope, deployment: Deployment): Promise<void> {
  for (const { type, blue, green } of deployment.pairs) {
    if (type === 'db') {
      const [old, now] = [instanceOf(scope, blue), instanceOf(scope, green)]
      if (old && now) await context.exchangeFronts(old, now)
    } else {
      const [old, now] = [clusterOf(scope, blue), clusterOf(scope, green)]
      if (old && now) await context.endpoints().exchange(old, now)
    }
  }
}

/** As they were. */
async function openAll(context: Context, scope: Scope, deployment: Deployment): Promise<void> {
  for (const one of instancesOf(scope, deployment)) await context.exchangeFronts(one, one)
  for (const { type, blue, green } of deployment.pairs) {
    if (type !== 'cluster') continue
    for (const side of [blue, green]) {
      const cluster = clusterOf(scope, side)
      if (cluster) await context.endpoints().exchange(cluster, cluster)
    }
  }
}

/** They listen where the rows say now; the one that this is a step of is looked at in any case. */
function lookAgain(context: Context, scope: Scope, deployment: Deployment, self: Instance): void {
  for (const one of instancesOf(scope, deployment)) {
    if (one.resourceId !== self.resourceId) context.again(one)
  }
  for (const { type, blue, green } of deployment.pairs) {
    if (type !== 'cluster') continue
    for (const side of [green, blue]) {
      const cluster = clusterOf(scope, side)
      if (cluster) void context.clusterChanged(cluster, cluster.id).catch(() => undefined)
    }
  }
}

async function giveUp(
  context: Context,
  blue: Instance,
  deployment: Deployment | undefined,
  error: unknown,
): Promise<void> {
  const details = error instanceof Error ? error.message.split('\n')[0]! : String(error)
  const { account, region } = blue
  context.write(blue, (call) => {
    if (deployment) {
      putDeployment(call, { ...deployment, state: 'failed', details })
      const source = deployment.id
      recordEvent(call, { sourceType: 'blue-green-deployment', source, id: 'RDS-EVENT-0249' })
    }
    const now = findInstanceByResource(call.db, call, blue.resourceId)
    if (!now) return
    const { task: _, ...hidden } = now.private
    updateInstance(call.db, now, { status: 'available', private: hidden })
  })
  if (!deployment) return
  const scope = { db: context.db, account, region }
  await openAll(context, scope, deployment)
  lookAgain(context, scope, deployment, blue)
}
