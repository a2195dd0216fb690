import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Person } from './command-line.ts'
import { cliArguments, person } from './command-line.ts'

let somebody: Person
beforeAll(() => {
  somebody = person({ AWS_PROFILE: 'work', AWS_SESSION_TOKEN: 'of another cloud' })
})
afterAll(() => somebody.leave())

test('exec gives a command a cloud of its own, which is gone afterwards', async () => {
  const script =
    'aws s3 mb s3://mine && aws s3 ls && echo "$AWS_ENDPOINT_URL $AWS_PROFILE$AWS_SESSION_TOKEN."'
  const { status, stdout, stderr } = await somebody.pocketcloud('exec', '--', 'bash', '-c', script)
  expect(stderr).toBe('')
  const [made, listed, said] = stdout.trim().split('\n')
  expect([made, listed]).toEqual(['make_bucket: mine', expect.stringMatching(/ mine$/)])
  const [endpoint, rest] = said!.split(' ')
  expect(rest).toBe('.')
  expect(status).toBe(0)
  await expect(fetch(endpoint!)).rejects.toThrow('fetch failed')
})

test('exec ends with the status of its command, and with 128 and the number of a signal', async () => {
  const ways = [
    ['false'],
    ['sh', '-c', 'exit 42'],
    ['sh', '-c', 'kill -TERM $$'],
    ['no-such-command'],
    ['node', '--print', '1+1'],
  ]
  const results = await Promise.all(
    ways.map((words) => somebody.pocketcloud('exec', '--', ...words)),
  )
  expect(results.map(({ status }) => status)).toEqual([1, 42, 143, 127, 0])
  expect(results.at(-1)!.stdout).toBe('2\n')
})

test('exec begins with a saved state', async () => {
  const running = await somebody.start('--ephemeral', '--port', '0')
  const at = ['--endpoint', running.url]
  await somebody.pocketcloud(
    'exec',
    '--',
    'aws',
    '--endpoint-url',
    running.url,
    's3',
    'mb',
    's3://kept',
  )
  expect(await somebody.pocketcloud('save', 'state.tar', ...at)).toMatchObject({ status: 0 })
  const { stdout } = await somebody.pocketcloud(
    'exec',
    '--state',
    'state.tar',
    '--',
    'aws',
    's3',
    'ls',
  )
  expect(stdout).toMatch(/ kept\n$/)
  const missing = await somebody.pocketcloud('exec', '--state', 'nothing.tar', '--', 'true')
  expect(missing).toMatchObject({ status: 2, stdout: '' })
})

test('exec passes on the signal that is to end it, and waits for its command', async () => {
  const script = 'trap "echo bye; exit 5" TERM; echo ready; while :; do sleep 0.1; done'
  const words = [...cliArguments, 'exec', '--', 'bash', '-c', script]
  const child = spawn(process.execPath, words, { env: somebody.env, cwd: somebody.home })
  let output = ''
  child.stdout.on('data', (chunk) => (output += String(chunk)))
  while (!output.includes('ready')) await sleep(50)
  child.kill('SIGTERM')
  const [status] = (await once(child, 'close')) as [number]
  expect(output).toBe('ready\nbye\n')
  expect(status).toBe(5)
})
