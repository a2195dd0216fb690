import type { Evaluation, Trace } from './evaluation.ts'
import type { EvaluationInput } from './request.ts'
import { decide, prepare } from './decide.ts'
import { explain } from './trace.ts'

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

/**
 * Decides a request as AWS would.
 *
 * Documents are evaluated as given. What IAM would not accept never applies, be it a whole document or one
 * statement: it neither allows nor denies, and the trace says what is wrong with it.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function evaluate(input: EvaluationInput): Evaluation {
  const given = prepare(input)
  const outcome = decide(given)
  let trace: Trace | undefined
  return {
    ...outcome,
    get trace() {
      trace ??= explain(input, given, outcome)
      return trace
    },
  }
}
