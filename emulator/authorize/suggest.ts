import type { GrantedPermission } from '../events/granted-permissions.ts'
import { literal } from './explain.ts'

/** More resources than these in one folder, bucket or kind are written as a pattern. */
const mostResources = 3

interface SuggestedStatement {
  readonly Effect: 'Allow'
  readonly Action: string | readonly string[]
  readonly Resource: string | readonly string[]
}

export interface SuggestedPolicy {
  readonly Version: '2012-10-17'
  readonly Statement: readonly SuggestedStatement[]
}

/** The policy that allows what was granted and little else: actions on the same resources stand together. */
export function suggestPolicy(granted: readonly GrantedPermission[]): SuggestedPolicy {
  const byAction = new Map<string, Set<string>>()
  for (const { action, resource } of granted) {
    const resources = byAction.get(action) ?? new Set()
    byAction.set(action, resources.add(literal(resource)))
  }
  const groups = new Map<string, { actions: string[]; resources: readonly string[] }>()
  for (const action of [...byAction.keys()].toSorted()) {
    const resources = summarized(byAction.get(action)!)
    const key = [action.slice(0, action.indexOf(':')), ...resources].join(' ')
    const group = groups.get(key)
    if (group) group.actions.push(action)
    else groups.set(key, { actions: [action], resources })
  }
  return {
    Version: '2012-10-17',
    Statement: [...groups.values()].map(({ actions, resources }) => ({
      Effect: 'Allow',
      Action: oneOrList(actions),
      Resource: oneOrList(resources),
    })),
  }
}

const oneOrList = (texts: readonly string[]) => (texts.length === 1 ? texts[0]! : texts)

/** Many resources of one place become a pattern; what a pattern covers goes without saying. */
function summarized(resources: ReadonlySet<string>): readonly string[] {
  if (resources.has('*')) return ['*']
  const places = new Map<string, string[]>()
  for (const resource of resources) {
    const place = placeOf(resource)
    places.set(place, [...(places.get(place) ?? []), resource])
  }
  return [...places]
    .flatMap(([place, members]) => {
      const pattern = `${place}*`
      return members.length > mostResources || members.includes(pattern) ? [pattern] : members
    })
    .toSorted()
}

/** All up to what tells resources of one kind apart: `arn:aws:s3:::bucket/`, `arn:…:instance/`, `arn:…:db:`. */
function placeOf(arn: string): string {
  const bucket = /^arn:[^:]*:s3:::[^/]+\//.exec(arn)
  if (bucket) return bucket[0]
  const kind = /^(?:[^:]*:){5}.*[/:]/s.exec(arn)
  return kind ? kind[0] : arn
}
