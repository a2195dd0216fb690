import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { CallEvent } from '../../emulator/events/call-event.ts'
import { EventHistory } from '../../emulator/events/history.ts'
import { openStore } from '../../emulator/store/store.ts'
import type { Store } from '../../emulator/store/store.ts'

const read: CallEvent = {
  time: 1_900_000_000_000,
  wallTime: 1_800_000_000_000,
  requestId: 'request-1',
  account: '123456789012',
  region: 'us-east-1',
  caller: {
    type: 'IAMUser',
    arn: 'arn:aws:iam::123456789012:user/student',
    accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    userName: 'student',
  },
  service: 'ec2',
  operation: 'DescribeVolumes',
  readOnly: true,
  sourceIp: '127.0.0.1',
  userAgent: 'aws-cli/2.9',
  status: 200,
  duration: 1234,
  parameters: { VolumeIds: ['vol-1'] },
}
const change: CallEvent = {
  ...read,
  operation: 'DeleteVolume',
  readOnly: false,
  parameters: { VolumeId: 'vol-2' },
  result: {},
  resources: ['arn:aws:ec2:us-east-1:123456789012:volume/vol-2'],
}
const denied: CallEvent = {
  ...change,
  requestId: 'request-2',
  caller: { type: 'AssumedRole', arn: 'arn:aws:sts::123456789012:assumed-role/r/s' },
  status: 403,
  error: { code: 'UnauthorizedOperation', message: 'You are not authorized' },
  denial: { statements: [{ effect: 'Deny' }] },
}

describe('EventHistory', () => {
  let store: Store
  let history: EventHistory
  beforeEach(() => {
    store = openStore()
    history = new EventHistory(store)
  })
  afterEach(async () => {
    history.close()
    await store.close()
  })
  const stored = () => store.db.get<{ n: number }>('select count(*) as n from event')!.n
  const found = (filter = {}) => history.query(filter).map(({ sequence }) => sequence)

  test('an event comes back as it was recorded', () => {
    history.append(read)
    store.db.transaction(() => history.append(change))
    history.append(denied)
    expect(history.query()).toEqual([
      { sequence: 1, ...read },
      { sequence: 2, ...change },
      { sequence: 3, ...denied },
    ])
  })

  test('a change is recorded in its transaction, and taken back with it', () => {
    store.db.transaction(() => history.append(change))
    expect(stored()).toBe(1)
    const work = () => {
      history.append(change)
      throw new Error('no')
    }
    expect(() => store.db.transaction(work)).toThrow('no')
    history.append(denied)
    expect(history.query().map(({ error }) => error?.code)).toEqual([
      undefined,
      'UnauthorizedOperation',
    ])
  })

  test('reads are queued, and written after a moment, when there are many, or when somebody looks', async () => {
    for (let n = 0; n < 199; n += 1) history.append(read)
    expect(stored()).toBe(0)
    history.append(read)
    expect(stored()).toBe(200)
    history.append(read)
    expect(history.query({ limit: 1000 })).toHaveLength(201)
    history.append(read)
    await expect.poll(stored).toBe(202)
  })

  test('what was queued survives a look inside a transaction that is rolled back', () => {
    history.append(read)
    const work = () => {
      expect(found()).toEqual([1])
      throw new Error('no')
    }
    expect(() => store.db.transaction(work)).toThrow('no')
    expect(found()).toEqual([1])
  })

  test('queries by each filter, in the order of the calls', () => {
    history.append(read)
    store.db.transaction(() => history.append(change))
    history.append(denied)
    history.append({
      ...read,
      service: 's3',
      operation: 'ListBuckets',
      account: '222222222222',
      parameters: {},
    })
    expect(found()).toEqual([1, 2, 3, 4])
    expect(found({ afterSequence: 1, limit: 2 })).toEqual([2, 3])
    expect(found({ limit: 2 })).toEqual([3, 4])
    expect(found({ account: '222222222222' })).toEqual([4])
    expect(found({ service: 'ec2' })).toEqual([1, 2, 3])
    expect(found({ operation: 'DeleteVolume' })).toEqual([2, 3])
    expect(found({ resource: 'vol-2' })).toEqual([2, 3])
    expect(found({ resource: 'vol-1' })).toEqual([1])
    expect(found({ caller: 'student' })).toEqual([1, 2, 4])
    expect(found({ caller: 'AKIAIOSFODNN7EXAMPLE' })).toEqual([1, 2, 4])
    expect(found({ caller: 'arn:aws:sts::123456789012:assumed-role/r/s' })).toEqual([3])
    expect(found({ errorsOnly: true })).toEqual([3])
    expect(found({ requestId: 'request-2' })).toEqual([3])
    expect(found({ requestId: 'request-2', service: 's3' })).toEqual([])
  })

  test('finds the latest denial', () => {
    expect(history.latestDenial()).toBeUndefined()
    history.append(denied)
    history.append({ ...denied, requestId: 'request-3' })
    history.append(read)
    expect(history.latestDenial()).toMatchObject({ requestId: 'request-3', denial: denied.denial })
    expect(history.latestDenial({ caller: 'student' })).toBeUndefined()
  })

  test('keeps the last calls only', () => {
    const short = new EventHistory(store, { limit: 100 })
    for (let n = 0; n < 1000; n += 1) {
      if (n % 2) store.db.transaction(() => short.append(change))
      else short.append(read)
    }
    short.flush()
    const sequences = short.query({ limit: 1000 }).map(({ sequence }) => sequence)
    expect(sequences.length).toBeGreaterThanOrEqual(100)
    expect(sequences.length).toBeLessThan(110)
    expect(sequences.at(-1)).toBe(1000)
    expect(stored()).toBe(sequences.length)
  })

  test('goes on counting after a restart, and starts anew after a reset', () => {
    history.append(read)
    history.flush()
    expect(new EventHistory(store).append(read)).toBe(2)
    history.append(read)
    store.reset()
    expect(found()).toEqual([])
    expect(history.append(read)).toBe(1)
  })

  test('watchers hear of each event when it is there, and a watcher that throws disturbs nobody', async () => {
    const heard: (string | undefined)[] = []
    const warnings: string[] = []
    const warned = (warning: Error) => warnings.push(warning.message)
    process.on('warning', warned)
    const end = history.subscribe((sequence) => {
      const [event] = history.query({ afterSequence: sequence - 1, limit: 1 })
      heard.push(`${event?.sequence} ${event?.operation} ${store.db.inTransaction}`)
    })
    history.subscribe(() => {
      throw new Error('deaf')
    })
    history.append(read)
    store.db.transaction(() => {
      history.append(change)
      expect(heard).toHaveLength(1)
    })
    end()
    history.append(read)
    expect(heard).toEqual(['1 DescribeVolumes false', '2 DeleteVolume false'])
    await expect.poll(() => warnings).toEqual(['deaf', 'deaf', 'deaf'])
    process.off('warning', warned)
  })

  test('no secret is written to the disk', () => {
    store.db.transaction(() =>
      history.append({
        ...change,
        parameters: {
          MasterUserPassword: 'hunter22',
          Nested: [{ SSECustomerKey: 'k3y' }],
          UserData: 'IyEvYmlu',
        },
        result: { AccessKey: { AccessKeyId: 'AKIA1', SecretAccessKey: 's3cret' } },
      }),
    )
    const text = JSON.stringify(store.db.all('select * from event'))
    expect(text).not.toMatch(/hunter22|k3y|s3cret/)
    expect(text).toContain('IyEvYmlu')
    expect(text).toContain('AKIA1')
  })
})
