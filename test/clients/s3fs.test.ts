import { spawnSync } from 'node:child_process'
import { accessSync, constants, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  awsEnvironment,
  run,
  startTestEmulator,
  student,
  type TestEmulator,
} from '../support/emulator.ts'
import { requireTool } from './tools.ts'

const folder = mkdtempSync(join(tmpdir(), 'pocketcloud-s3fs-'))
const mounted = join(folder, 'mounted')
let emulator: TestEmulator
beforeAll(async () => {
  await requireTool('s3fs', 's3fs', '--version')
  emulator = await startTestEmulator()
  mkdirSync(mounted)
  writeFileSync(join(folder, 'keys'), `${student.accessKeyId}:${student.secretAccessKey}`, {
    mode: 0o600,
  })
})
afterAll(async () => {
  await run('fusermount', ['-uz', mounted])
  await emulator?.close()
  rmSync(folder, { recursive: true })
})

const mount = (bucket: string) =>
  run(
    's3fs',
    [
      bucket,
      mounted,
      '-o',
      `url=${emulator.url}`,
      '-o',
      'use_path_request_style,endpoint=us-east-1,multipart_size=5',
      '-o',
      `passwd_file=${join(folder, 'keys')}`,
      '-o',
      `logfile=${join(folder, 'log')}`,
    ],
    awsEnvironment(folder),
  )

/** Where the machine lets us mount: not in every container. */
function hasFuse(): boolean {
  try {
    accessSync('/dev/fuse', constants.R_OK | constants.W_OK)
    return spawnSync('fusermount', ['--version']).status === 0
  } catch {
    return false
  }
}

/** Runs in a process of its own: a file system call that waits for this process to answer would wait for ever. */
const shell = (script: string) =>
  run('timeout', ['60', 'bash', '-c', `set -euo pipefail\ncd "${mounted}"\n${script}`])

test('s3fs writes, reads, moves and removes files of a bucket', { timeout: 90_000 }, async () => {
  await emulator.aws('s3', 'mb', 's3://s3fs-test')
  const { code, stderr } = await mount('s3fs-test')
  // Without FUSE the program gets as far as checking the bucket, and says that it can't mount.
  if (!hasFuse()) {
    expect(stderr).toMatch(/fuse/)
    return
  }
  expect([code, stderr]).toEqual([0, ''])
  writeFileSync(join(folder, 'large.bin'), randomBytes(12 * 1024 ** 2))
  const {
    code: worked,
    stdout,
    stderr: said,
  } = await shell(`
    mkdir -p 'a folder'
    echo one > 'a folder/file'
    echo two >> 'a folder/file'
    cp ${folder}/large.bin large.bin
    cmp ${folder}/large.bin large.bin
    mv large.bin 'a folder/moved.bin'
    chmod 600 'a folder/moved.bin'
    cmp ${folder}/large.bin 'a folder/moved.bin'
    cat 'a folder/file'
    ls 'a folder'
    rm 'a folder/file'
  `)
  expect([worked, said]).toEqual([0, ''])
  expect(stdout).toBe('one\ntwo\nfile\nmoved.bin\n')
  const { stdout: listed } = await emulator.aws('s3', 'ls', '--recursive', 's3://s3fs-test')
  expect(listed).toMatch(/12582912 a folder\/moved\.bin/)
  expect(listed).not.toContain('a folder/file')
})
