import type {
  EvaluationResult,
  PermissionsBoundaryDecisionDetail,
  ResourceSpecificResult,
  Statement,
} from '@aws-sdk/client-iam'
import {
  evaluate,
  type AccessRequest,
  type Decision,
  type Principal,
  type TracedStatement,
} from '../../policy/index.ts'
import { statementContextKeys } from '../../policy/context-keys.ts'
import { positionAt, readDocumentText } from '../../policy/validation/index.ts'

/** A policy of a simulation, with the names that the answer calls it by. */
export interface SimulatedPolicy {
  readonly id: string
  readonly source: string
  readonly document: string
}

/** What is simulated, the same for each action and resource. */
export interface Simulation {
  readonly principal: Principal
  readonly identity: readonly SimulatedPolicy[]
  readonly boundary: string | undefined
  readonly resourcePolicy: string | undefined
  readonly resourceAccount: string
  readonly context: Readonly<Record<string, readonly string[]>>
}

type Kind = TracedStatement['kind']

const sourceTypes: Readonly<Partial<Record<Kind, string>>> = {
  identity: 'IAM Policy',
  boundary: 'Permissions Boundary Policy',
  resource: 'Resource Policy',
}

/**
 * Asks the policy engine, as a call would be asked.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_EvaluationResult.html
 *
 * @param resource an ARN or `*`
 */
export function simulated(
  simulation: Simulation,
  action: string,
  resource: string,
): EvaluationResult {
  const { principal, resourceAccount, context, identity, boundary } = simulation
  const request: AccessRequest = {
    principal,
    action,
    resource,
    resourceAccountId: resourceAccount,
    context,
  }
  const resourcePolicy = simulation.resourcePolicy ?? trustOfAccount(request)
  const { decision, trace } = evaluate({
    request,
    policies: {
      identity: identity.map(({ source, document }) => ({ source, document })),
      boundary: boundary === undefined ? [] : [boundary],
      session: [],
      resource: resourcePolicy ?? null,
      scps: [],
      rcps: [],
    },
  })
  const documentOf = ({ kind, index }: TracedStatement): string =>
    kind === 'identity'
      ? identity[index]!.document
      : ((kind === 'boundary' ? boundary : simulation.resourcePolicy) ?? '')
  const given = trace.statements.filter((statement) => documentOf(statement) !== '')
  const matched = given
    .filter((statement) => determines(statement, decision))
    .map((statement) => matchedStatement(statement, documentOf(statement), identity))
  const missing = missingKeys(given, documentOf, context)
  const crossAccount = resourceAccount !== principal.accountId
  const details = crossAccount ? { EvalDecisionDetails: bothSides(simulation, request) } : {}
  const boundaryDetail = boundary === undefined ? {} : boundaryDecision(request, boundary)
  const answer: EvaluationResult = {
    EvalActionName: action,
    EvalResourceName: resource,
    EvalDecision: decision,
    MatchedStatements: matched,
    ...boundaryDetail,
  }
  if (resource === '*') return { ...answer, MissingContextValues: missing, ...details }
  const specific: ResourceSpecificResult = {
    EvalResourceName: resource,
    EvalResourceDecision: decision,
    MatchedStatements: matched,
    MissingContextValues: missing,
    ...boundaryDetail,
    ...details,
  }
  return {
    ...answer,
    MissingContextValues: [],
    EvalDecisionDetails: {},
    ...details,
    ResourceSpecificResults: [specific],
  }
}

/** "If one statement denies the operation, the deny statement is the only entry included in the result." */
const determines = ({ effect, matched, kind }: TracedStatement, decision: Decision): boolean =>
  matched &&
  (decision === 'explicitDeny'
    ? effect === 'Deny'
    : decision === 'allowed' && effect === 'Allow' && kind !== 'boundary')

function matchedStatement(
  { kind, index, statement }: TracedStatement,
  document: string,
  identity: readonly SimulatedPolicy[],
): Statement {
  const ids: Readonly<Partial<Record<Kind, string | undefined>>> = {
    identity: identity[index]?.id,
    boundary: 'PermissionsBoundaryPolicyInputList.1',
    resource: 'ResourcePolicy',
  }
  const span = readDocumentText(document)!.statements[statement]!
  return {
    SourcePolicyId: ids[kind],
    // AWS answers what its own model does not list.
    SourcePolicyType: sourceTypes[kind] as Statement['SourcePolicyType'],
    StartPosition: position(document, span.start),
    EndPosition: position(document, span.end),
  }
}

function position(document: string, index: number) {
  const { line, column } = positionAt(document, index)
  return { Line: line, Column: column }
}

/** The keys that were asked for and not given. A statement for another resource asks for none but those of its variables. */
function missingKeys(
  statements: readonly TracedStatement[],
  documentOf: (statement: TracedStatement) => string,
  context: Simulation['context'],
): string[] {
  const given = new Set(Object.keys(context).map((key) => key.toLowerCase()))
  const missing = new Map<string, string>()
  for (const traced of statements) {
    const element = traced.mismatch?.element
    if (element !== undefined && element !== 'Condition' && element !== 'Resource') continue
    const { Version, Statement: all } = JSON.parse(documentOf(traced)) as Record<string, unknown>
    const statement = (Array.isArray(all) ? all[traced.statement] : all) as object
    const asked = element === 'Resource' ? { ...statement, Condition: undefined } : statement
    for (const key of statementContextKeys(asked, { variables: Version === '2012-10-17' })) {
      if (!given.has(key.toLowerCase())) missing.set(key.toLowerCase(), key)
    }
  }
  return [...missing.values()]
}

const everything = {
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action: '*', Resource: '*' },
}

/** Across accounts both sides have to allow: what each of them says. */
function bothSides(
  { identity, boundary, resourcePolicy }: Simulation,
  request: AccessRequest,
): Record<string, Decision> {
  const none = { session: [], scps: [], rcps: [] }
  const own = evaluate({
    request: { ...request, resourceAccountId: request.principal.accountId },
    policies: {
      ...none,
      identity,
      boundary: boundary === undefined ? [] : [boundary],
      resource: trustOfAccount(request) ?? null,
    },
  })
  const other = evaluate({
    request,
    policies: {
      ...none,
      identity: [{ source: 'user', document: everything }],
      boundary: [],
      resource: resourcePolicy ?? null,
    },
  })
  return { 'IAM Policy': own.decision, 'Resource Policy': other.decision }
}

function boundaryDecision(
  request: AccessRequest,
  boundary: string,
): { PermissionsBoundaryDecisionDetail: PermissionsBoundaryDecisionDetail } {
  const { decision } = evaluate({
    request: { ...request, resourceAccountId: request.principal.accountId },
    policies: {
      identity: [{ source: 'boundary', document: boundary }],
      boundary: [],
      session: [],
      resource: trustOfAccount(request) ?? null,
      scps: [],
      rcps: [],
    },
  })
  return {
    PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: decision === 'allowed' },
  }
}

/** The simulator takes the role that is assumed for one that trusts its account: it asks identity policies alone. */
function trustOfAccount({ action, principal }: AccessRequest): string | undefined {
  if (!/^sts:(?:AssumeRole|TagSession|SetSourceIdentity)/i.test(action)) return undefined
  const Statement = { Effect: 'Allow', Principal: { AWS: principal.accountId }, Action: 'sts:*' }
  return JSON.stringify({ Version: '2012-10-17', Statement })
}
