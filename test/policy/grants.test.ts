import { describe, expect, test } from 'vitest'
import table from '../../fixtures/policies/grants.json' with { type: 'json' }
import { decide } from './cases.ts'

const everything = { Action: '*', Resource: '*' }
const documents: Record<'allow' | 'silent' | 'deny', object> = {
  allow: { Effect: 'Allow', ...everything },
  silent: { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: '*' },
  deny: [
    { Effect: 'Allow', ...everything },
    { Effect: 'Deny', ...everything },
  ],
}
type Says = keyof typeof documents
interface Situation {
  readonly id: string
  readonly identity?: Says
  readonly boundary?: Says
  readonly session?: Says
  readonly scps?: Says
  readonly rcps?: Says
}
interface Row {
  readonly caller: string
  readonly names: string | object | null
  readonly condition?: object
  readonly context?: Record<string, string>
  readonly decisions: string
  readonly says: string
}

const decisions = { A: 'allowed', I: 'implicitDeny', E: 'explicitDeny' } as const
const given = (says: Says | undefined) => (says ? [documents[says]] : [])
const rcp = { Effect: 'Deny', Principal: '*', ...everything }

const cases = table.tables.flatMap(({ id, request, rows }) =>
  (rows as Row[]).flatMap((row) => {
    const letters = row.decisions.split(' ')
    expect(letters).toHaveLength(table.situations.length)
    return (table.situations as Situation[]).flatMap((situation, column) => {
      const letter = letters[column]
      if (letter === '-') return []
      return [
        { table: id, ...row, request, situation, expected: decisions[letter as 'A' | 'I' | 'E'] },
      ]
    })
  }),
)

describe('what a resource policy grants', () => {
  test.each(cases)(
    '$table: $caller, named $names, $situation.id: $expected',
    ({ caller, names, condition, context, request, situation, expected }) => {
      const resource =
        names === null
          ? null
          : {
              Effect: 'Allow',
              Principal: names,
              ...everything,
              ...(condition && { Condition: condition }),
            }
      const { identity, boundary, session, scps, rcps } = situation
      const policies = {
        identity: given(identity),
        boundary: given(boundary),
        session: given(session),
        resource,
        scps: scps ? [given('allow'), given(scps)] : [],
        rcps: rcps ? [[rcp]] : [],
      }
      expect(decide({ caller, request: { ...request, context: context ?? {} }, policies })).toBe(
        expected,
      )
    },
  )
})
