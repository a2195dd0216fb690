import { request } from 'node:http'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { CreateUserCommand, IAMClient, ListUsersCommand } from '@aws-sdk/client-iam'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../support/emulator.ts'
import { catalogue } from '../../emulator/services/catalogue.ts'

let emulator: TestEmulator
let iam: IAMClient
beforeAll(async () => {
  emulator = await startTestEmulator()
  iam = emulator.client(IAMClient)
})
afterAll(() => emulator.close())
beforeEach(() => emulator.reset())

interface Answer {
  readonly status: number
  readonly body: Record<string, unknown>
}

/** A plain HTTP request: `fetch` does not let a test set `Host` and `Origin`. */
function call(
  method: string,
  path: string,
  { headers = {}, body }: { headers?: Record<string, string>; body?: string | Buffer } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      `${emulator.url}/_pocketcloud${path}`,
      { method, headers },
      (answer) => {
        buffer(answer).then(
          (bytes) =>
            resolve({ status: answer.statusCode!, body: JSON.parse(bytes.toString()) as never }),
          reject,
        )
      },
    )
    outgoing.once('error', reject)
    outgoing.end(body)
  })
}

const userNames = async () =>
  (await iam.send(new ListUsersCommand({}))).Users!.map(({ UserName }) => UserName)

test('health names the version, the services and the process', async () => {
  const { status, body } = await call('GET', '/health')
  expect(status).toBe(200)
  expect(body).toMatchObject({ apiVersion: 1, status: 'ok', version: '0.1.0', pid: process.pid })
  const services = catalogue.map(({ name }) => name)
  expect(Object.keys(body['services'] as object)).toEqual(services)
})

test('reset leaves only what an emulator starts with', async () => {
  await iam.send(new CreateUserCommand({ UserName: 'alice' }))
  const { body } = await call('POST', '/reset')
  expect(body).toMatchObject({ reset: true })
  expect(await userNames()).toEqual(['student'])
})

test('advance moves the clock forward, and what is created then is of then', async () => {
  const before = emulator.now()
  const { body } = await call('POST', '/clock/advance', { body: '{"duration":"90d12h"}' })
  const forward = Date.parse(body['to'] as string) - before
  expect(forward).toBeGreaterThanOrEqual(90.5 * 86_400_000)
  expect(forward).toBeLessThan(90.5 * 86_400_000 + 10_000)
  const { User } = await iam.send(new CreateUserCommand({ UserName: 'late' }))
  expect(Math.abs(User!.CreateDate!.getTime() - emulator.now())).toBeLessThan(5000)
  const clock = await call('GET', '/clock')
  expect(clock.body['offsetMs']).toBe(90.5 * 86_400_000)
})

test.each(['{"seconds":-1}', '{"duration":"soon"}', '{}', '[]', 'no json', '{"seconds":1e400}'])(
  'advance refuses %s and says what it takes',
  async (body) => {
    const answer = await call('POST', '/clock/advance', { body })
    expect(answer.status).toBe(400)
    expect(answer.body['error']).toMatchObject({ message: expect.stringMatching(/duration|JSON/) })
  },
)

test('events has every call in order, filtered as asked, without secrets', async () => {
  await iam.send(new CreateUserCommand({ UserName: 'alice' }))
  await expect(iam.send(new CreateUserCommand({ UserName: 'alice' }))).rejects.toThrow('alice')
  await userNames()
  const { body } = await call('GET', '/events?service=iam')
  const events = body['events'] as {
    operation: string
    sequence: number
    error?: { code: string }
  }[]
  expect(events.map(({ operation, error }) => [operation, error?.code])).toEqual([
    ['CreateUser', undefined],
    ['CreateUser', 'EntityAlreadyExists'],
    ['ListUsers', undefined],
  ])
  const errors = await call('GET', `/events?errors=1&after=${events[0]!.sequence}`)
  expect(errors.body['events']).toHaveLength(1)
  expect((await call('GET', '/events?after=x')).status).toBe(400)
})

test('save and restore bring a former state back, over what came since', async () => {
  await iam.send(new CreateUserCommand({ UserName: 'saved' }))
  const archive = await buffer(
    await fetch(`${emulator.url}/_pocketcloud/save`).then((r) => r.body!),
  )
  await iam.send(new CreateUserCommand({ UserName: 'later' }))
  const answer = await call('POST', '/restore', { body: archive })
  expect(answer.body).toMatchObject({ restored: true })
  expect(await userNames()).toEqual(['saved', 'student'])
})

test('restore refuses what is no saved state, and leaves the state alone', async () => {
  await iam.send(new CreateUserCommand({ UserName: 'alice' }))
  const archive = await buffer(
    await fetch(`${emulator.url}/_pocketcloud/save`).then((r) => r.body!),
  )
  for (const body of [Buffer.from('no archive'), archive.subarray(0, archive.length / 2)]) {
    const answer = await call('POST', '/restore', { body })
    expect(answer.status).toBe(400)
    expect(answer.body['error']).toMatchObject({ code: 'InvalidArchive' })
  }
  expect(await userNames()).toEqual(['alice', 'student'])
})

test('an emulator restores what another one saved', async () => {
  await iam.send(new CreateUserCommand({ UserName: 'traveller' }))
  const archive = await buffer(emulator.save())
  const other = await startTestEmulator()
  try {
    await other.restore(Readable.from([archive]))
    const { Users } = await other.client(IAMClient).send(new ListUsersCommand({}))
    expect(Users!.map(({ UserName }) => UserName)).toContain('traveller')
  } finally {
    await other.close()
  }
})

test.each([
  ['a foreign Host, as after DNS rebinding', { host: 'evil.example:4566' }],
  ['a page of another origin', { origin: 'https://evil.example' }],
  ['a sandboxed page', { origin: 'null' }],
  ['what a browser calls cross-site', { 'sec-fetch-site': 'cross-site' }],
])('the control API refuses %s', async (_what, headers) => {
  await iam.send(new CreateUserCommand({ UserName: 'alice' }))
  expect((await call('POST', '/reset', { headers })).status).toBe(403)
  expect((await call('GET', '/save', { headers })).status).toBe(403)
  expect(await userNames()).toEqual(['alice', 'student'])
})

test('a page of this machine may use the control API', async () => {
  const headers = { origin: emulator.url, 'sec-fetch-site': 'same-origin' }
  expect((await call('GET', '/health', { headers })).status).toBe(200)
})

test('an unknown control call is 404, and GET changes nothing', async () => {
  expect((await call('GET', '/nothing')).status).toBe(404)
  expect((await call('GET', '/reset')).status).toBe(404)
})
