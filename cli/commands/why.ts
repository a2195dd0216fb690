import type { ExplainedDenial, ExplainedStatement, Why } from '../../checker/control-client.ts'
import type { Context } from '../context.ts'
import type { Output } from '../output.ts'
import { printable } from '../output.ts'

/** `pocketcloud why [REQUEST_ID]`: the last denial, or that call's. */
export async function why({ control, out }: Context, requestId?: string): Promise<void> {
  const answer = await control.why(requestId)
  const { denial, event } = harmless(answer)
  out.answer(
    answer.denial ?? { denial: null, requestId: answer.event?.requestId ?? null },
    denial ? denialLines(denial, out) : [notDenied(event)],
  )
}

/** Names and keys are what somebody chose: they may hold what a terminal obeys. */
const harmless = (answer: Why): Why =>
  JSON.parse(JSON.stringify(answer), (_key, value: unknown) =>
    typeof value === 'string' ? printable(value) : value,
  ) as Why

function notDenied(event: Why['event']): string {
  if (!event) return 'Nothing was denied so far.'
  const what = `${event.service}:${event.operation}`
  return event.error
    ? `${what} was not denied: it failed by ${event.error.code}: ${event.error.message}`
    : `${what} was not denied: it succeeded.`
}

function denialLines(denial: ExplainedDenial, { paint }: Output): string[] {
  const { principal, action, resource, audited, decision, reason, denying, missing } = denial
  const outcome = audited
    ? `would have been ${paint.yellow('denied')} (audit is on)`
    : `was ${paint.red('denied')}`
  return [
    `${paint.bold(action)} ${outcome}${decision === 'explicitDeny' ? ', explicitly' : ''}`,
    `who       ${principal ?? 'an anonymous caller'}`,
    `what      ${action} on ${resource === '*' ? 'no resource in particular (*)' : resource}`,
    `when      ${denial.time}, request ${denial.requestId}`,
    `why       ${reason}`,
    '',
    paint.bold('Policies looked at'),
    ...policyLines(denial),
    ...section(
      paint.bold(`Statements about ${action}`),
      denial.statements.map((statement) => `  ${statementLine(statement)}`),
    ),
    ...section(
      paint.bold('As long as this applies, nothing else can allow it'),
      denying.map((statement) => `  ${named(statement)}`),
    ),
    ...[...new Set(missing.map(({ where }) => where))].flatMap((place) => [
      '',
      paint.bold(`${denying.length > 0 ? 'Then this' : 'This'} would allow it, in ${place}`),
      ...missing
        .filter(({ where }) => where === place)
        .flatMap(({ statement }) => indented(statement)),
    ]),
  ]
}

const indented = (statement: object): string[] =>
  JSON.stringify(statement, null, 2)
    .split('\n')
    .map((line) => `  ${line}`)

const section = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length > 0 ? ['', title, ...lines] : []

function policyLines({ policies }: ExplainedDenial): readonly string[] {
  if (policies.length === 0) return ['  none: the caller has no policy']
  return policies.map((policy) => {
    const count = policy.statements === 1 ? '1 statement' : `${policy.statements} statements`
    const content = policy.malformed === undefined ? count : `not understood: ${policy.malformed}`
    return `  ${policyName(policy)} (${content})`
  })
}

type PolicyPlace = Pick<ExplainedStatement, 'kind' | 'source' | 'name'>

const kinds: Readonly<Record<string, string>> = {
  identity: 'identity policy',
  boundary: 'permissions boundary',
  session: 'session policy',
  resource: "the resource's own policy",
  scp: 'service control policy',
  rcp: 'resource control policy',
}

/** `own of the user`, `arn:… of group admins`, `permissions boundary`. */
function policyName({ kind, source, name }: PolicyPlace): string {
  if (source === undefined) return kinds[kind] ?? kind
  return `${name ?? 'policy'} of ${source.includes(':') ? source.replace(':', ' ') : `the ${source}`}`
}

function named(statement: ExplainedStatement): string {
  const label = statement.sid ? `"${statement.sid}"` : `number ${statement.statement + 1}`
  return `${statement.effect} ${label} in ${policyName(statement)}`
}

function statementLine(statement: ExplainedStatement): string {
  return `${named(statement)}: ${statement.matched ? 'applies' : mismatchText(statement)}`
}

/** The first reason a statement does not apply, as a sentence. */
function mismatchText({ mismatch }: ExplainedStatement): string {
  if (!mismatch) return 'does not apply'
  const { element, expected, actual, operator, key } = mismatch
  const wanted = listed(expected)
  if (element === 'malformed') return `is not understood: ${wanted}`
  if (element === 'Condition') {
    const found =
      actual === null ? 'the request does not have it' : `the request has ${listed(actual)}`
    return `does not apply: ${operator} asks ${key} for ${wanted}, and ${found}`
  }
  return `does not apply: its ${element} is ${wanted}, the request's ${listed(actual ?? 'none')}`
}

/** Long lists are cut: the document has them all. */
function listed(values: string | readonly string[]): string {
  const texts = typeof values === 'string' ? [values] : values
  const shown = texts.slice(0, 5).join(', ')
  return texts.length > 5 ? `${shown} and ${texts.length - 5} more` : shown
}
