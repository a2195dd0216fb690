import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'
import { allow } from './callers.ts'

// The course's commands for users, groups and policies, as it prints them.

let emulator: TestEmulator
beforeAll(async () => {
  emulator = await startTestEmulator()
})
afterAll(() => emulator.close())

/** Runs a command line of the AWS CLI, whose words have no spaces, and gives what it printed. */
async function cli(line: string, ...more: string[]): Promise<unknown> {
  const { code, stderr, json } = await emulator.aws(...line.split(' '), ...more)
  expect(stderr).toBe('')
  expect(code).toBe(0)
  return json
}

test('a user, a group and policies are made as the course makes them', async () => {
  expect(await cli('iam create-user --user-name alice')).toMatchObject({
    User: { Arn: 'arn:aws:iam::123456789012:user/alice' },
  })
  await cli('iam create-group --group-name DataScientists')
  await cli(
    'iam attach-group-policy --group-name DataScientists --policy-arn arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess',
  )
  await cli(
    'iam put-group-policy --group-name DataScientists --policy-name SageMakerAccess --policy-document',
    allow('sagemaker:*'),
  )
  await cli('iam add-user-to-group --user-name alice --group-name DataScientists')
  await cli('iam create-policy --policy-name DataScientistPolicy --policy-document', allow('s3:*'))
  await cli(
    'iam attach-user-policy --user-name alice --policy-arn arn:aws:iam::123456789012:policy/DataScientistPolicy',
  )
  expect(await cli('iam create-access-key --user-name alice')).toMatchObject({
    AccessKey: { UserName: 'alice', Status: 'Active' },
  })
  expect(
    await cli('iam get-group-policy --group-name DataScientists --policy-name SageMakerAccess'),
  ).toMatchObject({ PolicyDocument: JSON.parse(allow('sagemaker:*')) })
  expect(await cli('iam list-groups-for-user --user-name alice')).toMatchObject({
    Groups: [{ GroupName: 'DataScientists' }],
  })
}, 120_000)

test('an error reads as on AWS', async () => {
  const { code, stderr } = await emulator.aws('iam', 'get-user', '--user-name', 'nobody')
  expect(code).toBeGreaterThan(250)
  expect(stderr.trim()).toBe(
    'An error occurred (NoSuchEntity) when calling the GetUser operation: ' +
      'The user with name nobody cannot be found.',
  )
})

test('lists are paged by the CLI itself', async () => {
  const all = await cli('iam list-policies --scope AWS --page-size 700 --query Policies[].Arn')
  expect(all).toEqual(expect.arrayContaining(['arn:aws:iam::aws:policy/AdministratorAccess']))
  expect(Array.isArray(all) && all.length).toBeGreaterThan(1000)
})

test('sts and rds answer the CLI, too', async () => {
  expect(await cli('sts get-caller-identity')).toMatchObject({
    Account: '123456789012',
    Arn: 'arn:aws:iam::123456789012:user/student',
  })
  expect(
    await cli('rds describe-db-engine-versions --engine postgres --default-only'),
  ).toMatchObject({ DBEngineVersions: [{ Engine: 'postgres', Status: 'available' }] })
  expect(await cli('rds describe-db-instances')).toEqual({ DBInstances: [] })
})
