import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { awsEnvironment, startTestEmulator, type TestEmulator } from '../support/emulator.ts'
import { makeFiles, requireTool, succeed } from './tools.ts'

const folder = mkdtempSync(join(tmpdir(), 'pocketcloud-rclone-'))
const source = join(folder, 'source')
let emulator: TestEmulator
beforeAll(async () => {
  await requireTool('rclone', 'rclone', 'version')
  emulator = await startTestEmulator()
})
afterAll(async () => {
  await emulator?.close()
  rmSync(folder, { recursive: true })
})

const rclone = (...args: string[]) =>
  succeed('rclone', ['--retries', '1', '--low-level-retries', '1', ...args], {
    ...awsEnvironment(folder),
    RCLONE_CONFIG_CLOUD_TYPE: 's3',
    // With `AWS` it insists on buckets in host names, which an address of numbers can't have.
    RCLONE_CONFIG_CLOUD_PROVIDER: 'Other',
    // As on AWS, where new buckets take no other ACL and this version always sends one.
    RCLONE_CONFIG_CLOUD_ACL: 'bucket-owner-full-control',
    RCLONE_CONFIG_CLOUD_BUCKET_ACL: 'private',
    RCLONE_CONFIG_CLOUD_ENV_AUTH: 'true',
    RCLONE_CONFIG_CLOUD_REGION: 'us-east-1',
    RCLONE_CONFIG_CLOUD_ENDPOINT: emulator.url,
  })

test(
  'rclone copies 2,000 files, checks their hashes, and syncs what changed',
  { timeout: 120_000 },
  async () => {
    makeFiles(source, 2000)
    await rclone('mkdir', 'cloud:rclone-test')
    await rclone('copy', source, 'cloud:rclone-test/files', '--transfers', '16', '--checkers', '16')
    const { stderr: checked } = await rclone('check', source, 'cloud:rclone-test/files')
    expect(checked).toContain('0 differences found')
    expect(checked).toContain('2000 matching files')

    rmSync(join(source, 'folder 3'), { recursive: true })
    writeFileSync(join(source, 'folder 4', 'file-400.txt'), 'changed')
    const { stderr: synced } = await rclone('sync', '-v', source, 'cloud:rclone-test/files')
    expect(synced).toMatch(/Deleted: +100 \(files\)/)
    expect(synced).toMatch(/Transferred: +1 \/ 1, 100%/)
    expect((await rclone('check', source, 'cloud:rclone-test/files')).stderr).toContain(
      '1900 matching files',
    )
    expect(
      (await rclone('lsf', '--dirs-only', 'cloud:rclone-test/files')).stdout.split('\n'),
    ).toContain('folder 4/')
  },
)

test('rclone uploads in parts, moves, links and purges', { timeout: 60_000 }, async () => {
  const large = join(folder, 'large')
  mkdirSync(large)
  writeFileSync(join(large, 'large.bin'), randomBytes(17 * 1024 ** 2))
  await rclone('mkdir', 'cloud:rclone-large')
  await rclone(
    'copy',
    large,
    'cloud:rclone-large',
    '--s3-upload-cutoff',
    '6M',
    '--s3-chunk-size',
    '5M',
  )
  expect((await rclone('check', large, 'cloud:rclone-large')).stderr).toContain('1 matching files')
  expect((await rclone('check', '--download', large, 'cloud:rclone-large')).stderr).toContain(
    '0 differences found',
  )
  await rclone('moveto', 'cloud:rclone-large/large.bin', 'cloud:rclone-large/moved ünd.bin')
  expect((await rclone('lsf', 'cloud:rclone-large')).stdout).toBe('moved ünd.bin\n')
  const { stdout: link } = await rclone('link', 'cloud:rclone-large/moved ünd.bin')
  expect((await (await fetch(link.trim())).arrayBuffer()).byteLength).toBe(17 * 1024 ** 2)
  await rclone('purge', 'cloud:rclone-large')
  expect((await rclone('lsf', 'cloud:')).stdout).not.toContain('rclone-large')
})
