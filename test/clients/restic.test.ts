import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { awsEnvironment, run, startTestEmulator, type TestEmulator } from '../support/emulator.ts'
import { makeFiles, requireTool, succeed } from './tools.ts'

const folder = mkdtempSync(join(tmpdir(), 'pocketcloud-restic-'))
let emulator: TestEmulator
beforeAll(async () => {
  await requireTool('restic', 'restic', 'version')
  emulator = await startTestEmulator()
})
afterAll(async () => {
  await emulator?.close()
  rmSync(folder, { recursive: true })
})

const restic = (...args: string[]) =>
  succeed('restic', args, {
    ...awsEnvironment(folder),
    RESTIC_REPOSITORY: `s3:${emulator.url}/restic-test`,
    RESTIC_PASSWORD: 'correct horse battery staple',
  })

test(
  'restic keeps backups, checks every byte of them and brings files back',
  { timeout: 120_000 },
  async () => {
    const source = join(folder, 'source')
    makeFiles(source, 300)
    await restic('init')
    await restic('backup', '--host', 'test', source)
    rmSync(join(source, 'folder 1'), { recursive: true })
    await restic('backup', '--host', 'test', source)
    expect((await restic('check', '--read-data')).stdout).toContain('no errors were found')
    expect((await restic('snapshots', '--json')).json).toHaveLength(2)

    const restored = join(folder, 'restored')
    await restic('restore', 'latest', '--target', restored)
    expect(await run('diff', ['-r', source, join(restored, source)])).toMatchObject({
      code: 0,
      stdout: '',
    })
    await restic('forget', '--keep-last', '1', '--prune')
    expect((await restic('check')).stdout).toContain('no errors were found')
  },
)
