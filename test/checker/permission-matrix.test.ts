import { describe, expect, it } from 'vitest'
import type { HistoryEvent } from '../../checker/history.ts'
import { eventHistory } from '../../checker/history.ts'
import { mustAllow, mustDeny } from '../../checker/permission-matrix.ts'
import type { Probe } from '../../checker/permission-probe.ts'
import { attempt } from '../../checker/permission-probe.ts'
import type { HeldPolicy } from '../../checker/user-policies.ts'

const answer = (name: string, message = 'no') => Object.assign(new Error(message), { name })

const probe = (action: string, on: string, error?: Error): Probe => ({
  action,
  on,
  resource: `arn:aws:s3:::lake/${on}`,
  send: () => (error === undefined ? Promise.resolve({}) : Promise.reject(error)),
})

describe('one call', () => {
  it.each([
    ['it succeeds', undefined],
    ['EC2 says that it would have', answer('DryRunOperation')],
  ])('is allowed where %s', async (_, error) => {
    expect(await attempt(probe('a:B', 'it', error))).toEqual({ allowed: true })
  })

  it.each(['AccessDenied', 'AccessDeniedException', 'UnauthorizedOperation'])(
    'is refused by %s',
    async (name) => {
      const error = answer(name, 'No. Encoded authorization failure message: abc')
      expect(await attempt(probe('a:B', 'it', error))).toEqual({ allowed: false, because: 'No' })
    },
  )

  it('is allowed by an error that only those who are allowed see', async () => {
    const one = probe('s3:DeleteBucket', 'lake', answer('BucketNotEmpty'))
    expect(await attempt({ ...one, allowedBy: ['BucketNotEmpty'] })).toEqual({ allowed: true })
    await expect(attempt(one)).rejects.toThrow('no')
  })

  it('says nothing where something else went wrong', async () => {
    await expect(attempt(probe('a:B', 'it', answer('NotImplemented')))).rejects.toThrow('no')
  })
})

const policy = (name: string, kind: HeldPolicy['kind'], ...Statement: object[]): HeldPolicy => ({
  name,
  kind,
  arn: `arn:aws:iam::${kind === 'AWS managed' ? 'aws' : '123456789012'}:policy/${name}`,
  document: JSON.stringify({ Version: '2012-10-17', Statement }),
})

const event = (sequence: number, operation: string, parameters: Record<string, unknown>) =>
  ({
    sequence,
    service: 'iam',
    operation,
    parameters,
    userAgent: 'aws-cli',
  }) as unknown as HistoryEvent

const created = event(1, 'CreatePolicy', { PolicyName: 'Mine' })
const changed = event(2, 'CreatePolicyVersion', {
  PolicyArn: 'arn:aws:iam::123456789012:policy/Mine',
})
const attached = event(3, 'AttachUserPolicy', {
  PolicyArn: 'arn:aws:iam::123456789012:policy/Mine',
})
const other = event(4, 'CreatePolicy', { PolicyName: 'Other' })
const events = eventHistory([created, changed, attached, other])

const reads = { Sid: 'Reads', Effect: 'Allow', Action: 's3:Get*', Resource: '*' }
const all = { Effect: 'Allow', Action: '*', Resource: '*' }
const denied = answer('AccessDenied', 'You may not')

describe('what must be refused', () => {
  it('passes when all of it is', async () => {
    const subject = { user: 'erin', held: [policy('Mine', 'customer managed', all)], events }
    expect(await mustDeny(subject, [probe('a:B', 'it', denied)], 'nothing')).toEqual({
      passed: true,
    })
  })

  it('is named with the statement that allows it, one sentence for each, and the call that wrote it', async () => {
    const held = [policy('Mine', 'customer managed', reads), policy('All', 'AWS managed', all)]
    const probes = [
      probe('s3:GetObject', 'a'),
      probe('s3:PutObject', 'a'),
      probe('s3:GetObject', 'b'),
      probe('s3:DeleteObject', 'b', denied),
    ]
    expect(
      await mustDeny({ user: 'erin', held, events }, probes, 'that erin does nothing'),
    ).toEqual({
      passed: false,
      message:
        "Your policy Mine allows s3:GetObject on a, s3:GetObject on b: its statement Reads says s3:Get* on *. AWS's policy All allows s3:PutObject on a: its statement number 1 says * on *. Expected that erin does nothing.",
      call: changed,
    })
  })

  it('is put down to a statement without a condition before one with one', async () => {
    const Condition = { StringEquals: { 'aws:RequestedRegion': 'us-east-1' } }
    const careful = { ...all, Sid: 'Careful', Condition }
    const held = [policy('Mine', 'customer managed', careful, { ...all, Sid: 'Careless' })]
    const verdict = await mustDeny({ user: 'erin', held, events }, [probe('a:B', 'it')], 'nothing')
    expect(verdict).toMatchObject({ message: expect.stringContaining('its statement Careless') })
    const only = [policy('Mine', 'customer managed', careful)]
    expect(
      await mustDeny({ user: 'erin', held: only, events }, [probe('a:B', 'it')], 'nothing'),
    ).toMatchObject({
      message: expect.stringContaining(
        'its statement Careful says * on *, under a condition that does not keep this out.',
      ),
    })
  })

  it('may be allowed by no policy of theirs', async () => {
    const verdict = await mustDeny(
      { user: 'erin', held: [], events },
      [probe('a:B', 'it')],
      'nothing',
    )
    expect(verdict).toEqual({
      passed: false,
      message: 'Something that is no policy of theirs allows a:B on it. Expected nothing.',
    })
  })
})

describe('what must be allowed', () => {
  const subject = { user: 'erin', held: [policy('Mine', 'customer managed', reads)], events }

  it('passes when all of it is', async () => {
    expect(await mustAllow(subject, [probe('a:B', 'it')], 'that')).toEqual({ passed: true })
  })

  it('is named with what AWS says, and the call that wrote the policy', async () => {
    const probes = [
      probe('a:A', 'it'),
      probe('a:B', 'it', answer('AccessDenied', 'No identity-based policy allows it')),
      probe('a:C', 'it', denied),
    ]
    expect(await mustAllow(subject, probes, 'that erin may')).toEqual({
      passed: false,
      message:
        'erin is refused a:B on it. AWS answers: No identity-based policy allows it. Refused too: a:C on it. Expected that erin may.',
      call: changed,
    })
  })
})
