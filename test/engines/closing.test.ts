import { CreateDBInstanceCommand } from '@aws-sdk/client-rds'
import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { createDatabase, master, rdsOf } from '../services/rds/databases.ts'
import { startTestEmulator } from '../support/emulator.ts'

const left = () =>
  readdirSync(tmpdir()).filter((name) => name.startsWith(`pocketcloud-databases-${process.pid}-`))
const serversIn = (folders: readonly string[]) =>
  execFileSync('ps', ['-e', '-o', 'args='], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(' -D ') && folders.some((name) => line.includes(name)))

test('an emulator that closes while databases are made and copied leaves no process and no file', async () => {
  const emulator = await startTestEmulator()
  const rds = rdsOf(emulator)
  await createDatabase(rds, 'first', { BackupRetentionPeriod: 0 })
  const making = ['second', 'third'].map((id) =>
    rds.send(
      new CreateDBInstanceCommand({
        DBInstanceIdentifier: id,
        DBInstanceClass: 'db.t3.micro',
        Engine: 'postgres',
        MasterUsername: master.username,
        MasterUserPassword: master.password,
        AllocatedStorage: 20,
        MultiAZ: true,
      }),
    ),
  )
  await Promise.all(making)
  await new Promise((resolve) => setTimeout(resolve, 300))
  const folders = left()
  expect(serversIn(folders).length).toBeGreaterThan(0)
  await emulator.close()
  expect(serversIn(folders)).toEqual([])
  expect(left()).toEqual([])
})
