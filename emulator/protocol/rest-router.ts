import { NormalizedSchema } from '@smithy/core/schema'
import { invalidUri, serializationException } from './protocol-errors.ts'
import { kindOf, membersOf } from './schema.ts'
import type { ServiceModel } from './service-model.ts'
import { decodePercent, parseQuery } from './url.ts'

export interface RouteRequest {
  readonly method: string
  /** As sent, still percent-encoded; for S3 without the bucket. */
  readonly path: string
  readonly query: string
  readonly headers: Readonly<Record<string, string | undefined>>
  /** S3's bucket, from the path or the host; absent for what is about the service. */
  readonly bucket?: string
}

export interface RouteMatch {
  readonly operation: string
  /** What the path says, decoded once: `{ Key: 'a/b c' }`. */
  readonly labels: Readonly<Record<string, string>>
}

export interface RestRouter {
  /**
   * Finds the operation of a request by method, path, and what distinguishes operations of the same path: literal query
   * parameters (`?acl`, `?list-type=2`), then required parameters and headers (`uploadId`, `x-amz-copy-source`).
   *
   * @returns undefined when the service has no such operation
   * @throws AwsError `InvalidURI` (S3) or `SerializationException` for invalid percent-encoding
   */
  match(request: RouteRequest): RouteMatch | undefined
}

/** One operation's route, at the end of its path. */
interface Route {
  readonly operation: string
  /** Names of the labels in the order of the path. */
  readonly labels: readonly string[]
  readonly literals: readonly (readonly [name: string, value: string])[]
  readonly requiredQuery: readonly string[]
  readonly requiredHeaders: readonly string[]
  readonly needsBucket: boolean
}

/** A place in the tree of paths. */
interface Place {
  readonly literals: Map<string, Place>
  label: Place | undefined
  greedy: Place | undefined
  /** Routes that end here, by method and first literal query parameter (`''` for those without). */
  readonly routes: Map<string, Map<string, Route[]>>
}

const newPlace = (): Place => ({
  literals: new Map(),
  label: undefined,
  greedy: undefined,
  routes: new Map(),
})

/** Compiles the routes of a REST service from its operations' `http` traits. */
export function restRouter(model: ServiceModel): RestRouter {
  const isS3 = model.sdkId === 'S3'
  const invalid = isS3
    ? invalidUri
    : () => serializationException('The URI is not percent-encoded correctly')
  const root = newPlace()
  for (const [operation, schema] of model.operations) {
    const { http } = schema[3] as { http?: readonly [method: string, path: string, status: number] }
    if (http) addRoute(root, operation, http, NormalizedSchema.of(schema[4]), isS3)
  }
  return {
    match({ method, path, query, headers, bucket }) {
      const parameters = parseQuery(query, invalid)
      const context: Context = {
        method,
        parameters,
        headers,
        hasBucket: bucket !== undefined,
        isS3,
      }
      const segments = splitPath(path, isS3)
      const values: string[] = []
      const route = find(root, segments, 0, values, context)
      if (!route) return undefined
      const labels: Record<string, string> = {}
      for (const [i, name] of route.labels.entries())
        labels[name] = decodePercent(values[i]!, invalid)
      return { operation: route.operation, labels }
    },
  }
}

/** Lambda's paths end in a slash or not, and clients disagree; for S3 it is part of the key. */
function splitPath(path: string, isS3: boolean): string[] {
  const segments = path.split('/').slice(1)
  if (!isS3 && segments.length > 1 && segments.at(-1) === '') segments.pop()
  return segments
}

