import type { Facts, PolicyShape, Statement } from './statement.ts'
import type { Grant } from './principal.ts'
import type { PolicyDocument } from './request.ts'
import { Malformed, isObject } from './json.ts'
import { TextCache } from './text-cache.ts'
import { compileStatement } from './statement.ts'

/** The statements that concern one action. */
interface Candidates {
  readonly allows: readonly Statement[]
  readonly denies: readonly Statement[]
}

/** A policy, compiled. */
export interface Document {
  readonly statements: readonly Statement[]
  /** Why nothing of the document can be understood: it has no statements then. */
  readonly malformed: string | undefined
  /** @param action in lower case */
  candidates(action: string): Candidates
}

/** What policies of different kinds have to look like. */
const shapes = {
  /** Identity policies, boundaries, session policies, SCPs: their principal is whom they are attached to. */
  identity: { principals: 'none', resources: 'required' },
  /** A trust policy has no resource: it is the role. */
  resource: { principals: 'required', resources: 'optional' },
  rcp: { principals: 'optional', resources: 'required' },
} as const satisfies Record<string, PolicyShape>
export type ShapeName = keyof typeof shapes

/** A document's last so many actions keep the statements that concern them. */
const rememberedActions = 512

function compileDocument(source: unknown, shape: PolicyShape): Document {
  const { statements, malformed } = compileStatements(source, shape)
  const byAction = new Map<string, Candidates>()
  let lastAction: string | undefined
  let last: Candidates = { allows: [], denies: [] }
  return {
    statements,
    malformed,
    candidates(action) {
      if (action === lastAction) return last
      last = byAction.get(action) ?? remember(byAction, action, statements)
      lastAction = action
      return last
    },
  }
}

function remember(
  byAction: Map<string, Candidates>,
  action: string,
  statements: readonly Statement[],
): Candidates {
  const concerned = statements.filter((statement) => statement.concerns(action))
  const candidates = {
    allows: concerned.filter(({ effect }) => effect === 'Allow'),
    denies: concerned.filter(({ effect }) => effect === 'Deny'),
  }
  if (byAction.size >= rememberedActions) byAction.clear()
  byAction.set(action, candidates)
  return candidates
}

function compileStatements(
  source: unknown,
  shape: PolicyShape,
): { statements: Statement[]; malformed: string | undefined } {
  try {
    const { variables, statements } = readDocument(source)
    const compiled = statements.map((statement, index) =>
      compileStatement(statement, index, { variables }, shape),
    )
    return { statements: compiled, malformed: undefined }
  } catch (error) {
    if (error instanceof Malformed) return { statements: [], malformed: error.message }
    throw error
  }
}

const elements: ReadonlySet<string> = new Set(['Version', 'Id', 'Statement'])

/** @throws Malformed */
function readDocument(source: unknown): { variables: boolean; statements: unknown[] } {
  if (!isObject(source)) throw new Malformed('the document is no JSON object')
  for (const element of Object.keys(source)) {
    if (!elements.has(element)) throw new Malformed(`there is no element ${element}`)
  }
  const { Version = '2008-10-17', Statement } = source
  if (Version !== '2012-10-17' && Version !== '2008-10-17') throw new Malformed('unknown Version')
  if (Statement === undefined) throw new Malformed('there is no Statement')
  const statements: unknown[] = Array.isArray(Statement) ? Statement : [Statement]
  return { variables: Version === '2012-10-17', statements }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const cache = (shape: ShapeName) =>
  new TextCache((text) => compileDocument(parse(text), shapes[shape]))

const texts: Readonly<Record<ShapeName, TextCache<Document>>> = {
  identity: cache('identity'),
  resource: cache('resource'),
  rcp: cache('rcp'),
}

const objects: Readonly<Record<ShapeName, WeakMap<object, Document>>> = {
  identity: new WeakMap(),
  resource: new WeakMap(),
  rcp: new WeakMap(),
}

/** Compiled once per text, or once per object: an object must not change between two calls. */
export function compiled(document: PolicyDocument, shape: ShapeName): Document {
  if (typeof document === 'string') return texts[shape].get(document)
  const known = objects[shape].get(document)
  if (known) return known
  const fresh = compileDocument(document, shapes[shape])
  objects[shape].set(document, fresh)
  return fresh
}

export const denies = (document: Document, facts: Facts): boolean => {
  for (const statement of document.candidates(facts.action).denies) {
    if (statement.applies(facts) !== undefined) return true
  }
  return false
}

export const allows = (document: Document, facts: Facts): boolean => {
  for (const statement of document.candidates(facts.action).allows) {
    if (statement.applies(facts) !== undefined) return true
  }
  return false
}

const strength: Readonly<Record<Grant, number>> = { direct: 3, limited: 2, account: 1 }

/** The strongest Allow of a resource policy. */
export function strongestGrant(document: Document, facts: Facts): Grant | undefined {
  let strongest: Grant | undefined
  for (const statement of document.candidates(facts.action).allows) {
    const grant = statement.applies(facts)
    if (grant && (!strongest || strength[grant] > strength[strongest])) strongest = grant
  }
  return strongest
}
