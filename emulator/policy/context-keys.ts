import { isObject } from './json.ts'

/** The condition keys that documents ask for, in their order: those of variables and of conditions. */
export const contextKeysOf = (documents: readonly unknown[]): string[] =>
  unique(
    documents.flatMap((document) => {
      const { Version, Statement } = isObject(document) ? document : {}
      const statements: unknown[] = Array.isArray(Statement) ? Statement : [Statement]
      const grammar = { variables: Version === '2012-10-17' }
      return statements.flatMap((statement) => statementContextKeys(statement, grammar))
    }),
  )

/** The same of one statement. */
export function statementContextKeys(
  statement: unknown,
  { variables }: { readonly variables: boolean },
): string[] {
  if (!isObject(statement)) return []
  const { Resource, NotResource, Condition } = statement
  const keys = variables ? variablesIn([Resource, NotResource]) : []
  for (const block of Object.values(isObject(Condition) ? Condition : {})) {
    for (const [key, values] of Object.entries(isObject(block) ? block : {})) {
      keys.push(key, ...(variables ? variablesIn(values) : []))
    }
  }
  return unique(keys)
}

/** A variable with a default asks for its key, but does without; `${*}`, `${?}` and `${$}` ask for nothing. */
const variable = /\$\{\s*([^},*?$\s]+)\s*(?:,[^}]*)?\}/g

const variablesIn = (values: unknown): string[] =>
  (Array.isArray(values) ? values.flat() : [values]).flatMap((value) =>
    typeof value === 'string' ? Array.from(value.matchAll(variable), ([, key]) => key!) : [],
  )

/** Keys are the same whatever their case: the first way to write one stays. */
function unique(keys: readonly string[]): string[] {
  const byName = new Map<string, string>()
  for (const key of keys) {
    const name = key.toLowerCase()
    if (!byName.has(name)) byName.set(name, key)
  }
  return [...byName.values()]
}
