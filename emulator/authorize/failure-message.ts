import type { PolicyDocument, PolicySet, TracedStatement } from '../policy/index.ts'
import type { Refusal } from './denied.ts'

type Items<Item> = { readonly items: readonly Item[] }
type Values = Items<{ readonly value: string }>

/**
 * What `sts:DecodeAuthorizationMessage` says of a refused call.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/sts_example_sts_DecodeAuthorizationMessage_section.html
 *
 * @param principal who asked: the id, and the name where it is a user
 */
export function failureMessage(
  refusal: Refusal,
  policies: PolicySet,
  principal: { readonly id: string; readonly name?: string | undefined },
) {
  const { action, resource, context, explicit, trace } = refusal
  const denying = trace.statements.filter(({ effect, matched }) => effect === 'Deny' && matched)
  return {
    allowed: false,
    explicitDeny: explicit,
    matchedStatements: {
      items: denying.map((traced) => matchedStatement(traced, policies, principal.id)),
    },
    failures: { items: [] },
    context: {
      principal: { ...principal, arn: refusal.principal },
      action,
      resource,
      conditions: conditionItems({ ...aboutResource(resource), ...context }),
    },
  }
}

function matchedStatement(traced: TracedStatement, policies: PolicySet, principalId: string) {
  const statement = statementOf(traced, policies)
  return {
    statementId: traced.sid ?? '',
    effect: traced.effect.toUpperCase(),
    principals: values([principalId]),
    principalGroups: { items: [] },
    actions: values(textsOf(statement['Action'] ?? statement['NotAction'])),
    resources: values(textsOf(statement['Resource'] ?? statement['NotResource'])),
    conditions: conditionItems(flattened(statement['Condition'])),
  }
}

const values = (texts: readonly string[]): Values => ({ items: texts.map((value) => ({ value })) })

const textsOf = (value: unknown): string[] =>
  (Array.isArray(value) ? value : value === undefined ? [] : [value]).map(String)

const conditionItems = (
  keys: Readonly<Record<string, string | readonly string[]>>,
): Items<{ readonly key: string; readonly values: Values }> => ({
  items: Object.entries(keys).map(([key, value]) => ({ key, values: values(textsOf(value)) })),
})

/** The keys of all operators of a `Condition` block. */
const flattened = (block: unknown): Record<string, string[]> =>
  Object.fromEntries(
    Object.values((block ?? {}) as Record<string, Record<string, unknown>>).flatMap((keys) =>
      Object.entries(keys).map(([key, value]) => [key, textsOf(value)]),
    ),
  )

/** The statement as its document has it. */
export function statementOf(
  { kind, index, level = 0, statement }: TracedStatement,
  policies: PolicySet,
): Record<string, unknown> {
  const documents: Readonly<Record<typeof kind, readonly PolicyDocument[]>> = {
    identity: policies.identity.map(({ document }) => document),
    boundary: policies.boundary,
    session: policies.session,
    resource: policies.resource === null ? [] : [policies.resource],
    scp: policies.scps[level] ?? [],
    rcp: policies.rcps[level] ?? [],
  }
  const document = documents[kind][index]!
  const { Statement } = (typeof document === 'string' ? JSON.parse(document) : document) as {
    Statement: unknown
  }
  return (Array.isArray(Statement) ? Statement[statement] : Statement) as Record<string, unknown>
}

/** Keys that EC2 puts into its messages besides those that policies may ask for. */
function aboutResource(resource: string): Record<string, string> {
  const [, , service, region, account, ...rest] = resource.split(':')
  if (rest.length === 0) return {}
  const id = rest.join(':')
  return {
    'aws:ARN': resource,
    'aws:Resource': id,
    'aws:Type': id.split('/')[0]!,
    'aws:Account': account!,
    'aws:Region': region!,
    'aws:Service': service!,
  }
}
