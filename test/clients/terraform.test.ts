import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { awsEnvironment, run, startTestEmulator, type TestEmulator } from '../support/emulator.ts'
import { succeed } from './tools.ts'

// Terraform's own AWS provider. Where the machine has none, the same calls are under test in test/services/ec2.
const plugins = '/opt/tf-plugins'
const provider = 'registry.terraform.io/hashicorp/aws/5.100.0'
const isThere =
  existsSync(join(plugins, provider)) && (await run('terraform', ['version'])).code === 0
if (!isThere) {
  console.log(`Terraform is not tried: it takes terraform and ${join(plugins, provider)}`)
}

const folder = mkdtempSync(join(tmpdir(), 'pocketcloud-terraform-'))
let emulator: TestEmulator | undefined
afterAll(async () => {
  await emulator?.close()
  rmSync(folder, { recursive: true })
})

test.runIf(isThere)(
  'Terraform applies a network, finds no drift in it, changes it and destroys it',
  { timeout: 600_000 },
  async () => {
    emulator = await startTestEmulator()
    cpSync(join(import.meta.dirname, 'terraform', 'main.tf'), join(folder, 'main.tf'))
    const settings = join(folder, 'terraformrc')
    writeFileSync(
      settings,
      `provider_installation {\n  filesystem_mirror {\n    path = "${plugins}"\n  }\n}\n`,
    )
    const env = {
      ...awsEnvironment(folder),
      AWS_ENDPOINT_URL: emulator.url,
      TF_CLI_CONFIG_FILE: settings,
      TF_IN_AUTOMATION: '1',
    }
    const terraform = (command: string, ...args: string[]) =>
      succeed('terraform', [`-chdir=${folder}`, command, '-no-color', ...args], env)
    const apply = ['-auto-approve', '-input=false', '-parallelism=40']
    // Status 2 would say that something is to be changed.
    const plan = ['-detailed-exitcode', '-input=false', '-parallelism=40']

    await terraform('init', '-input=false')
    await terraform('apply', ...apply)
    const outputs = (await terraform('output', '-json')).json as Record<string, { value: unknown }>
    expect(outputs['account']!.value).toBe('123456789012')
    expect(outputs['default_subnets']!.value).toBe(6)
    await terraform('plan', ...plan)

    const changed = await terraform('apply', ...apply, '-var=stage=second')
    expect(changed.stdout).toContain('0 added, 3 changed, 0 destroyed')
    await terraform('plan', ...plan, '-var=stage=second')

    await terraform('destroy', ...apply)
    expect((await terraform('show')).stdout).toContain('No resources are represented')
  },
)
