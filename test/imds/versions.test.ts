import { request } from 'node:http'
import { ModifyInstanceMetadataOptionsCommand } from '@aws-sdk/client-ec2'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../support/emulator.ts'
import { ask, askEndpoint, instancesOf, session } from './support.ts'

let emulator: TestEmulator
let instances: ReturnType<typeof instancesOf>
let url: string
beforeAll(async () => {
  emulator = await startTestEmulator()
  instances = instancesOf(emulator)
  url = await endpointOf({})
})
afterAll(() => emulator.close())

async function endpointOf(options: Parameters<typeof instances.launch>[0]): Promise<string> {
  return (await askEndpoint(emulator, await instances.launch(options))).body.url
}
const ttl = (value: string) => ({ 'X-aws-ec2-metadata-token-ttl-seconds': value })
const putToken = (headers: Record<string, string>) => ask(url, '/latest/api/token', headers, 'PUT')
const path = '/latest/meta-data/instance-id'

describe('PUT /latest/api/token', () => {
  test('gives a token of the form and the life that was asked for', async () => {
    const { status, text, headers } = await putToken(ttl('60'))
    expect(status).toBe(200)
    expect(text).toMatch(/^AQAE[A-Za-z0-9+/]{50}==$/)
    expect(headers.get('x-aws-ec2-metadata-token-ttl-seconds')).toBe('60')
    expect((await putToken(ttl('60'))).text).not.toBe(text)
  })

  test.each(['0', '21601', '-1', '1.5', 'soon', ''])(
    'refuses %j seconds with 400',
    async (life) => {
      const { status, text } = await putToken(ttl(life))
      expect(status).toBe(400)
      expect(text).toContain('<title>400 - Bad Request</title>')
    },
  )

  test('refuses a request that says no life', async () => {
    expect((await putToken({})).status).toBe(400)
  })

  test('takes the longest life', async () => {
    expect((await putToken(ttl('21600'))).status).toBe(200)
  })

  test('refuses what a proxy passes on with 403', async () => {
    expect((await putToken({ ...ttl('60'), 'X-Forwarded-For': '10.0.0.1' })).status).toBe(403)
  })

  test('cannot be read', async () => {
    const { status, headers } = await ask(url, '/latest/api/token')
    expect([status, headers.get('allow')]).toEqual([405, 'OPTIONS, PUT'])
  })
})

describe('a token', () => {
  test('is good until its time is over by the virtual clock', async () => {
    const own = await startTestEmulator()
    try {
      const id = await instancesOf(own).launch()
      const { body } = await askEndpoint(own, id)
      const token = await session(body.url, 300)
      await own.advance(290_000)
      expect((await ask(body.url, path, token)).text).toBe(id)
      await own.advance(11_000)
      const { status, text } = await ask(body.url, path, token)
      expect(status).toBe(401)
      expect(text).toContain('<title>401 - Unauthorized</title>')
    } finally {
      await own.close()
    }
  })

  test('is good for its own instance alone', async () => {
    const token = await session(await endpointOf({}))
    expect((await ask(url, path, token)).status).toBe(401)
  })

  test.each(['', 'AQAE', 'x'.repeat(56), 'A'.repeat(5000)])(
    'that nobody gave (%.10s) is refused, though none is needed',
    async (token) => {
      const { status } = await ask(url, path, { 'X-aws-ec2-metadata-token': token })
      expect(status).toBe(401)
    },
  )

  test('that was changed by one bit is refused', async () => {
    const token = Buffer.from((await session(url))['X-aws-ec2-metadata-token']!, 'base64')
    for (const at of [5, 12, 39]) {
      const changed = Buffer.from(token)
      changed[at]! ^= 1
      const header = { 'X-aws-ec2-metadata-token': changed.toString('base64') }
      expect((await ask(url, path, header)).status).toBe(401)
    }
  })
})

