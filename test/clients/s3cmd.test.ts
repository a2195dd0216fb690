import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
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
import { makeFiles, requireTool, succeed } from './tools.ts'

const folder = mkdtempSync(join(tmpdir(), 'pocketcloud-s3cmd-'))
const source = join(folder, 'source')
let emulator: TestEmulator
beforeAll(async () => {
  await requireTool('s3cmd', 's3cmd', '--version')
  emulator = await startTestEmulator()
  makeFiles(source, 100)
})
afterAll(async () => {
  await emulator?.close()
  rmSync(folder, { recursive: true })
})

async function s3cmd(...args: string[]) {
  const { host } = new URL(emulator.url)
  const settings = ['--config=/dev/null', '--no-ssl', `--host=${host}`, `--host-bucket=${host}`]
  const keys = [`--access_key=${student.accessKeyId}`, `--secret_key=${student.secretAccessKey}`]
  return (
    await succeed('s3cmd', [...settings, ...keys, '--no-progress', ...args], awsEnvironment(folder))
  ).stdout
}

const bucket = 's3://s3cmd-test'
const down = join(folder, 'down')

test('s3cmd puts, lists, gets, syncs and removes', { timeout: 90_000 }, async () => {
  await s3cmd('mb', bucket)
  expect(await s3cmd('ls')).toContain(bucket)
  const large = join(folder, 'large.bin')
  writeFileSync(large, randomBytes(16 * 1024 ** 2))
  await s3cmd('--multipart-chunk-size-mb=5', 'put', large, `${bucket}/large.bin`)
  const back = join(folder, `back-test`)
  await s3cmd('get', `${bucket}/large.bin`, back)
  expect((await run('cmp', [large, back])).code).toBe(0)

  await s3cmd('sync', `${source}/`, `${bucket}/sync/`)
  mkdirSync(down)
  await s3cmd('sync', `${bucket}/sync/`, `${down}/`)
  expect(await run('diff', ['-r', source, down])).toMatchObject({ code: 0, stdout: '' })
  rmSync(join(down, 'folder 0', 'file-7.txt'))
  expect(await s3cmd('sync', '--delete-removed', `${down}/`, `${bucket}/sync/`)).toMatch(
    /delete: .*file-7\.txt/,
  )
  expect(await s3cmd('ls', '--recursive', `${bucket}/sync/`)).not.toContain('file-7.')

  await s3cmd('cp', `${bucket}/large.bin`, `${bucket}/copy of it`)
  await s3cmd('modify', '--add-header=Cache-Control: max-age=5', `${bucket}/copy of it`)
  expect(await s3cmd('info', `${bucket}/copy of it`)).toMatch(/16777216/)
  await s3cmd('del', '--recursive', '--force', bucket)
  expect(await s3cmd('ls', bucket)).toBe('')
  await s3cmd('rb', bucket)
})
