import { connect } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../support/emulator.ts'

let emulator: TestEmulator
beforeAll(async () => {
  emulator = await startTestEmulator()
})
afterAll(() => emulator.close())

const credential = (service: string) =>
  `AWS4-HMAC-SHA256 Credential=test/${today()}/us-east-1/${service}/aws4_request, SignedHeaders=host;x-amz-date, Signature=${'0'.repeat(64)}`
const amzDate = () => new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '')
const today = () => amzDate().slice(0, 8)
const form = 'application/x-www-form-urlencoded'

/** A request as the root of the default account: an unknown key is not verified. */
function post(service: string, body: string, headers: Record<string, string> = {}) {
  return fetch(emulator.url, {
    method: 'POST',
    body,
    headers: {
      'content-type': form,
      'x-amz-date': amzDate(),
      authorization: credential(service),
      ...headers,
    },
  })
}

const identity = 'Action=GetCallerIdentity&Version=2011-06-15'

test('an unknown key is the root of the default account, twelve digits are another account’s', async () => {
  expect(await (await post('sts', identity)).text()).toContain(
    '<Arn>arn:aws:iam::123456789012:root</Arn>',
  )
  const other = credential('sts').replace('Credential=test', 'Credential=111122223333')
  expect(await (await post('sts', identity, { authorization: other })).text()).toContain(
    '<Account>111122223333</Account>',
  )
})

test('--strict refuses an unknown key as AWS does', async () => {
  const strict = await startTestEmulator({ strict: true })
  try {
    const answer = await fetch(strict.url, {
      method: 'POST',
      body: identity,
      headers: { 'content-type': form, 'x-amz-date': amzDate(), authorization: credential('sts') },
    })
    expect(answer.status).toBe(403)
    expect(await answer.text()).toContain('<Code>InvalidClientTokenId</Code>')
  } finally {
    await strict.close()
  }
})

test.each([
  ['sts', 'Version=2011-06-15', 400, 'MissingAction'],
  ['sts', 'Action=Nothing&Version=2011-06-15', 400, 'InvalidAction'],
  ['iam', 'Action=ListUsers', 400, 'InvalidAction'],
  ['iam', 'Action=ListUsers&Version=1999-01-01', 400, 'InvalidAction'],
  ['ec2', 'Action=DescribeRegions', 400, 'MissingParameter'],
  ['ec2', 'Action=Nothing&Version=2016-11-15', 400, 'InvalidAction'],
  ['iam', 'Action=CreateUser&Version=2010-05-08', 400, 'ValidationError'],
  ['iam', 'Action=ListUsers&Version=2010-05-08&MaxItems=many', 400, 'MalformedInput'],
  ['iam', 'Action=ListUsers&Version=2010-05-08&x=%zz', 404, 'MalformedQueryString'],
  ['iam', 'Action=CreateUser&Version=2010-05-08&UserName=x&Tags.member.99999999999.Key=a', 400, ''],
  ['iam', `Action=CreateUser&Version=2010-05-08&${'a.'.repeat(5000)}=1`, 400, 'MalformedInput'],
])('%s answers %s with %i %s', async (service, body, status, code) => {
  const answer = await post(service, body)
  const text = await answer.text()
  expect([answer.status, text]).toEqual([status, expect.stringContaining(`<Code>${code}`)])
})

test('a service that is not built says so, with 501', async () => {
  const answer = await post('lambda', '{}', { 'content-type': 'application/json' })
  expect(answer.status).toBe(501)
  expect(await answer.text()).toContain('lambda')
})

test('a body over the limit is refused with 413, and the connection stays of use', async () => {
  const answer = await post('sts', `${identity}&x=${'y'.repeat(17 * 1024 * 1024)}`)
  expect(answer.status).toBe(413)
  expect((await post('sts', identity)).status).toBe(200)
})

test.each(['GET', 'POST'])(
  '%s without a signature is refused: MissingAuthenticationToken',
  async (method) => {
    const answer = await fetch(`${emulator.url}/?${identity}`, { method })
    expect(answer.status).toBe(403)
    expect(await answer.text()).toContain('<Code>MissingAuthenticationToken</Code>')
  },
)

test('a web page of another origin reaches no service', async () => {
  const pages: Record<string, string>[] = [
    { origin: 'https://evil.example' },
    { 'sec-fetch-site': 'cross-site' },
  ]
  for (const headers of pages) {
    const answer = await post('sts', identity, headers)
    expect(answer.status).toBe(403)
  }
})

/** Sends bytes as they are and gives back everything that is answered within a moment. */
function raw(bytes: string, wait = 300): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(emulator.port, '127.0.0.1', () => socket.write(bytes))
    let answer = ''
    socket.on('data', (chunk) => (answer += chunk.toString()))
    socket.on('error', reject)
    setTimeout(() => {
      socket.destroy()
      resolve(answer)
    }, wait)
  })
}

test('Expect: 100-continue is answered before the body is sent', async () => {
  const head = `POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${form}\r\nX-Amz-Date: ${amzDate()}\r\nAuthorization: ${credential('sts')}\r\nContent-Length: ${identity.length}\r\nExpect: 100-continue\r\n\r\n`
  expect(await raw(head)).toMatch(/^HTTP\/1\.1 100 Continue/)
})

test('another Expect does not disturb', async () => {
  const head = `POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${form}\r\nX-Amz-Date: ${amzDate()}\r\nAuthorization: ${credential('sts')}\r\nContent-Length: ${identity.length}\r\nExpect: the-unexpected\r\nConnection: close\r\n\r\n${identity}`
  expect(await raw(head)).toMatch(/^HTTP\/1\.1 200 OK[\s\S]*GetCallerIdentityResponse/)
})

test.each([
  'GARBAGE\r\n\r\n',
  'GET / HTTP/9.9\r\n\r\n',
  'GET  HTTP/1.1\r\n\r\n',
  '\0\0\0\0\r\n\r\n',
])('bytes that are no HTTP do no harm: %j', async (bytes) => {
  await raw(bytes, 100)
  expect((await post('sts', identity)).status).toBe(200)
})

test.each([
  ['rds', 'Action=DescribeDBEngineVersions&Version=2014-10-31&MaxRecords=NaN'],
  ['rds', 'Action=DescribeDBEngineVersions&Version=2014-10-31&MaxRecords=20.5'],
  ['iam', 'Action=ListUsers&Version=2010-05-08&MaxItems=NaN'],
  ['sts', 'Action=GetFederationToken&Version=2011-06-15&Name=x&DurationSeconds=constructor'],
  ['ec2', 'Action=DescribeInstances&Version=2016-11-15&MaxResults=__proto__'],
])('%s refuses what is no whole number: %s', async (service, body) => {
  expect((await post(service, body)).status).toBe(400)
})
