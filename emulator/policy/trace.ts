import type { AttachedPolicy, EvaluationInput } from './request.ts'
import type { Case, Outcome } from './decide.ts'
import type { Decision, PolicyKind, Trace, TracedPolicy, TracedStatement } from './evaluation.ts'
import type { Document } from './document.ts'
import type { Facts, Statement } from './statement.ts'

/** Where a policy stands in the input. */
type Place = Omit<TracedPolicy, 'statements' | 'malformed'>

/** Explains an outcome: a second pass over the same compiled documents. */
export function explain(
  { policies, request }: EvaluationInput,
  given: Case,
  outcome: Outcome,
): Trace {
  const looked = lookedAt(given, policies.identity)
  return {
    decidedBy: outcome.decidedBy,
    reason: reasonOf(outcome, request.action),
    policies: looked.map(([place, { statements, malformed }]) => ({
      ...place,
      statements: statements.length,
      ...(malformed !== undefined && { malformed }),
    })),
    statements: looked.flatMap(([place, document]) => tracedStatements(place, document, given)),
  }
}

function lookedAt(given: Case, attached: readonly AttachedPolicy[]): [Place, Document][] {
  const numbered = (kind: PolicyKind, documents: readonly Document[], level?: number) =>
    documents.map((document, index): [Place, Document] => [
      { kind, index, ...(level !== undefined && { level }) },
      document,
    ])
  const identity = numbered('identity', given.identity).map(
    ([place, document]): [Place, Document] => {
      const { source, name } = attached[place.index]!
      return [{ ...place, source, ...(name !== undefined && { name }) }, document]
    },
  )
  return [
    ...given.scps.flatMap((level, index) => numbered('scp', level, index)),
    ...given.rcps.flatMap((level, index) => numbered('rcp', level, index)),
    ...numbered('resource', given.resource ? [given.resource] : []),
    ...identity,
    ...numbered('boundary', given.boundary),
    ...numbered('session', given.session),
  ]
}

/** The statements for the request's action, and those that can't be understood. */
const tracedStatements = (
  place: Place,
  { statements }: Document,
  { facts, resourceFacts }: Case,
): TracedStatement[] =>
  statements
    .filter((statement) => statement.malformed !== undefined || statement.concerns(facts.action))
    .map((statement) => traced(place, statement, place.kind === 'resource' ? resourceFacts : facts))

function traced(place: Place, statement: Statement, facts: Facts): TracedStatement {
  const { index, sid, effect } = statement
  const matched = statement.applies(facts) !== undefined
  return {
    ...place,
    statement: index,
    ...(sid !== undefined && { sid }),
    effect,
    matched,
    ...(!matched && { mismatch: statement.mismatch(facts) }),
  }
}

const policyNames: Readonly<Record<PolicyKind, string>> = {
  identity: 'identity-based policy',
  boundary: 'permissions boundary',
  session: 'session policy',
  resource: 'resource-based policy',
  scp: 'service control policy',
  rcp: 'resource control policy',
}

const reasons: Readonly<Record<Decision, (policy: string, action: string) => string>> = {
  allowed: (policy, action) => `the ${policy} allows ${action}`,
  explicitDeny: (policy, action) =>
    `${policy.startsWith('i') ? 'an' : 'a'} ${policy} denies ${action} explicitly`,
  implicitDeny: (policy, action) => `no ${policy} allows ${action}`,
}

function reasonOf({ decision, decidedBy }: Outcome, action: string): string {
  if (decidedBy === null) return `${action} needs no policy for this caller`
  return reasons[decision](policyNames[decidedBy], action)
}
