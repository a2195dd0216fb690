import { describe, expect, test } from 'vitest'
import { evaluate } from '../../emulator/policy/index.ts'
import type { PolicyCase } from './cases.ts'
import { inputOf } from './cases.ts'

const traceOf = (given: PolicyCase) => evaluate(inputOf(given)).trace

describe('the trace', () => {
  test('names the statement that allowed, where it stands and its Sid', () => {
    const statement = { Sid: 'Read', Effect: 'Allow', Action: 's3:Get*', Resource: '*' }
    const trace = traceOf({
      policies: { identity: [{ ...statement, Action: 'ec2:*' }, statement] },
    })
    expect(trace.decidedBy).toBe('identity')
    expect(trace.policies).toHaveLength(2)
    expect(trace.statements).toEqual([
      {
        kind: 'identity',
        source: 'user',
        index: 1,
        statement: 0,
        sid: 'Read',
        effect: 'Allow',
        matched: true,
      },
    ])
  })

  test('says which key had which value where a condition failed', () => {
    const Condition = {
      StringEquals: { 'ec2:Region': 'eu-west-1', 'ec2:InstanceType': ['t2.micro', 't3.micro'] },
    }
    const trace = traceOf({
      request: { context: { 'ec2:region': 'eu-west-1', 'ec2:instancetype': 'p3.2xlarge' } },
      policies: { identity: [{ Effect: 'Allow', Action: '*', Resource: '*', Condition }] },
    })
    expect(trace.statements[0]).toMatchObject({
      matched: false,
      mismatch: {
        element: 'Condition',
        operator: 'StringEquals',
        key: 'ec2:InstanceType',
        expected: ['t2.micro', 't3.micro'],
        actual: 'p3.2xlarge',
      },
    })
  })

  test('shows a missing key as null', () => {
    const Condition = { Bool: { 'aws:MultiFactorAuthPresent': 'true' } }
    const trace = traceOf({
      policies: { identity: [{ Effect: 'Allow', Action: '*', Resource: '*', Condition }] },
    })
    expect(trace.statements[0]?.mismatch).toMatchObject({
      key: 'aws:MultiFactorAuthPresent',
      actual: null,
    })
  })

  test('says which resource was asked for where another was allowed', () => {
    const trace = traceOf({
      policies: {
        identity: [{ Effect: 'Allow', Action: 's3:*', Resource: 'arn:aws:s3:::other/*' }],
      },
    })
    expect(trace.statements[0]?.mismatch).toEqual({
      element: 'Resource',
      expected: ['arn:aws:s3:::other/*'],
      actual: 'arn:aws:s3:::bucket/key',
    })
  })

  test('says who asked where a resource policy names someone else', () => {
    const Principal = { AWS: '999999999999', Service: 'ec2.amazonaws.com' }
    const trace = traceOf({
      policies: { resource: { Effect: 'Allow', Principal, Action: 's3:*', Resource: '*' } },
    })
    expect(trace.statements[0]?.mismatch).toEqual({
      element: 'Principal',
      expected: ['999999999999', 'Service:ec2.amazonaws.com'],
      actual: 'arn:aws:iam::123456789012:user/team/alice',
    })
  })

  test('says what is wrong with a statement and with a document', () => {
    const trace = traceOf({
      policies: {
        identity: [
          {
            Effect: 'Allow',
            Action: '*',
            Resource: '*',
            Condition: { StringIs: { 'aws:x': '1' } },
          },
          { Version: '2020-01-01', Statement: [] },
        ],
      },
    })
    expect(trace.statements).toEqual([
      expect.objectContaining({
        matched: false,
        mismatch: {
          element: 'malformed',
          expected: 'there is no condition operator StringIs',
          actual: null,
        },
      }),
    ])
    expect(trace.policies[1]).toMatchObject({ statements: 0, malformed: 'unknown Version' })
  })

  test.each([
    ['identity', { identity: [{ Effect: 'Deny', Action: '*', Resource: '*' }] }],
    ['boundary', { boundary: [{ Effect: 'Deny', Action: '*', Resource: '*' }] }],
    ['session', { session: [{ Effect: 'Deny', Action: '*', Resource: '*' }] }],
    ['resource', { resource: { Effect: 'Deny', Principal: '*', Action: '*', Resource: '*' } }],
    ['scp', { scps: [[{ Effect: 'Deny', Action: '*', Resource: '*' }]] }],
    ['rcp', { rcps: [[{ Effect: 'Deny', Principal: '*', Action: '*', Resource: '*' }]] }],
  ] as const)('names the kind of policy that denied: %s', (kind, policies) => {
    expect(traceOf({ policies }).decidedBy).toBe(kind)
  })

  const everything = { Effect: 'Allow', Action: '*', Resource: '*' }
  const silent = { Effect: 'Allow', Action: 'sqs:*', Resource: '*' }
  test.each([
    ['identity', {}],
    ['boundary', { identity: [everything], boundary: [silent] }],
    ['session', { identity: [everything], session: [silent] }],
    ['scp', { identity: [everything], scps: [[silent]] }],
  ] as const)('names the kind of policy whose Allow is missing: %s', (kind, policies) => {
    const { decidedBy, reason } = traceOf({ policies })
    expect(decidedBy).toBe(kind)
    expect(reason).toMatch(/^no .* allows s3:GetObject$/)
  })

  test('gives levels to SCPs, the root level being 0', () => {
    const trace = traceOf({
      policies: { identity: [everything], scps: [[everything], [silent, everything]] },
    })
    const places = trace.policies.filter(({ kind }) => kind === 'scp')
    expect(places.map(({ level, index }) => [level, index])).toEqual([
      [0, 0],
      [1, 0],
      [1, 1],
    ])
  })
})
