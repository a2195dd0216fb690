import { describe, expect, it } from 'vitest'
import { chooseEndpoint } from '../../cli/context.ts'

const here = 'http://127.0.0.1:4566'

describe('the emulator a command talks to', () => {
  it.each([
    ['nothing is said', undefined, {}, here],
    [
      '--endpoint',
      'http://localhost:1/',
      { POCKETCLOUD_ENDPOINT: 'http://localhost:2' },
      'http://localhost:1',
    ],
    [
      'POCKETCLOUD_ENDPOINT',
      undefined,
      { POCKETCLOUD_ENDPOINT: 'http://cloud:2', AWS_ENDPOINT_URL: here },
      'http://cloud:2',
    ],
    [
      'AWS_ENDPOINT_URL on this machine',
      undefined,
      { AWS_ENDPOINT_URL: 'http://localhost:4567/' },
      'http://localhost:4567',
    ],
    [
      '… by another of its names',
      undefined,
      { AWS_ENDPOINT_URL: 'http://s3.localhost:4567' },
      'http://s3.localhost:4567',
    ],
    ['… by IPv6', undefined, { AWS_ENDPOINT_URL: 'http://[::1]:4567' }, 'http://[::1]:4567'],
    [
      'AWS_ENDPOINT_URL elsewhere',
      undefined,
      { AWS_ENDPOINT_URL: 'https://ec2.example.com' },
      here,
    ],
    [
      '… with a name that only looks like it',
      undefined,
      { AWS_ENDPOINT_URL: 'http://127.0.0.1.example.com' },
      here,
    ],
    ['AWS_ENDPOINT_URL that is no URL', undefined, { AWS_ENDPOINT_URL: 'nowhere' }, here],
    ['empty variables', undefined, { POCKETCLOUD_ENDPOINT: '', AWS_ENDPOINT_URL: '' }, here],
  ])('%s', (_, option, env, endpoint) => {
    expect(chooseEndpoint(option, env)).toBe(endpoint)
  })

  it('an option or variable that is no address is refused by name', () => {
    expect(() => chooseEndpoint('4566', {})).toThrow(
      '--endpoint is not the address of an emulator: 4566',
    )
    expect(() => chooseEndpoint(undefined, { POCKETCLOUD_ENDPOINT: 'localhost:4566' })).toThrow(
      'POCKETCLOUD_ENDPOINT is not the address of an emulator',
    )
  })
})
