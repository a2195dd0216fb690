import type { Health } from '../../checker/control-client.ts'
import { ControlFailure } from '../../checker/control-client.ts'
import type { Context } from '../context.ts'
import { exitStatus } from '../failure.ts'
import { formatDuration } from '../duration.ts'

/** `pocketcloud status`: succeeds only where an emulator answers, so that scripts can ask. */
export async function status({ control, endpoint, out }: Context): Promise<number> {
  const health = await control.health().catch((error: unknown): null => {
    if (error instanceof ControlFailure && error.code === 'Unreachable') return null
    throw error
  })
  if (health === null) {
    out.answer({ running: false, endpoint }, [`not running at ${endpoint}`])
    out.hint('Start it with `pocketcloud start`.')
    return exitStatus.failed
  }
  const clock = await control.clock()
  out.answer({ running: true, endpoint, ...health, clock }, [
    `${out.paint.green('running')} on ${out.paint.bold(endpoint)} for ${formatDuration(health.uptimeSeconds)} (process ${health.pid}, version ${health.version})`,
    `account   ${health.account}, default region ${health.region}`,
    `state     ${health.dataDir ?? 'ephemeral: gone when it stops'}`,
    `clock     ${clock.now}${ahead(clock.offsetMs)}`,
    `services  ${availableServices(health)}`,
    ...(health.audit ? [`audit     ${out.paint.yellow('on')}: policies deny nothing`] : []),
  ])
  return exitStatus.ok
}

const ahead = (offsetMs: number) =>
  offsetMs === 0 ? '' : `, ${formatDuration(offsetMs / 1000)} ahead of real time`

const availableServices = ({ services }: Health) => Object.keys(services).toSorted().join(', ')
