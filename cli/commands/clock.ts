import type { Context } from '../context.ts'
import { formatDuration, parseDuration } from '../duration.ts'

/** `pocketcloud clock`. */
export async function show({ control, out }: Context): Promise<void> {
  const clock = await control.clock()
  const ahead = Math.round(clock.offsetMs / 1000)
  out.answer(clock, [
    `${out.paint.bold(clock.now)}${ahead === 0 ? '' : ` (${formatDuration(ahead)} ahead of real time)`}`,
    clock.nextTimer === null
      ? 'nothing is due'
      : `${clock.timers} due, the next at ${clock.nextTimer}`,
  ])
}

/** `pocketcloud clock advance 90d`. */
export async function advance({ control, out }: Context, duration: string): Promise<void> {
  const seconds = parseDuration(duration)
  const moved = await out.waiting(`Letting ${formatDuration(seconds)} pass`, () =>
    control.advance(seconds),
  )
  out.answer(moved, [
    `It is ${out.paint.bold(moved.to)} now, ${formatDuration(seconds)} later.`,
    moved.fired === 1 ? '1 thing happened meanwhile.' : `${moved.fired} things happened meanwhile.`,
  ])
}