describe('ModifyInstanceMetadataOptions', () => {
  const modify = (InstanceId: string, options: object) =>
    instances.ec2.send(new ModifyInstanceMetadataOptionsCommand({ InstanceId, ...options }))

  test('takes effect at the next request, and keeps what it does not name', async () => {
    const id = await instances.launch({
      TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'Name', Value: 'one' }] }],
    })
    const own = (await askEndpoint(emulator, id)).body.url
    expect((await ask(own, '/latest/meta-data/tags/instance/Name')).status).toBe(404)
    const changed = await modify(id, {
      InstanceMetadataTags: 'enabled',
      HttpPutResponseHopLimit: 3,
    })
    expect(changed.InstanceMetadataOptions).toEqual({
      State: 'pending',
      HttpTokens: 'optional',
      HttpPutResponseHopLimit: 3,
      HttpEndpoint: 'enabled',
      HttpProtocolIpv6: 'disabled',
      InstanceMetadataTags: 'enabled',
    })
    expect((await ask(own, '/latest/meta-data/tags/instance/Name')).text).toBe('one')
    await modify(id, { HttpTokens: 'required' })
    expect((await ask(own, path)).status).toBe(401)
    expect((await ask(own, '/latest/meta-data/tags/instance', await session(own))).text).toBe(
      'Name',
    )
    const token = await session(own)
    await modify(id, { HttpEndpoint: 'disabled' })
    expect((await ask(own, path, token)).status).toBe(403)
    await modify(id, { HttpEndpoint: 'enabled' })
    expect((await ask(own, path, token)).text).toBe(id)
  })

  test('refuses what is no option', async () => {
    const id = await instances.launch()
    for (const options of [{ HttpTokens: 'maybe' }, { HttpPutResponseHopLimit: 65 }]) {
      await expect(modify(id, options)).rejects.toMatchObject({ name: 'InvalidParameterValue' })
    }
    await expect(modify(id, {})).rejects.toMatchObject({ name: 'MissingParameter' })
    await expect(modify('i-0123456789abcdef0', { HttpTokens: 'required' })).rejects.toMatchObject({
      name: 'InvalidInstanceID.NotFound',
    })
  })

  test('refuses to show tags whose keys cannot be names of files', async () => {
    const id = await instances.launch({
      TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'a/b', Value: '' }] }],
    })
    await expect(modify(id, { InstanceMetadataTags: 'enabled' })).rejects.toMatchObject({
      name: 'InvalidParameterValue',
      message: expect.stringContaining("'a/b' is not a valid tag key.") as string,
    })
  })
})

test('HttpTokens=required refuses version 1 and answers version 2', async () => {
  const strict = await endpointOf({ MetadataOptions: { HttpTokens: 'required' } })
  for (const asked of ['/', '/latest/', path, '/latest/user-data', '/nothing']) {
    expect([asked, (await ask(strict, asked)).status]).toEqual([asked, 401])
  }
  expect((await ask(strict, path, await session(strict))).status).toBe(200)
})

test('HttpEndpoint=disabled refuses everything with 403', async () => {
  const off = await endpointOf({ MetadataOptions: { HttpEndpoint: 'disabled' } })
  expect((await ask(off, path)).status).toBe(403)
  expect((await ask(off, '/latest/api/token', ttl('60'), 'PUT')).status).toBe(403)
})

/** As a browser sends it: fetch lets nobody set these headers. */
const raw = (headers: Record<string, string>, method = 'GET'): Promise<number> =>
  new Promise((resolve, reject) => {
    request(url + path, { method, headers }, (response) => {
      response.resume()
      resolve(response.statusCode!)
    })
      .on('error', reject)
      .end()
  })

describe('a web page reads nothing', () => {
  test.each([
    ['of another origin', { Origin: 'https://example.com' }],
    ['of this machine', { Origin: 'http://localhost:3000' }],
    ['without an origin', { Origin: 'null' }],
    ['that has a picture of it', { 'Sec-Fetch-Site': 'cross-site' }],
    ['of a port of this machine', { 'Sec-Fetch-Site': 'same-site' }],
    ['that rebinds its name', { Host: 'example.com' }],
    ['that rebinds a name like ours', { Host: '127.0.0.1.example.com:80' }],
  ])('%s', async (_what, headers) => {
    expect(await raw(headers)).toBe(403)
  })

  test('but a person who types the address, and a client that knows the service by its own', async () => {
    expect(await raw({ 'Sec-Fetch-Site': 'none' })).toBe(200)
    expect(await raw({ Host: '169.254.169.254' })).toBe(200)
    expect(await raw({ Host: 'localhost:1' })).toBe(200)
  })

  test('no answer lets a page read it', async () => {
    const { headers } = await ask(url, path)
    expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([])
  })
})
