import type { Decision, Evaluation, PolicyKind, Trace } from './evaluation.ts'
import type { EvaluationInput } from './request.ts'
import { type Case, decide, type Outcome, prepare } from './decide.ts'
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
  return new Decided(input, given, decide(given))
}

/** A class, since this is made for every call: V8 gives each object literal with a getter a shape of its own, and keeps what the getter sees. */
class Decided implements Evaluation {
  readonly decision: Decision
  readonly decidedBy: PolicyKind | null
  readonly #input: EvaluationInput
  readonly #given: Case
  readonly #outcome: Outcome
  #trace: Trace | undefined

  constructor(input: EvaluationInput, given: Case, outcome: Outcome) {
    this.decision = outcome.decision
    this.decidedBy = outcome.decidedBy
    this.#input = input
    this.#given = given
    this.#outcome = outcome
  }

  get trace(): Trace {
    return (this.#trace ??= explain(this.#input, this.#given, this.#outcome))
  }
}
