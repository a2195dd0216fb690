import type { Database } from '../../store/database.ts'
import { rolesNaming, updateRole } from './rows/roles.ts'

type Element = Record<string, unknown>

/**
 * A trust policy names users and roles, not their ARNs: whoever takes the name of a deleted user or role later is not trusted, and
 * who is renamed still is. AWS shows the new ARN then, and the id of who was deleted.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-roles
 *
 * @param to the new ARN, or the id of what is deleted
 */
export function renamePrincipal(db: Database, from: string, to: string): void {
  if (from === to) return
  for (const role of rolesNaming(db, from)) {
    const document = JSON.parse(role.trustPolicy) as Element
    const statements = listOf(document['Statement']) as Element[]
    const named = statements.filter((statement) => rename(statement, from, to))
    if (named.length > 0) updateRole(db, { ...role, trustPolicy: JSON.stringify(document) })
  }
}

/** Changes a statement's principals; conditions that compare ARNs stay as they are. */
function rename(statement: Element, from: string, to: string): boolean {
  let found = false
  for (const name of ['Principal', 'NotPrincipal']) {
    const principals = statement[name]
    if (typeof principals !== 'object' || principals === null) continue
    const list = listOf((principals as Element)['AWS'])
    if (!list.includes(from)) continue
    const renamed = list.map((one) => (one === from ? to : one))
    statement[name] = { ...principals, AWS: renamed.length === 1 ? renamed[0] : renamed }
    found = true
  }
  return found
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value])
