import { invalidPathComponent } from '../errors.ts'
import type { Cursor } from './cursor.ts'
import type { Step } from './syntax.ts'
import { describe, type Token } from './tokens.ts'

/** The steps after a name: `.name`, `."name"`, `[0]`, `['name']`, `[*]`, `.*`. Empty where there are none. */
export function parseSteps(cursor: Cursor): Step[] {
  const steps: Step[] = []
  for (;;) {
    if (cursor.accept('operator', '.')) steps.push(afterDot(cursor))
    else if (cursor.accept('operator', '[')) steps.push(inBrackets(cursor))
    else return steps
  }
}

function afterDot(cursor: Cursor): Step {
  if (cursor.accept('operator', '*')) return { kind: 'members' }
  if (!cursor.is('identifier') && !cursor.is('quoted')) {
    throw invalidPathComponent(kindOf(cursor.token), cursor.token)
  }
  const { kind, text } = cursor.take()
  return { kind: 'member', name: { text, quoted: kind === 'quoted' } }
}

function inBrackets(cursor: Cursor): Step {
  const step = bracketed(cursor)
  cursor.expect('ParseExpectedTokenType', 'operator', ']')
  return step
}

function bracketed(cursor: Cursor): Step {
  if (cursor.accept('operator', '*')) return { kind: 'elements' }
  const { token } = cursor
  if (token.kind === 'string') {
    cursor.take()
    return { kind: 'member', name: { text: token.text, quoted: true } }
  }
  const index = Number(token.text)
  if (token.kind !== 'number' || !/^\d+$/.test(token.text) || !Number.isSafeInteger(index)) {
    throw invalidPathComponent(kindOf(token), token)
  }
  cursor.take()
  return { kind: 'index', index }
}

const kindOf = (token: Token): string => describe(token).split(':')[0]!
