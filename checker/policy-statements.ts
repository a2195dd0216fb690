/** A statement that may be why something is allowed, in the words of who wrote it. */
export interface Suspect {
  /** Its Sid, or its place: `number 2`. */
  readonly name: string
  /** What it says of the action and the resource: `s3:* on *`. */
  readonly says: string
  /** Whether it says so only where a condition holds. */
  readonly conditional: boolean
}

type Texts = string | readonly string[]

interface Statement {
  readonly Sid?: string
  readonly Effect?: string
  readonly Action?: Texts
  readonly NotAction?: Texts
  readonly Resource?: Texts
  readonly NotResource?: Texts
  readonly Condition?: object
}

/**
 * The Allow statements of a document that speak of an action on a resource. Conditions are left aside: this is for pointing at
 * a line, what is allowed was found out by trying.
 *
 * @param document JSON text that IAM has accepted
 */
export function allowingStatements(
  document: string,
  action: string,
  resource: string,
): readonly Suspect[] {
  const { Statement: given } = JSON.parse(document) as {
    Statement: Statement | readonly Statement[]
  }
  const statements = isList(given) ? given : [given]
  return statements.flatMap((statement, index) => {
    if (statement.Effect !== 'Allow') return []
    const doing = speaksOf('Action', statement.Action, statement.NotAction, action, true)
    const to = speaksOf('Resource', statement.Resource, statement.NotResource, resource, false)
    if (doing === undefined || to === undefined) return []
    const conditional = Object.keys(statement.Condition ?? {}).length > 0
    const name = statement.Sid || `number ${index + 1}`
    return [{ name, says: `${doing} on ${to}`, conditional }]
  })
}

function speaksOf(
  element: string,
  listed: Texts | undefined,
  excepted: Texts | undefined,
  value: string,
  ignoresCase: boolean,
): string | undefined {
  const folded = (text: string) => (ignoresCase ? text.toLowerCase() : text)
  const matches = (pattern: string) =>
    matchesPattern(folded(pattern.replaceAll(/\$\{[^}]*\}/g, '*')), folded(value))
  if (excepted === undefined) return texts(listed).find(matches)
  return texts(excepted).some(matches) ? undefined : `Not${element} ${texts(excepted).join(', ')}`
}

const texts = (given: Texts | undefined): readonly string[] =>
  given === undefined ? [] : typeof given === 'string' ? [given] : given

const isList = <Item>(given: Item | readonly Item[]): given is readonly Item[] =>
  Array.isArray(given)

/**
 * `*` stands for any text, `?` for one character; a policy variable is taken for any text. One way back at a time: no pattern
 * takes long.
 */
function matchesPattern(pattern: string, value: string): boolean {
  let [at, from, star, resume] = [0, 0, -1, 0]
  while (from < value.length) {
    if (pattern[at] === '*') {
      star = at
      at += 1
      resume = from
    } else if (at < pattern.length && (pattern[at] === '?' || pattern[at] === value[from])) {
      at += 1
      from += 1
    } else if (star >= 0) {
      resume += 1
      from = resume
      at = star + 1
    } else return false
  }
  return /^\**$/.test(pattern.slice(at))
}
