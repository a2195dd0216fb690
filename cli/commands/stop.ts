import { setTimeout as sleep } from 'node:timers/promises'
import { ControlFailure } from '../../checker/control-client.ts'
import type { Context } from '../context.ts'
import { failure } from '../failure.ts'

/** `pocketcloud stop`: returns once nothing answers any more. */
export async function stop(context: Context): Promise<void> {
  const { control, endpoint, out } = context
  const { pid } = await control.health()
  await control.stop()
  await out.waiting('Stopping pocketcloud', async () => {
    const deadline = performance.now() + 15_000
    while (await answers(context)) {
      if (performance.now() > deadline) {
        throw failure('NotStopped', `It still runs (process ${pid}).`, `End it with: kill ${pid}`)
      }
      await sleep(20)
    }
  })
  out.answer({ stopped: true, endpoint }, [`pocketcloud on ${endpoint} has stopped`])
}

async function answers({ control }: Context): Promise<boolean> {
  try {
    await control.health()
    return true
  } catch (error) {
    return !(error instanceof ControlFailure && error.code === 'Unreachable')
  }
}
