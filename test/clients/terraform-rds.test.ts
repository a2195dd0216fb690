import { afterAll, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../support/emulator.ts'
import { hasTerraform, workspace, type Workspace } from './terraform-rds.ts'

// Without databases, for which the provider waits for minutes: these are in terraform-rds.long.test.ts.
let emulator: TestEmulator | undefined
let space: Workspace | undefined
afterAll(async () => {
  await emulator?.close()
  space?.remove()
})

test.runIf(hasTerraform)(
  "Terraform applies RDS's groups, a proxy and a global cluster, finds no drift, changes and destroys them",
  { timeout: 600_000 },
  async () => {
    emulator = await startTestEmulator()
    space = await workspace('rds.tf', emulator.url)
    const { terraform } = space
    const second = '-var=stage=second'

    const made = await terraform('apply')
    expect(made.stdout).toContain('class = "db.t3.micro"')
    expect(made.stdout).toContain('preferred = "15.10"')
    expect(made.stdout).toContain('"failover"')
    await terraform('plan')
    const changed = await terraform('apply', second)
    expect(changed.stdout).toContain('0 added, 8 changed, 0 destroyed')
    await terraform('plan', second)
    const destroyed = await terraform('destroy', second)
    expect(destroyed.stdout).toContain('11 destroyed')
  },
)
