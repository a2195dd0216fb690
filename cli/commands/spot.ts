import type { Context, GlobalOptions } from '../context.ts'
import { parseDuration } from '../duration.ts'

interface InterruptOptions extends GlobalOptions {
  readonly in: string
  readonly action?: string
}

/** `pocketcloud spot interrupt INSTANCE`. */
export async function interrupt(
  { control, out }: Context,
  instanceId: string,
  { in: when, action }: InterruptOptions,
): Promise<void> {
  parseDuration(when)
  const interruption = await control.interruptSpot(instanceId, { in: when, action })
  out.answer(interruption, [
    `EC2 takes ${out.paint.bold(instanceId)} back at ${interruption.at}.`,
    'Its metadata says so two minutes before: latest/meta-data/spot/instance-action',
  ])
  out.hint('', `pocketcloud clock advance ${when}`)
}
