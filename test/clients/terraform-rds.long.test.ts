import { afterAll, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../support/emulator.ts'
import { hasTerraform, workspace, type Workspace } from './terraform-rds.ts'

// The provider waits for a minute before it first looks at an instance: some eight minutes, most of them asleep.
let emulator: TestEmulator | undefined
let space: Workspace | undefined
afterAll(async () => {
  await emulator?.close()
  space?.remove()
})

test.runIf(hasTerraform)(
  'Terraform applies databases of all kinds, finds no drift, changes, imports and destroys them',
  { timeout: 1_800_000 },
  async () => {
    emulator = await startTestEmulator()
    space = await workspace('rds-databases.tf', emulator.url)
    const { terraform } = space
    const second = '-var=stage=second'

    await terraform('apply')
    const outputs = (await terraform('output', '-json')).json as Record<string, { value: unknown }>
    expect(outputs['port']!.value).toBeTypeOf('number')
    expect(outputs['instances']!.value).toEqual(['full'])
    await terraform('plan')
    await terraform('apply', second)
    await terraform('plan', second)

    const imports = {
      'aws_db_instance.provisioned': 'provisioned',
      'aws_db_snapshot.manual': 'manual',
      'aws_db_event_subscription.events': 'events',
      'aws_rds_cluster_instance.aurora[0]': 'aurora-0',
    }
    for (const [address, id] of Object.entries(imports)) {
      await terraform('state', 'rm', address)
      await terraform('import', second, address, id)
    }
    // What cannot be read is all that would be set: passwords, and what is only the provider's.
    const { stdout } = await terraform('apply', second)
    expect(stdout).toMatch(/0 added, \d changed, 0 destroyed/)
    await terraform('plan', second)

    const destroyed = await terraform('destroy', second)
    expect(destroyed.stdout).toContain('Destroy complete')
  },
)
