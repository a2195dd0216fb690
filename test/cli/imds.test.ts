import { X509Certificate } from 'node:crypto'
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { instancesOf } from '../imds/support.ts'
import { startTestEmulator, type TestEmulator } from '../support/emulator.ts'
import { cliArguments, person, type Person } from './command-line.ts'

let emulator: TestEmulator
let student: Person
let id: string
beforeAll(async () => {
  emulator = await startTestEmulator()
  student = person({ POCKETCLOUD_ENDPOINT: emulator.url })
  id = await instancesOf(emulator).launch()
})
afterAll(async () => {
  await student.leave()
  await emulator.close()
})

test('imds prints the address and the export that makes clients use it', async () => {
  const { status, stdout, stderr } = await student.pocketcloud('imds', id)
  expect([status, stderr]).toEqual([0, ''])
  const [comment, exported, ...rest] = stdout.trimEnd().split('\n')
  expect(comment).toMatch(/^# http:\/\/127\.0\.0\.1:\d+\/latest\/meta-data\/$/)
  expect(exported).toMatch(/^export AWS_EC2_METADATA_SERVICE_ENDPOINT=http:\/\/127\.0\.0\.1:\d+\/$/)
  expect(rest).toContain('# unset AWS_ACCESS_KEY_ID')
  expect(rest).toContain('# unset AWS_EC2_METADATA_DISABLED')
})

test('imds can be evaluated, and curl reads the metadata there', async () => {
  const command = [process.execPath, ...cliArguments, 'imds', id].map((word) => `'${word}'`)
  const script = `eval "$(${command.join(' ')})"; curl -s "$AWS_EC2_METADATA_SERVICE_ENDPOINT/latest/meta-data/instance-id"`
  const { stdout } = await promisify(execFile)('bash', ['-c', script], { env: student.env })
  expect(stdout).toBe(id)
})

test('imds --json has everything, --certificate the certificate alone', async () => {
  const { stdout } = await student.pocketcloud('imds', id, '--json')
  const answer = JSON.parse(stdout) as {
    url: string
    variables: Record<string, string>
    certificate: string
  }
  expect(answer).toMatchObject({
    instanceId: id,
    unset: expect.arrayContaining(['AWS_PROFILE']) as string[],
  })
  expect(answer.variables).toEqual({ AWS_EC2_METADATA_SERVICE_ENDPOINT: `${answer.url}/` })
  const pem = await student.pocketcloud('imds', id, '--certificate')
  expect(pem.stdout).toBe(answer.certificate)
  expect(new X509Certificate(pem.stdout).subject).toContain('EC2 instance identity')
})

test('imds says what to do about an instance that is not there or does not run', async () => {
  const absent = await student.pocketcloud('imds', 'i-0123456789abcdef0')
  expect(absent).toMatchObject({ status: 1, stdout: '' })
  expect(absent.stderr).toContain('There is no instance i-0123456789abcdef0.')
  expect(absent.stderr).toContain('describe-instances')
  const { launch, stop } = instancesOf(emulator)
  const stopped = await launch()
  await stop(stopped)
  expect((await student.pocketcloud('imds', stopped)).stderr).toContain('is not running')
})
