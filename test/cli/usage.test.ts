import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { run } from '../support/emulator.ts'
import { person } from './command-line.ts'

// Port 9 (discard) has nobody listening on it.
const nobody = ['--endpoint', 'http://127.0.0.1:9']
const student = person()
afterAll(() => student.leave())

describe('a command line that is wrong', () => {
  it.each([
    [['launch'], "unknown command 'launch'", 'See: pocketcloud --help'],
    [['strat'], "unknown command 'strat' (Did you mean start?)", 'See: pocketcloud --help'],
    [
      ['start', '--prot', '1'],
      "unknown option '--prot' (Did you mean --port?)",
      'See: pocketcloud start --help',
    ],
    [['start', '--port', 'x'], '--port must be a number from 0 to 65535, not "x".', undefined],
    [['start', '--port', '70000'], '--port must be a number from 0 to 65535', undefined],
    [['start', '--ephemeral', '--data-dir', 'x'], 'give one of them', undefined],
    [
      ['clock', 'advance'],
      "missing required argument 'duration'",
      'See: pocketcloud clock advance --help',
    ],
    [['clock', 'advance', 'soon'], '"soon" is no duration.', '90d, 2h, 30m, 15s'],
    [['clock', 'advance', '-1d'], "unknown option '-1d'", undefined],
    [
      ['lab', 'start', 'no-such-lab'],
      'There is no lab "no-such-lab".',
      'See: pocketcloud lab list',
    ],
    [['lab', 'show'], 'Which lab? None was started yet.', 'See: pocketcloud lab list'],
    [['check'], 'No lab was started yet', 'pocketcloud lab start first-instance'],
    [
      ['check', '--lab', 'first-instance'],
      'You have not started first-instance yet.',
      'pocketcloud lab start',
    ],
    [
      ['restore', 'no-such-file'],
      'There is no file no-such-file to restore.',
      'pocketcloud save FILE',
    ],
    [['env', '--shell', 'csh'], 'There is no --shell csh.', 'fish'],
    [
      ['status', '--endpoint', 'nowhere'],
      '--endpoint is not the address of an emulator: nowhere',
      'http://127.0.0.1:4566',
    ],
  ])('%j: says what is wrong and what to do, with status 2', async (args, wrong, advice) => {
    const { status, stdout, stderr } = await student.pocketcloud(...args)
    expect(stderr).toContain(wrong)
    expect(stderr).toContain(advice ?? '')
    expect(stderr).not.toMatch(/\n\s+at /)
    expect(stdout).toBe('')
    expect(status).toBe(2)
  })

  it('is explained as JSON with --json', async () => {
    const { status, stdout, stderr } = await student.pocketcloud('launch', '--json')
    expect(JSON.parse(stderr)).toEqual({
      error: {
        code: 'Usage',
        message: "unknown command 'launch'",
        hint: 'See: pocketcloud --help',
      },
    })
    expect(stdout).toBe('')
    expect(status).toBe(2)
  })
})

describe('where no emulator runs', () => {
  it.each([['stop'], ['clock'], ['reset'], ['save', 'x.tar'], ['lab', 'start', '1']])(
    '%s …: says so and what to do, with status 1',
    async (...args) => {
      const { status, stderr } = await student.pocketcloud(...args, ...nobody)
      expect(stderr).toBe(
        'pocketcloud: No emulator answers at http://127.0.0.1:9.\n' +
          'Start one with `pocketcloud start`, or name another with --endpoint.\n',
      )
      expect(status).toBe(1)
    },
  )

  it('status answers that, and fails', async () => {
    const plain = await student.pocketcloud('status', ...nobody)
    expect(plain).toEqual({ status: 1, stdout: 'not running at http://127.0.0.1:9\n', stderr: '' })
    const { status, stdout } = await student.pocketcloud('--json', 'status', ...nobody)
    expect(JSON.parse(stdout)).toEqual({ running: false, endpoint: 'http://127.0.0.1:9' })
    expect(status).toBe(1)
  })
})

it('a copy that was not built says how to build it', async () => {
  const folder = join(student.home, 'copy/bin')
  mkdirSync(folder, { recursive: true })
  copyFileSync(
    fileURLToPath(new URL('../../bin/pocketcloud.js', import.meta.url)),
    join(folder, 'pocketcloud.mjs'),
  )
  const { code, stderr } = await run(process.execPath, [join(folder, 'pocketcloud.mjs'), 'start'])
  expect(stderr).toContain('not been built yet (dist/ is missing)')
  expect(stderr).toContain('npm start')
  expect(code).toBe(1)
})

describe('help and version', () => {
  it('no words at all: help, and that is no failure', async () => {
    const { status, stdout } = await student.pocketcloud()
    expect(stdout).toContain('Usage: pocketcloud')
    for (const name of [
      'start',
      'stop',
      'status',
      'env',
      'clock',
      'save',
      'restore',
      'reset',
      'lab',
      'check',
    ]) {
      expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'))
    }
    expect(status).toBe(0)
  })

  it('a group without a command: its help, and a usage failure', async () => {
    const { status, stderr } = await student.pocketcloud('lab')
    expect(stderr).toContain('Usage: pocketcloud lab')
    expect(status).toBe(2)
  })

  it('--version is the package’s', async () => {
    const { status, stdout } = await student.pocketcloud('--version')
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
    expect(status).toBe(0)
  })
})

describe('forms of output', () => {
  it('piped: no colour and no control characters', async () => {
    for (const args of [['lab', 'list'], ['lab', 'show', '1'], ['--help']]) {
      const { stdout, stderr } = await student.pocketcloud(...args)
      expect(stdout + stderr).toMatch(/^[^\p{Cc}]*(\n[^\p{Cc}]*)*$/u)
    }
  })

  it('on a terminal: colour, unless NO_COLOR says otherwise', async () => {
    const { stdout } = await student.inTerminal('lab', 'show', '1')
    expect(stdout).toContain('\u001b[1m')
    const colourless = person({ NO_COLOR: '1' })
    const plain = await colourless.inTerminal('lab', 'show', '1')
    await colourless.leave()
    expect(plain.stdout).not.toContain('\u001b')
  })

  it('on a terminal with --json: JSON and nothing else', async () => {
    const { stdout } = await student.inTerminal('lab', 'list', '--json')
    const { labs } = JSON.parse(stdout) as { labs: unknown[] }
    expect(labs[0]).toMatchObject({ number: 1, id: 'first-instance' })
  })
})
