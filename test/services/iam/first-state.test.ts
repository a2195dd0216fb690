import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteUserCommand,
  DetachUserPolicyCommand,
  IAMClient,
  ListUsersCommand,
} from '@aws-sdk/client-iam'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startTestEmulator, student } from '../../support/emulator.ts'
import { asRoot } from './callers.ts'

let dataDir: string
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'pocketcloud-iam-'))
})
afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

/** Runs a piece of work against an emulator on the data directory, as the root user. */
async function withEmulator<T>(work: (iam: IAMClient) => Promise<T>): Promise<T> {
  const emulator = await startTestEmulator({ dataDir })
  try {
    return await work(emulator.client(IAMClient, asRoot))
  } finally {
    await emulator.close()
  }
}

const names = async (iam: IAMClient) =>
  (await iam.send(new ListUsersCommand({}))).Users!.map(({ UserName }) => UserName)

test('the user student is there once, however often the emulator starts', async () => {
  expect(await withEmulator(names)).toEqual(['student'])
  expect(await withEmulator(names)).toEqual(['student'])
})

test('the user student stays deleted when the emulator starts again', async () => {
  await withEmulator(async (iam) => {
    const UserName = 'student'
    await iam.send(new CreateUserCommand({ UserName: 'admin' }))
    await iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId: student.accessKeyId }))
    const PolicyArn = 'arn:aws:iam::aws:policy/AdministratorAccess'
    await iam.send(new DetachUserPolicyCommand({ UserName, PolicyArn }))
    await iam.send(new DeleteUserCommand({ UserName }))
  })
  expect(await withEmulator(names)).toEqual(['admin'])
})
