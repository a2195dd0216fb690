import { expect, test } from 'vitest'
import { evaluate } from '../../emulator/policy/index.ts'
import {
  awsManagedPolicy,
  awsManagedPolicyArns,
} from '../../emulator/services/iam/aws-managed-policies.ts'
import { inputOf } from './cases.ts'

test('every statement of every AWS managed policy is understood', () => {
  const { request, policies } = inputOf({})
  const identity = awsManagedPolicyArns().map((name) => ({
    source: 'user',
    name,
    document: awsManagedPolicy(name)!.document,
  }))
  expect(identity.length).toBeGreaterThan(1000)
  const { trace } = evaluate({ request, policies: { ...policies, identity } })
  expect(
    trace.policies.filter(({ statements, malformed }) => malformed || statements === 0),
  ).toEqual([])
  expect(trace.statements.filter(({ mismatch }) => mismatch?.element === 'malformed')).toEqual([])
})