function addRoute(
  root: Place,
  operation: string,
  [method, pattern]: readonly [string, string, number],
  input: NormalizedSchema,
  isS3: boolean,
): void {
  const [path = '/', query = ''] = pattern.split('?', 2)
  const labels: string[] = []
  let place = root
  for (const segment of splitPath(path, isS3)) {
    const label = /^\{([^+}]+)(\+)?\}$/.exec(segment)
    if (label) labels.push(label[1]!)
    if (label?.[2]) place = place.greedy ??= newPlace()
    else if (label) place = place.label ??= newPlace()
    else {
      const known = place.literals.get(segment) ?? newPlace()
      place.literals.set(segment, known)
      place = known
    }
  }
  const members = kindOf(input) === 'unit' ? [] : membersOf(input)
  const required = members.filter((member) => member.required)
  const route: Route = {
    operation,
    labels,
    // Only the SDK for JavaScript says `x-id`; it distinguishes nothing for the others.
    literals: [...new URLSearchParams(query)].filter(([name]) => name !== 'x-id'),
    requiredQuery: required.flatMap(({ traits }) => traits.httpQuery ?? []),
    requiredHeaders: required.flatMap(({ traits }) => traits.httpHeader?.toLowerCase() ?? []),
    needsBucket: members.some(({ name, traits }) => name === 'Bucket' && traits.httpLabel === 1),
  }
  const byLiteral = place.routes.get(method) ?? new Map<string, Route[]>()
  place.routes.set(method, byLiteral)
  const key = route.literals[0]?.[0] ?? ''
  byLiteral.set(key, [...(byLiteral.get(key) ?? []), route])
}

interface Context {
  readonly method: string
  readonly parameters: ReadonlyMap<string, readonly string[]>
  readonly headers: RouteRequest['headers']
  readonly hasBucket: boolean
  readonly isS3: boolean
}

/** Literal segments win over labels, labels over greedy ones. */
function find(
  place: Place,
  segments: readonly string[],
  at: number,
  values: string[],
  context: Context,
): Route | undefined {
  if (at === segments.length) return best(place, context)
  const segment = segments[at]!
  const literal = place.literals.get(segment)
  const byLiteral = literal && find(literal, segments, at + 1, values, context)
  if (byLiteral) return byLiteral
  if (place.label && segment !== '') {
    values.push(segment)
    const byLabel = find(place.label, segments, at + 1, values, context)
    if (byLabel) return byLabel
    values.pop()
  }
  return place.greedy && findGreedy(place.greedy, segments, at, values, context)
}

function findGreedy(
  place: Place,
  segments: readonly string[],
  at: number,
  values: string[],
  context: Context,
): Route | undefined {
  const isOpen = place.literals.size > 0 || place.label !== undefined
  for (let end = segments.length; end > at; end -= 1) {
    const value = segments.slice(at, end).join('/')
    if (value !== '') {
      values.push(value)
      const found = find(place, segments, end, values, context)
      if (found) return found
      values.pop()
    }
    if (!isOpen) return undefined
  }
  return undefined
}

/**
 * The most specific route of a place. A literal parameter decides even when a required one lacks: `DELETE /?analytics`
 * without an id must be refused and never become DeleteBucket.
 */
function best(place: Place, context: Context): Route | undefined {
  const byLiteral = place.routes.get(context.method)
  if (!byLiteral) return undefined
  let found: Route | undefined
  let foundScore = -1
  const consider = (routes: readonly Route[] | undefined) => {
    for (const route of routes ?? []) {
      const score = scoreOf(route, context)
      if (score > foundScore) {
        found = route
        foundScore = score
      }
    }
  }
  for (const name of context.parameters.keys()) {
    if (name !== '') consider(byLiteral.get(name))
  }
  consider(byLiteral.get(''))
  return found
}

/** How specific a route is for a request; -1 when it is none for it. */
function scoreOf(route: Route, { parameters, headers, hasBucket, isS3 }: Context): number {
  if (isS3 && route.needsBucket !== hasBucket) return -1
  for (const [name, value] of route.literals) {
    const sent = parameters.get(name)
    if (!sent || (value !== '' && !sent.includes(value))) return -1
  }
  const isComplete =
    route.requiredQuery.every((name) => parameters.has(name)) &&
    route.requiredHeaders.every((name) => headers[name] !== undefined)
  if (!isComplete && isS3 && route.literals.length === 0) return -1
  const required = route.requiredQuery.length + route.requiredHeaders.length
  return route.literals.length * 1000 + (isComplete ? 100 + required : 0)
}
