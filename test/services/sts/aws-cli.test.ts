import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Credentials } from '@aws-sdk/client-sts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  awsEnvironment,
  run,
  startTestEmulator,
  student,
  type TestEmulator,
} from '../../support/emulator.ts'
import { allow } from '../iam/callers.ts'
import { account, roleArn, trust } from './roles.ts'

let emulator: TestEmulator
const home = mkdtempSync(join(tmpdir(), 'pocketcloud-sts-'))
beforeAll(async () => {
  emulator = await startTestEmulator()
})
afterAll(async () => {
  await emulator.close()
  rmSync(home, { recursive: true, force: true })
})

async function cli(line: string, ...more: string[]): Promise<unknown> {
  const { code, stderr, json } = await emulator.aws(...line.split(' '), ...more)
  expect(stderr).toBe('')
  expect(code).toBe(0)
  return json
}

/** The CLI with other credentials than the student's. */
const as = (environment: NodeJS.ProcessEnv, line: string) =>
  run('aws', ['--endpoint-url', emulator.url, ...line.split(' ')], {
    ...awsEnvironment(home),
    ...environment,
  })

test('a role is made, assumed and used as in the documentation, also by a profile that names it', async () => {
  const trusted = trust(`arn:aws:iam::${account}:user/student`)
  await cli('iam create-role --role-name reader --assume-role-policy-document', trusted)
  await cli(
    'iam put-role-policy --role-name reader --policy-name own --policy-document',
    allow('iam:ListRoles'),
  )
  expect(await cli('iam get-role --role-name reader')).toMatchObject({
    Role: { AssumeRolePolicyDocument: JSON.parse(trusted), MaxSessionDuration: 3600 },
  })
  const { Credentials: made } = (await cli(
    `sts assume-role --role-arn ${roleArn('reader')} --role-session-name cli`,
  )) as { Credentials: Record<keyof Credentials, string> }
  const session = {
    AWS_ACCESS_KEY_ID: made.AccessKeyId,
    AWS_SECRET_ACCESS_KEY: made.SecretAccessKey,
    AWS_SESSION_TOKEN: made.SessionToken,
  }
  const identity = await as(session, 'sts get-caller-identity')
  expect(identity.json).toMatchObject({
    Arn: `arn:aws:sts::${account}:assumed-role/reader/cli`,
    Account: account,
  })
  const refused = await as(session, 'iam list-users')
  expect(refused.code).toBeGreaterThan(250)
  expect(refused.stderr.trim()).toBe(
    'An error occurred (AccessDenied) when calling the ListUsers operation: User: ' +
      `arn:aws:sts::${account}:assumed-role/reader/cli is not authorized to perform: iam:ListUsers on ` +
      `resource: arn:aws:iam::${account}:user/ because no identity-based policy allows the iam:ListUsers action`,
  )
  // The CLI calls AssumeRole by itself for such a profile.
  writeFileSync(
    join(home, 'config'),
    `[profile reader]\nrole_arn = ${roleArn('reader')}\nsource_profile = student\nendpoint_url = ${emulator.url}\n` +
      `[profile student]\naws_access_key_id = ${student.accessKeyId}\naws_secret_access_key = ${student.secretAccessKey}\n` +
      `endpoint_url = ${emulator.url}\n`,
  )
  const keyless = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined }
  const listed = await as(keyless, 'iam list-roles --profile reader --query Roles[].RoleName')
  expect(listed.stderr).toBe('')
  expect(listed.json).toEqual(['reader'])
}, 180_000)
