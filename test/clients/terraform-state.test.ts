import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CreateBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { awsEnvironment, run, startTestEmulator, type TestEmulator } from '../support/emulator.ts'

const hasTerraform = (await run('terraform', ['version'])).code === 0
if (!hasTerraform) process.stdout.write('terraform is not here: its S3 backend is not tried\n')

const Bucket = 'terraform-state'
const Key = 'team/terraform.tfstate'
const folder = mkdtempSync(join(tmpdir(), 'pocketcloud-terraform-'))
let emulator: TestEmulator
let s3: S3Client
beforeAll(async () => {
  emulator = await startTestEmulator()
  s3 = emulator.client(S3Client)
  await s3.send(new CreateBucketCommand({ Bucket }))
})
afterAll(async () => {
  await emulator.close()
  rmSync(folder, { recursive: true })
})

/** A folder of one of the team: the same state, other resources. */
function member(name: string, resources: string) {
  const cwd = join(folder, name)
  mkdirSync(cwd)
  const endpoints = `{ s3 = "${emulator.url}", sts = "${emulator.url}", iam = "${emulator.url}" }`
  writeFileSync(
    join(cwd, 'main.tf'),
    `terraform {
  backend "s3" {
    bucket         = "${Bucket}"
    key            = "${Key}"
    region         = "us-east-1"
    encrypt        = true
    use_lockfile   = true
    use_path_style = true
    endpoints      = ${endpoints}
  }
}
${resources}
`,
  )
  const config = join(cwd, 'terraform.rc')
  writeFileSync(config, 'disable_checkpoint = true\n')
  const env = { ...awsEnvironment(folder), TF_CLI_CONFIG_FILE: config, TF_IN_AUTOMATION: '1' }
  return (...args: string[]) => run('terraform', args, env, cwd)
}

async function until(happened: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await happened())) await new Promise((resolve) => setTimeout(resolve, 50))
}

const isThere = (key: string) =>
  s3.send(new HeadObjectCommand({ Bucket, Key: key })).then(
    () => true,
    () => false,
  )

test.skipIf(!hasTerraform)(
  'Terraform keeps its state in a bucket, and locks it against others',
  { timeout: 120_000 },
  async () => {
    const go = join(folder, 'go')
    const alice = member(
      'alice',
      `resource "terraform_data" "slow" {
  input = "first"
  provisioner "local-exec" { command = "until [ -e '${go}' ]; do sleep 0.1; done" }
}
output "said" { value = terraform_data.slow.output }`,
    )
    const bob = member(
      'bob',
      `resource "terraform_data" "slow" { input = "second" }
output "said" { value = terraform_data.slow.output }`,
    )
    for (const terraform of [alice, bob]) {
      expect(await terraform('init', '-input=false')).toMatchObject({ code: 0, stderr: '' })
    }

    const applying = alice('apply', '-auto-approve', '-no-color')
    await until(() => isThere(`${Key}.tflock`))
    const refused = await bob('apply', '-auto-approve', '-no-color')
    expect(refused.code).toBe(1)
    expect(refused.stderr).toContain('Error acquiring the state lock')
    expect(refused.stderr).toContain('StatusCode: 412')
    expect(refused.stderr).toMatch(/Path: +terraform-state\/team\/terraform\.tfstate/)
    writeFileSync(go, '')
    expect((await applying).stdout).toContain('said = "first"')

    expect(await isThere(`${Key}.tflock`)).toBe(false)
    expect(await s3.send(new HeadObjectCommand({ Bucket, Key }))).toMatchObject({
      ServerSideEncryption: 'AES256',
    })
    expect((await bob('output', '-raw', 'said')).stdout).toBe('first')
    expect((await bob('apply', '-auto-approve', '-no-color')).stdout).toContain('said = "second"')
    expect((await alice('state', 'pull')).json).toMatchObject({
      serial: 2,
      outputs: { said: { value: 'second' } },
    })

    expect((await bob('workspace', 'new', 'blue')).code).toBe(0)
    expect((await bob('apply', '-auto-approve', '-no-color')).code).toBe(0)
    const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket }))
    expect(Contents?.map((one) => one.Key)).toEqual([`env:/blue/${Key}`, Key])
    expect((await bob('destroy', '-auto-approve', '-no-color')).code).toBe(0)
    expect(existsSync(join(folder, 'bob', 'terraform.tfstate'))).toBe(false)
  },
)
