import { describe, expect, test } from 'vitest'
import table from '../../fixtures/policies/condition-operators.json' with { type: 'json' }
import { decide } from './cases.ts'

describe.each(table.groups)('$says', ({ operator, policy, cases }) => {
  test.each(cases as [string, string | string[] | null, boolean][])(
    `%s ${operator} ${JSON.stringify(policy)} against %j: %s`,
    (around, value, holds) => {
      const [before, after] = around.includes(':') ? around.split(/(?<=:)/) : ['', around]
      const Condition = { [`${before}${operator}${after ?? ''}`]: { 'aws:Key': policy } }
      const request = { context: value === null ? {} : { 'aws:key': value } }
      const everything = { Action: '*', Resource: '*' }
      const allowing = [{ Effect: 'Allow', ...everything, Condition }]
      const denying = [
        { Effect: 'Allow', ...everything },
        { Effect: 'Deny', ...everything, Condition },
      ]
      expect(decide({ request, policies: { identity: [allowing] } })).toBe(
        holds ? 'allowed' : 'implicitDeny',
      )
      expect(decide({ request, policies: { identity: [denying] } })).toBe(
        holds ? 'explicitDeny' : 'allowed',
      )
    },
  )
})
