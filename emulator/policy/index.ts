import type { Decision, Evaluation, Trace } from './evaluation.ts'
import type { EvaluationInput, PolicyDocument } from './request.ts'

export type {
  Decision,
  Evaluation,
  Mismatch,
  PolicyKind,
  Trace,
  TracedPolicy,
  TracedStatement,
} from './evaluation.ts'
export type {
  AccessRequest,
  AttachedPolicy,
  EvaluationInput,
  PolicyDocument,
  PolicySet,
  Principal,
  RequestContext,
} from './request.ts'

interface Statement {
  Effect?: string
  Action?: string | string[]
  Resource?: string | string[]
  Condition?: object
}

/** Identity policies only, without conditions: the first step of the engine that replaces this. */
export function evaluate({ request, policies }: EvaluationInput): Evaluation {
  const statements = policies.identity.flatMap(({ document }) => statementsOf(document))
  const matching = statements.filter(
    ({ Action = [], Resource = [], Condition }) =>
      !Condition &&
      [Action]
        .flat()
        .some((pattern) => glob(pattern.toLowerCase(), request.action.toLowerCase())) &&
      [Resource].flat().some((pattern) => glob(pattern, request.resource)),
  )
  const decision: Decision = matching.some(({ Effect }) => Effect === 'Deny')
    ? 'explicitDeny'
    : request.principal.type === 'Root' || matching.some(({ Effect }) => Effect === 'Allow')
      ? 'allowed'
      : 'implicitDeny'
  const trace: Trace = { decidedBy: 'identity', reason: decision, policies: [], statements: [] }
  return { decision, trace }
}

function statementsOf(document: PolicyDocument): Statement[] {
  const { Statement = [] } = (typeof document === 'string' ? JSON.parse(document) : document) as {
    Statement?: Statement | Statement[]
  }
  return [Statement].flat()
}

const glob = (pattern: string, text: string) =>
  new RegExp(
    `^${pattern
      .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll(/\*+/g, '.*')
      .replaceAll('?', '.')}$`,
    's',
  ).test(text)
