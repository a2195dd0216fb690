import { describe, expect, test } from 'vitest'
import type { Caller } from '../../emulator/auth/caller.ts'
import { globalContext } from '../../emulator/authorize/context.ts'
import type { Call } from '../../emulator/operation.ts'

const now = Date.parse('2026-05-01T12:00:00.500Z')
const account = '123456789012'

/** What the context is made of, and nothing else of a call. */
function contextOf(caller: Caller, { service = 'ec2', headers = {} } = {}) {
  const http = {
    method: 'POST',
    host: 'h',
    path: '/',
    query: '',
    headers,
    sourceIp: '::1',
    secure: true,
  }
  return globalContext({
    service,
    region: 'eu-west-1',
    account,
    now,
    caller,
    http,
  } as unknown as Call)
}

const session = {
  issuedAt: now - 90_000,
  mfaAuthenticated: true,
  policies: [],
  tags: { team: 'blue' },
}
const role: Caller = {
  type: 'AssumedRole',
  accountId: account,
  arn: `arn:aws:sts::${account}:assumed-role/worker/today`,
  roleArn: `arn:aws:iam::${account}:role/jobs/worker`,
  userId: 'AROA1:today',
  session,
}

describe('the global condition keys', () => {
  test('of every request', () => {
    expect(
      contextOf(role, { headers: { 'user-agent': 'curl', referer: 'http://x/' } }),
    ).toMatchObject({
      'aws:CurrentTime': '2026-05-01T12:00:00Z',
      'aws:EpochTime': '1777636800',
      'aws:SourceIp': '::1',
      'aws:SecureTransport': 'true',
      'aws:RequestedRegion': 'eu-west-1',
      'aws:UserAgent': 'curl',
      'aws:Referer': 'http://x/',
      'aws:ViaAWSService': 'false',
      'aws:PrincipalIsAWSService': 'false',
    })
  })

  test('of a role session: the role’s ARN, no user name, when its token was issued, its tags', () => {
    const context = contextOf(role)
    expect(context).toMatchObject({
      'aws:PrincipalArn': `arn:aws:iam::${account}:role/jobs/worker`,
      'aws:PrincipalType': 'AssumedRole',
      'aws:PrincipalAccount': account,
      'aws:userid': 'AROA1:today',
      'aws:TokenIssueTime': '2026-05-01T11:58:30Z',
      'aws:MultiFactorAuthPresent': 'true',
      'aws:MultiFactorAuthAge': '90',
      'aws:PrincipalTag/team': 'blue',
    })
    expect(context).not.toHaveProperty('aws:username')
  })

  test('of a session without MFA: present and false, and no age', () => {
    const context = contextOf({ ...role, session: { ...session, mfaAuthenticated: false } })
    expect(context['aws:MultiFactorAuthPresent']).toBe('false')
    expect(context).not.toHaveProperty('aws:MultiFactorAuthAge')
  })

  test('of a long-term key: nothing about MFA or a token', () => {
    const context = contextOf({
      type: 'IAMUser',
      accountId: account,
      arn: `arn:aws:iam::${account}:user/alice`,
      userId: 'AIDA1',
      userName: 'alice',
    })
    expect(context).toMatchObject({ 'aws:username': 'alice', 'aws:PrincipalType': 'User' })
    expect(context).not.toHaveProperty('aws:MultiFactorAuthPresent')
    expect(context).not.toHaveProperty('aws:TokenIssueTime')
  })

  test('of a root user and of an anonymous caller', () => {
    const root: Caller = {
      type: 'Root',
      accountId: account,
      arn: `arn:aws:iam::${account}:root`,
      userId: account,
    }
    expect(contextOf(root)).toMatchObject({ 'aws:PrincipalType': 'Account', 'aws:userid': account })
    const anonymous = contextOf({ type: 'Anonymous', accountId: '', arn: null, userId: '' })
    expect(anonymous).toMatchObject({ 'aws:PrincipalType': 'Anonymous', 'aws:userid': 'anonymous' })
    expect(anonymous).not.toHaveProperty('aws:PrincipalAccount')
    expect(anonymous).not.toHaveProperty('aws:PrincipalArn')
  })

  test('IAM calls count as us-east-1', () => {
    expect(contextOf(role, { service: 'iam' })['aws:RequestedRegion']).toBe('us-east-1')
  })
})
