import {
  CreateDBInstanceReadReplicaCommand,
  CreateDBSnapshotCommand,
  PromoteReadReplicaCommand,
  RestoreDBInstanceFromDBSnapshotCommand,
} from '@aws-sdk/client-rds'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { findLab } from '../../checker/catalogue.ts'
import { grade } from '../../checker/grade.ts'
import { drawValues } from '../../checker/values.ts'
import {
  createDatabase,
  query,
  rdsOf,
  untilAvailable,
  untilTaken,
} from '../services/rds/databases.ts'
import { startTestEmulator, type TestEmulator } from '../support/emulator.ts'

// What the wrong answers leave out: states from which a task can't be finished any more, and what is said of them.

let emulator: TestEmulator
beforeAll(async () => {
  emulator = await startTestEmulator()
})
afterAll(() => emulator.close())

const [postgres, availability] = [findLab('rds-postgres')!, findLab('rds-high-availability')!]

/** What is beyond repair, by task. */
async function ruinsOf(lab: typeof postgres): Promise<Record<string, string | undefined>> {
  const { tasks } = await grade(lab, { endpoint: emulator.url, since: { sequence: 0 } })
  return Object.fromEntries(tasks.map(({ id, ruined }) => [id, ruined]))
}

it('a newer or unencrypted instance, and a snapshot of the empty database, are beyond repair', async () => {
  const rds = rdsOf(emulator)
  const { name, password } = drawValues(postgres, '') as { name: string; password: string }
  expect(await ruinsOf(postgres)).toEqual({})
  const instance = await createDatabase(rds, `${name}-db`, {
    MasterUsername: 'mluser',
    MasterUserPassword: password,
    DBName: 'mlflow',
    BackupRetentionPeriod: 0,
  })
  const login = { user: 'mluser', password, database: 'mlflow' }
  await query(instance, 'create table experiments (name text)', login)
  await rds.send(
    new CreateDBSnapshotCommand({
      DBInstanceIdentifier: `${name}-db`,
      DBSnapshotIdentifier: 'too-late',
    }),
  )
  await untilTaken(rds, 'too-late')
  expect(await ruinsOf(postgres)).toEqual({
    database: `Your ${name}-db was made without encryption, and no instance gets it later.`,
  })
  await rds.send(
    new RestoreDBInstanceFromDBSnapshotCommand({
      DBInstanceIdentifier: `${name}-restored`,
      DBSnapshotIdentifier: 'too-late',
    }),
  )
  await untilAvailable(rds, `${name}-restored`)
  expect(await ruinsOf(postgres)).toMatchObject({
    restore: expect.stringContaining('was taken when they were gone'),
  })
})

it('a replica that was promoted is beyond repair', async () => {
  const rds = rdsOf(emulator)
  const { name } = drawValues(availability, '') as { name: string }
  await createDatabase(rds, `${name}-db`, { BackupRetentionPeriod: 1 })
  await rds.send(
    new CreateDBInstanceReadReplicaCommand({
      DBInstanceIdentifier: `${name}-replica`,
      SourceDBInstanceIdentifier: `${name}-db`,
    }),
  )
  await untilAvailable(rds, `${name}-replica`)
  expect(await ruinsOf(availability)).toEqual({})
  await rds.send(new PromoteReadReplicaCommand({ DBInstanceIdentifier: `${name}-replica` }))
  await untilAvailable(rds, `${name}-replica`)
  expect((await ruinsOf(availability))['replica']).toContain(
    `Your ${name}-replica was promoted: it is a database of its own now`,
  )
})
