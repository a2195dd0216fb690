import type { Context } from '../context.ts'

/** `pocketcloud iam audit on|off|status`. */
export async function audit(
  { control, out }: Context,
  state: 'on' | 'off' | 'status',
): Promise<void> {
  if (state !== 'status') await control.setAuditing(state === 'on')
  const on = await control.isAuditing()
  out.answer({ audit: on }, [
    on
      ? `audit is ${out.paint.yellow('on')}: nothing is denied, what would be is recorded`
      : `audit is off: policies are enforced`,
  ])
  if (on) out.hint('See the last call that would have been denied with: pocketcloud why')
}

/** `pocketcloud iam suggest USER|ROLE`: the document alone on standard output, ready for a file. */
export async function suggest({ control, out }: Context, principal: string): Promise<void> {
  const { type, name, policy } = await control.suggest(principal)
  out.hint(`What ${type} ${name} has done so far needs:`)
  out.answer(policy, [JSON.stringify(policy, null, 2)])
}
