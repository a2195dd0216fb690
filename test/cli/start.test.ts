import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { once } from 'node:events'
import { afterAll, describe, expect, it } from 'vitest'
import type { Person } from './command-line.ts'
import { person } from './command-line.ts'

describe('start', () => {
  const people: Person[] = []
  const someone = (env?: Record<string, string>) => {
    const made = person(env)
    people.push(made)
    return made
  }
  afterAll(() => Promise.all(people.map((one) => one.leave())))

  it('prints one line when it answers, and nothing else; SIGTERM and SIGINT end it with status 0', async () => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      const { url, child, ended } = await someone().start('--port', '0', '--ephemeral')
      expect((await fetch(`${url}/_pocketcloud/health`)).status).toBe(200)
      child.kill(signal)
      expect(await ended).toEqual({
        status: 0,
        stdout: `pocketcloud ready on ${url}\n`,
        stderr: '',
      })
      await expect(fetch(url)).rejects.toThrow('fetch failed')
    }
  })

  it('on every address, names the one that this machine reaches it by', async () => {
    const { url, child } = await someone().start('--port', '0', '--ephemeral', '--host', '0.0.0.0')
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
    expect((await fetch(`${url}/_pocketcloud/health`)).status).toBe(200)
    child.kill()
  })

  it('keeps its state in .pocketcloud, POCKETCLOUD_DATA_DIR or --data-dir', async () => {
    const student = someone()
    const elsewhere = someone({ POCKETCLOUD_DATA_DIR: join(student.home, 'by-variable') })
    for (const [one, args, folder] of [
      [student, [], join(student.home, '.pocketcloud')],
      [elsewhere, [], join(student.home, 'by-variable')],
      [elsewhere, ['--data-dir', 'by-option'], join(elsewhere.home, 'by-option')],
    ] as const) {
      const { url, child, ended } = await one.start('--port', '0', ...args)
      const { stdout } = await one.pocketcloud('status', '--json', '--endpoint', url)
      expect(JSON.parse(stdout)).toMatchObject({ running: true, dataDir: folder })
      expect(existsSync(folder)).toBe(true)
      child.kill('SIGTERM')
      await ended
    }
  })

  it('says what to do when the port is taken, by pocketcloud or by another program', async () => {
    const student = someone()
    const first = await student.start('--port', '0', '--ephemeral')
    const { port } = new URL(first.url)
    const second = await student.pocketcloud('start', '--port', port, '--ephemeral')
    expect(second.status).toBe(1)
    expect(second.stderr).toContain(
      `pocketcloud is already running on ${first.url} (process ${first.child.pid}).`,
    )
    expect(second.stderr).toContain(`pocketcloud start --port ${Number(port) + 1}`)
    first.child.kill()

    const other = createServer((_request, response) => response.end('hello')).listen(0, '127.0.0.1')
    await once(other, 'listening')
    const taken = (other.address() as AddressInfo).port
    const third = await student.pocketcloud('start', '--port', String(taken), '--ephemeral')
    expect(third.status).toBe(1)
    expect(third.stderr).toBe(
      `pocketcloud: Port ${taken} is taken by another program.\nTake another one: pocketcloud start --port ${taken + 1}\n`,
    )
    const { stderr } = await student.pocketcloud(
      'status',
      '--endpoint',
      `http://127.0.0.1:${taken}`,
    )
    expect(stderr).toContain('but not a pocketcloud of this version')
    other.close()
  })

  it('says who uses the data directory', async () => {
    const student = someone()
    const first = await student.start('--port', '0')
    const second = await student.pocketcloud('start', '--port', '0')
    expect(second.status).toBe(1)
    expect(second.stderr).toContain(`is in use by another pocketcloud (process ${first.child.pid})`)
    expect(second.stderr).toContain('--data-dir')
    first.child.kill()
  })

  it('--detach returns when it is ready, and stop ends it', async () => {
    const student = someone()
    const { status, stdout } = await student.pocketcloud('start', '--port', '0', '--detach')
    expect(status).toBe(0)
    const [, url] = /^pocketcloud ready on (\S+)\n$/.exec(stdout)!
    const stopped = await student.pocketcloud('stop', '--endpoint', url!)
    expect(stopped).toEqual({
      status: 0,
      stdout: `pocketcloud on ${url} has stopped\n`,
      stderr: '',
    })
    await expect(fetch(url!)).rejects.toThrow('fetch failed')
  })

  it('--detach passes on why it could not start', async () => {
    const student = someone()
    mkdirSync(join(student.home, 'state'))
    const first = await student.start('--port', '0', '--data-dir', 'state')
    const second = await student.pocketcloud(
      'start',
      '--port',
      '0',
      '--data-dir',
      'state',
      '--detach',
    )
    expect(second.status).toBe(1)
    expect(second.stderr).toContain('is in use by another pocketcloud')
    first.child.kill()
  })

  it('--strict refuses keys that it did not issue; without it they are the account’s root', async () => {
    for (const [flags, answer] of [
      [[], 'arn:aws:iam::123456789012:root'],
      [['--strict'], 'The security token included in the request is invalid.'],
    ] as const) {
      const student = someone()
      const { url, child, ended } = await student.start('--port', '0', '--ephemeral', ...flags)
      const { STSClient, GetCallerIdentityCommand } = await import('@aws-sdk/client-sts')
      const client = new STSClient({
        endpoint: url,
        region: 'us-east-1',
        credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      })
      const identity = client.send(new GetCallerIdentityCommand({})).then(
        ({ Arn }) => Arn,
        (error: Error) => error.message,
      )
      expect(await identity).toBe(answer)
      child.kill()
      await ended
    }
  })
})
