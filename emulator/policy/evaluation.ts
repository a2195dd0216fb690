export type Decision = 'allowed' | 'explicitDeny' | 'implicitDeny'

/** The kinds of policy, as AWS's documentation names them. */
export const policyKinds = ['identity', 'boundary', 'session', 'resource', 'scp', 'rcp'] as const
export type PolicyKind = (typeof policyKinds)[number]

export interface Evaluation {
  readonly decision: Decision
  /** The kind of policy that denied, or whose Allow was missing, or that allowed; null where no policy decided. */
  readonly decidedBy: PolicyKind | null
  /** Why, statement by statement. Made when it is first read: an allowed call never pays for it. */
  readonly trace: Trace
}

/** Plain JSON. */
export interface Trace {
  readonly decidedBy: PolicyKind | null
  /** One sentence. */
  readonly reason: string
  /** Every policy that was looked at, in the order of evaluation. */
  readonly policies: readonly TracedPolicy[]
  /** The statements that matched, and those for this action that did not, with the first reason. */
  readonly statements: readonly TracedStatement[]
}

export interface TracedPolicy {
  readonly kind: PolicyKind
  /** Counts the policies of one kind from 0; SCPs and RCPs have their level too, the root's being 0. */
  readonly index: number
  readonly level?: number
  readonly source?: string
  readonly name?: string
  readonly statements: number
  /** What is wrong with a document of which nothing can be understood. */
  readonly malformed?: string
}

export interface TracedStatement {
  readonly kind: PolicyKind
  readonly index: number
  readonly level?: number
  readonly source?: string
  readonly name?: string
  /** The statement's place in its document, from 0. */
  readonly statement: number
  readonly sid?: string
  readonly effect: 'Allow' | 'Deny'
  readonly matched: boolean
  readonly mismatch?: Mismatch
}

/** The first reason a statement did not apply. */
export interface Mismatch {
  readonly element:
    | 'Principal'
    | 'NotPrincipal'
    | 'Resource'
    | 'NotResource'
    | 'Condition'
    | 'malformed'
  /** What the policy asks for. */
  readonly expected: string | readonly string[]
  /** What the request had; null for a condition key that the request lacks. */
  readonly actual: string | readonly string[] | null
  readonly operator?: string
  readonly key?: string
}
