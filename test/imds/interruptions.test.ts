import { expect, test } from 'vitest'
import { answerMetadata, type MetadataService } from '../../emulator/imds/answer.ts'
import type { InstanceFacts } from '../../emulator/imds/facts.ts'
import type { RoleCredentials } from '../../emulator/imds/role-credentials.ts'

const noticed = Date.UTC(2026, 4, 1, 9, 30)

/** What EC2 says of a spot instance that it is about to take away. */
const facts = (more: Partial<InstanceFacts>): InstanceFacts => ({
  account: '123456789012',
  region: 'us-east-1',
  reservationId: 'r-0123456789abcdef0',
  hypervisor: 'nitro',
  partition: 'aws',
  userData: undefined,
  publicKey: undefined,
  subnets: new Map(),
  vpcs: new Map(),
  instance: {
    InstanceId: 'i-0123456789abcdef0',
    InstanceLifecycle: 'spot',
    LaunchTime: new Date(noticed),
    Monitoring: { State: 'disabled' },
    Placement: {},
  },
  ...more,
})

async function read(path: string, more: Partial<InstanceFacts>) {
  const never = () => {
    throw new Error('none of this is asked for')
  }
  const service: MetadataService = {
    facts: facts(more),
    credentials: undefined as unknown as RoleCredentials,
    signer: never,
    tokenKey: never,
    now: noticed,
  }
  const url = `/latest/meta-data/${path}`
  const { status, body } = await answerMetadata({ method: 'GET', path: url, headers: {} }, service)
  return status === 200 ? String(body) : status
}

test('a termination is announced with its time, in both files', async () => {
  const interruption = { action: 'terminate', at: noticed + 120_000 } as const
  expect(await read('instance-life-cycle', { interruption })).toBe('spot')
  expect(await read('spot/', { interruption })).toBe('instance-action\ntermination-time')
  expect(JSON.parse(String(await read('spot/instance-action', { interruption })))).toEqual({
    action: 'terminate',
    time: '2026-05-01T09:32:00Z',
  })
  expect(await read('spot/termination-time', { interruption })).toBe('2026-05-01T09:32:00Z')
})

test('a stop is announced, but is no termination', async () => {
  const interruption = { action: 'stop', at: noticed + 120_000 } as const
  expect(await read('spot/instance-action', { interruption })).toBe(
    '{"action":"stop","time":"2026-05-01T09:32:00Z"}',
  )
  expect(await read('spot/termination-time', { interruption })).toBe(404)
})

test('a recommendation to rebalance comes before, and without, an interruption', async () => {
  const more = { rebalanceRecommendedAt: noticed }
  expect(await read('events/', more)).toBe('maintenance/\nrecommendations/')
  expect(await read('events/recommendations/rebalance', more)).toBe(
    '{"noticeTime":"2026-05-01T09:30:00Z"}',
  )
  expect(await read('spot/instance-action', more)).toBe(404)
})
