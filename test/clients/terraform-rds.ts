import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { awsEnvironment, run, type CommandResult } from '../support/emulator.ts'
import { succeed } from './tools.ts'

const plugins = '/opt/tf-plugins'
const provider = 'registry.terraform.io/hashicorp/aws/5.100.0'

/** Whether this machine has Terraform and its AWS provider. */
export const hasTerraform =
  existsSync(join(plugins, provider)) && (await run('terraform', ['version'])).code === 0

export interface Workspace {
  /** Fails where Terraform does: `plan` where it would change something. */
  readonly terraform: (command: string, ...args: string[]) => Promise<CommandResult>
  readonly remove: () => void
}

const common = ['-input=false', '-parallelism=40']
const argumentsOf: Readonly<Record<string, readonly string[]>> = {
  init: ['-input=false'],
  apply: [...common, '-auto-approve'],
  destroy: [...common, '-auto-approve'],
  // Status 2 would say that something is to be changed.
  plan: [...common, '-detailed-exitcode'],
  import: ['-input=false'],
}

/** A folder with one of the configurations in `terraform/`, whose provider speaks to an emulator. */
export async function workspace(configuration: string, endpoint: string): Promise<Workspace> {
  const folder = mkdtempSync(join(tmpdir(), 'pocketcloud-terraform-rds-'))
  cpSync(join(import.meta.dirname, 'terraform', configuration), join(folder, 'main.tf'))
  const settings = join(folder, 'terraformrc')
  writeFileSync(
    settings,
    `provider_installation {\n  filesystem_mirror {\n    path = "${plugins}"\n  }\n}\n`,
  )
  const env = {
    ...awsEnvironment(folder),
    AWS_ENDPOINT_URL: endpoint,
    TF_CLI_CONFIG_FILE: settings,
    TF_IN_AUTOMATION: '1',
  }
  const terraform: Workspace['terraform'] = (command, ...args) => {
    const usual = argumentsOf[command]
    const colors = usual ? ['-no-color', ...usual] : []
    return succeed('terraform', [`-chdir=${folder}`, command, ...colors, ...args], env)
  }
  await terraform('init')
  return { terraform, remove: () => rmSync(folder, { recursive: true }) }
}
