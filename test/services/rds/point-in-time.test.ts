import {
  DeleteDBInstanceCommand,
  DescribeDBInstanceAutomatedBackupsCommand,
  RestoreDBInstanceToPointInTimeCommand,
  type DBInstance,
  type RDSClient,
} from '@aws-sdk/client-rds'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'
import { createDatabase, query, rdsOf, untilAvailable } from './databases.ts'

let emulator: TestEmulator
let rds: RDSClient
let source: DBInstance
/** When each row was written, in virtual ms: the row's number is its place. */
const writtenAt: number[] = []

beforeAll(async () => {
  emulator = await startTestEmulator()
  rds = rdsOf(emulator)
  source = await createDatabase(rds, 'ledger')
  await query(source, 'create table entries (number int primary key)')
  for (let number = 0; number < 5; number++) {
    await emulator.advance(3_600_000)
    await query(source, `insert into entries values (${number})`)
    writtenAt.push(emulator.now())
  }
  await emulator.advance(3_600_000)
}, 60_000)
afterAll(() => emulator.close())

async function restored(id: string, time: number | undefined, more: object = {}) {
  await rds.send(
    new RestoreDBInstanceToPointInTimeCommand({
      SourceDBInstanceIdentifier: 'ledger',
      TargetDBInstanceIdentifier: id,
      ...(time === undefined ? { UseLatestRestorableTime: true } : { RestoreTime: new Date(time) }),
      ...more,
    }),
  )
  const instance = await untilAvailable(rds, id)
  const rows = await query(instance, 'select number from entries order by number')
  return rows.map(({ number }) => number)
}

const second = 1000

test('a restore has exactly the rows that were written before its moment of virtual time', async () => {
  // The second after the third row, one of the hour that the clock jumped over then, and one before the fourth.
  const after = Math.ceil(writtenAt[2]! / second) * second
  expect(await restored('after', after)).toEqual([0, 1, 2])
  expect(await restored('between', writtenAt[2]! + 1_800_000)).toEqual([0, 1, 2])
  expect(await restored('latest', undefined)).toEqual([0, 1, 2, 3, 4])
}, 60_000)

test('a restore of before the first backup, of the future, or of no moment is refused', async () => {
  const at = (RestoreTime: Date | undefined) =>
    rds.send(
      new RestoreDBInstanceToPointInTimeCommand({
        SourceDBInstanceIdentifier: 'ledger',
        TargetDBInstanceIdentifier: 'never',
        RestoreTime,
      }),
    )
  await expect(at(new Date(writtenAt[0]! - 48 * 3_600_000))).rejects.toMatchObject({
    name: 'InvalidParameterValue',
  })
  await expect(at(new Date(emulator.now() + 60_000))).rejects.toMatchObject({
    name: 'InvalidParameterValue',
  })
  await expect(at(undefined)).rejects.toMatchObject({ name: 'InvalidParameterCombination' })
})

test('the automated backups of a deleted instance that are kept can be restored from', async () => {
  await rds.send(
    new DeleteDBInstanceCommand({
      DBInstanceIdentifier: 'ledger',
      SkipFinalSnapshot: true,
      DeleteAutomatedBackups: false,
    }),
  )
  const { DBInstanceAutomatedBackups: kept } = await rds.send(
    new DescribeDBInstanceAutomatedBackupsCommand({
      DbiResourceId: source.DbiResourceId,
      Filters: [{ Name: 'status', Values: ['retained'] }],
    }),
  )
  expect(kept).toMatchObject([{ DBInstanceIdentifier: 'ledger', Status: 'retained' }])
  const rows = await restored('revived', undefined, {
    SourceDBInstanceIdentifier: undefined,
    SourceDbiResourceId: source.DbiResourceId,
  })
  expect(rows).toEqual([0, 1, 2, 3, 4])
}, 30_000)
