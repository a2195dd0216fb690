import { describe, expect, test } from 'vitest'
import { evaluateLine } from '../../emulator/policy/json-lines.ts'
import { inputOf } from './cases.ts'

const everything = { Effect: 'Allow', Action: '*', Resource: '*' }
const line = { id: 'one', ...inputOf({ policies: { identity: [everything] } }) }
const answer = (given: unknown): Record<string, unknown> =>
  JSON.parse(evaluateLine(typeof given === 'string' ? given : JSON.stringify(given))) as Record<
    string,
    unknown
  >

const withRequest = (changes: object) => ({ ...line, request: { ...line.request, ...changes } })
const withPolicies = (changes: object) => ({ ...line, policies: { ...line.policies, ...changes } })
const withPrincipal = (changes: object) =>
  withRequest({ principal: { ...line.request.principal, ...changes } })

describe('a line of policy evaluate', () => {
  test('is answered with its id, the decision and the trace', () => {
    expect(answer(line)).toMatchObject({
      id: 'one',
      decision: 'allowed',
      trace: { decidedBy: 'identity', statements: [{ matched: true }] },
    })
  })

  test('may hold anonymous callers, services and an organization', () => {
    const anonymous = { type: 'Anonymous', arn: null, accountId: null }
    expect(answer(withRequest({ principal: anonymous }))['decision']).toBe('implicitDeny')
    const service = { type: 'Service', arn: 's3.amazonaws.com', accountId: '' }
    expect(answer(withRequest({ principal: service }))['decision']).toBe('implicitDeny')
    expect(answer({ ...line, organization: { managementAccountId: '1' } })['decision']).toBe(
      'allowed',
    )
  })

  test('evaluates documents as given, malformed ones too', () => {
    const identity = [{ source: 'user', document: { Statement: 7 } }]
    expect(answer(withPolicies({ identity }))['decision']).toBe('implicitDeny')
  })

  test.each([
    ['no JSON', '{', null],
    ['an empty line', '', null],
    ['a list', '[]', null],
    ['no id', { ...line, id: undefined }, null],
    ['no request', { id: 'one' }, 'one'],
    ['no policies', { ...line, policies: undefined }, 'one'],
    ['an unknown type of principal', withPrincipal({ type: 'Robot' }), 'one'],
    ['a type that objects have by nature', withPrincipal({ type: 'constructor' }), 'one'],
    ['a user without ARN', withPrincipal({ arn: null }), 'one'],
    ['an account that is a number', withPrincipal({ accountId: 123456789012 }), 'one'],
    ['an action that is a list', withRequest({ action: ['s3:GetObject'] }), 'one'],
    ['no resource', withRequest({ resource: undefined }), 'one'],
    ['no context', withRequest({ context: undefined }), 'one'],
    [
      'a context value that is a boolean',
      withRequest({ context: { 'aws:SecureTransport': true } }),
      'one',
    ],
    ['a context list with a number', withRequest({ context: { 'aws:TagKeys': ['a', 1] } }), 'one'],
    ['no RCPs', withPolicies({ rcps: undefined }), 'one'],
    ['SCPs without levels', withPolicies({ scps: [everything] }), 'one'],
    [
      'an identity policy without source',
      withPolicies({ identity: [{ document: everything }] }),
      'one',
    ],
    ['a resource policy left out', withPolicies({ resource: undefined }), 'one'],
    ['a document that is a number', withPolicies({ boundary: [7] }), 'one'],
    ['an organization without account', { ...line, organization: {} }, 'one'],
  ])('that holds %s is answered with an error', (_, given, id) => {
    const { id: answered, error, decision } = answer(given)
    expect(answered).toBe(id)
    expect(error).toEqual(expect.any(String))
    expect(decision).toBeUndefined()
  })
})
