import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { packageRoot } from '../../emulator/fixtures.ts'
import { cliArguments } from '../cli/command-line.ts'
import { awsEnvironment, run, startTestEmulator, type TestEmulator } from '../support/emulator.ts'

const folder = mkdtempSync(join(tmpdir(), 'pocketcloud-permissions-'))
let emulator: TestEmulator
beforeAll(async () => {
  emulator = await startTestEmulator()
  const command = [process.execPath, ...cliArguments].map((word) => `'${word}'`).join(' ')
  writeFileSync(join(folder, 'pocketcloud'), `#!/bin/sh\nexec ${command} "$@"\n`)
  chmodSync(join(folder, 'pocketcloud'), 0o755)
})
afterAll(async () => {
  await emulator.close()
  rmSync(folder, { recursive: true })
})

test(
  'the commands of docs/permissions.md run one after the other',
  { timeout: 120_000 },
  async () => {
    const page = readFileSync(join(packageRoot, 'docs', 'permissions.md'), 'utf8')
    const blocks = Array.from(page.matchAll(/^```bash\n([\s\S]*?)^```/gm), ([, block]) => block!)
    const script = ['set -eu', 'eval "$(pocketcloud env)"', ...blocks].join('\n')
    const environment = {
      ...awsEnvironment(folder),
      PATH: `${folder}:${process.env['PATH']}`,
      POCKETCLOUD_ENDPOINT: emulator.url,
    }
    const { code, stdout, stderr } = await run('bash', ['-c', script], environment, folder)
    expect([code, stderr]).toEqual([0, expect.any(String)])
    // What the page prints of `why` is what it says.
    const printed = /^```\n(s3:[\s\S]*?)^```/m.exec(page)![1]!
    expect(stdout.replace(/^when .*$/m, 'when      …')).toContain(printed)
    expect(stdout).toContain('"statementId":"NoGpus"')
    expect(stdout).toMatch(/s3:GetObject\s+allowed\ns3:PutObject\s+implicitDeny\n/)
    expect(stdout).toContain('"ec2:InstanceType"')
    expect(stdout).toContain('s3:PutObject would have been denied (audit is on)')
    expect(stdout).toContain('least.json: valid')
    expect(stdout).toContain('{"id":1,"decision":"allowed"')
    expect(JSON.parse(readFileSync(join(folder, 'least.json'), 'utf8'))).toMatchObject({
      Statement: [{ Action: 's3:ListBucket' }, { Action: 's3:PutObject' }],
    })
  },
)
