import type { ReachAnswer, ReachStep } from '../../checker/control-client.ts'
import type { Context, GlobalOptions } from '../context.ts'
import { exitStatus, usageError } from '../failure.ts'
import { printable } from '../output.ts'

interface ReachOptions extends GlobalOptions {
  readonly protocol: string
  readonly region?: string
  readonly account?: string
}

/** `pocketcloud reach FROM TO PORT`: status 1 where the traffic does not pass. */
export async function reach(
  { control, out }: Context,
  from: string,
  to: string,
  port: string | undefined,
  { protocol, region, account }: ReachOptions,
): Promise<number> {
  if (protocol !== 'icmp' && !isPort(port)) {
    throw usageError(
      port === undefined ? 'Which port?' : `${port} is no port.`,
      'Such as: pocketcloud reach internet i-0123456789abcdef0 22',
    )
  }
  const answer = await control.reach({
    from,
    to,
    protocol,
    port: protocol === 'icmp' ? undefined : port,
    region,
    account,
  })
  const { paint } = out
  const what = `${protocol}${port && protocol !== 'icmp' ? ` ${port}` : ''} from ${from} to ${to}`
  out.answer(answer, [
    answer.reachable ? `${paint.green('passes')}   ${what}` : `${paint.red('stopped')}  ${what}`,
    ...answer.stopped.flatMap(({ code, why }) => [`         ${printable(why)} (${code})`]),
    '',
    paint.bold(answer.reachable ? 'The way' : 'How far it comes'),
    ...stepLines(answer.path),
    ...(answer.reachable ? ['', paint.bold('The way back'), ...stepLines(answer.back)] : []),
  ])
  return answer.reachable ? exitStatus.ok : exitStatus.failed
}

const isPort = (text: string | undefined): boolean =>
  text !== undefined && /^\d{1,5}$/.test(text) && Number(text) <= 65_535

const stepLines = (steps: ReachAnswer['path']): string[] =>
  steps.length === 0 ? ['  nowhere'] : steps.map((step) => `  ${stepLine(step)}`)

function stepLine({ id, name, by }: ReachStep): string {
  const label = name ? `${id} (${printable(name)})` : id
  return by === '' ? label : `${label.padEnd(28)} ${printable(by)}`
}
