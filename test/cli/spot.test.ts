import { RunInstancesCommand } from '@aws-sdk/client-ec2'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { instancesOf } from '../imds/support.ts'
import { startTestEmulator, type TestEmulator } from '../support/emulator.ts'
import { person, type Person } from './command-line.ts'

let emulator: TestEmulator
let student: Person
beforeAll(async () => {
  emulator = await startTestEmulator()
  student = person({ POCKETCLOUD_ENDPOINT: emulator.url })
})
afterAll(async () => {
  await student.leave()
  await emulator.close()
})

test('spot interrupt has EC2 take a spot instance back, and refuses what is none', async () => {
  const { ec2, launch } = instancesOf(emulator)
  const { Instances } = await ec2.send(
    new RunInstancesCommand({
      ImageId: 'ami-0c55b159cbfafe1f0',
      InstanceType: 't3.micro',
      MinCount: 1,
      MaxCount: 1,
      InstanceMarketOptions: { MarketType: 'spot' },
    }),
  )
  const id = Instances![0]!.InstanceId!
  const { status, stdout } = await student.pocketcloud(
    'spot',
    'interrupt',
    id,
    '--in',
    '5m',
    '--json',
  )
  expect(status).toBe(0)
  const { at } = JSON.parse(stdout) as { at: string }
  const minutes = (Date.parse(at) - emulator.now()) / 60_000
  expect(minutes).toBeGreaterThan(4)
  expect(minutes).toBeLessThanOrEqual(5)
  const refused = await student.pocketcloud('spot', 'interrupt', await launch())
  expect(refused.status).toBe(1)
  expect(refused.stderr).toContain('is not a spot instance')
})
