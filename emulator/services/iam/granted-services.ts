import { readFixture } from '../../fixtures.ts'
import { compileGlob, type TextTest } from '../../policy/glob.ts'
import { parsePattern } from '../../policy/template.ts'

// Which services a policy may give access to, whatever the resource and the conditions: what access reports start from.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html

let names: Readonly<Record<string, string>> | undefined

/** The services that policies can name: the prefix of their actions with what AWS calls them. */
export function serviceNames(): Readonly<Record<string, string>> {
  names ??= JSON.parse(readFixture('iam/service-names.json')) as Record<string, string>
  return names
}

/** A statement's actions, all in lower case. */
interface ActionStatement {
  readonly patterns: readonly string[]
  readonly negated: boolean
}

interface Actions {
  readonly allowed: readonly ActionStatement[]
  /** Of denials only those that always hold: without a condition, on every resource. */
  readonly denied: readonly ActionStatement[]
}

/** The services that the documents together may give access to, sorted by their prefix. */
export function grantedServices(documents: readonly string[]): string[] {
  const all = documents.map(actionsOf)
  const denied = all.flatMap((actions) => actions.denied)
  const allowed = all.flatMap((actions) => actions.allowed)
  return Object.keys(serviceNames()).filter((service) =>
    allowed.some((statement) => mayGrant(statement, denied, service)),
  )
}

/** Whether one document may give access to a service. */
export function grantsService(document: string, service: string): boolean {
  const { allowed, denied } = actionsOf(document)
  return allowed.some((statement) => mayGrant(statement, denied, service))
}

function mayGrant(
  { patterns, negated }: ActionStatement,
  denied: readonly ActionStatement[],
  service: string,
): boolean {
  const whole = `${service}:*`
  if (negated)
    return !patterns.some((pattern) => covers(pattern, whole)) && !isDenied(whole, denied)
  return patterns.some((pattern) => {
    const [prefix, name] = pattern === '*' ? ['*', '*'] : pattern.split(':', 2)
    if (name === undefined || !glob(prefix!)(service)) return false
    return !isDenied(`${service}:${name}`, denied)
  })
}

const isDenied = (action: string, denied: readonly ActionStatement[]): boolean =>
  denied.some(({ patterns, negated }) => {
    const isNamed = patterns.some((pattern) => covers(pattern, action))
    return negated ? !isNamed : isNamed
  })

/** Whether a pattern has everything that another has: where that one has a star, this one must have one as well. */
const covers = (pattern: string, other: string): boolean => glob(pattern)(other)

const globs = new Map<string, TextTest>()

function glob(pattern: string): TextTest {
  let test = globs.get(pattern)
  if (!test) {
    test = compileGlob(parsePattern(pattern))
    if (globs.size < 1000) globs.set(pattern, test)
  }
  return test
}

type Statement = Readonly<Record<string, unknown>>

function actionsOf(document: string): Actions {
  const { Statement } = JSON.parse(document) as { Statement: Statement | readonly Statement[] }
  const statements = [Statement].flat() as readonly Statement[]
  const isAlways = ({ Condition, Resource }: Statement) =>
    Condition === undefined && listOf(Resource).includes('*')
  return {
    allowed: statements.filter(({ Effect }) => Effect === 'Allow').map(actions),
    denied: statements
      .filter((statement) => statement['Effect'] === 'Deny' && isAlways(statement))
      .map(actions),
  }
}

const actions = ({ Action, NotAction }: Statement): ActionStatement => ({
  patterns: listOf(Action ?? NotAction).map((pattern) => pattern.toLowerCase()),
  negated: Action === undefined,
})

const listOf = (value: unknown): readonly string[] =>
  value === undefined ? [] : ([value].flat() as string[])
