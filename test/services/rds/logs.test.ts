import { Sha256 } from '@smithy/core/checksum'
import { SignatureV4 } from '@smithy/signature-v4'
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import {
  DescribeDBLogFilesCommand,
  DownloadDBLogFilePortionCommand,
  type RDSClient,
} from '@aws-sdk/client-rds'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestEmulator, student, type TestEmulator } from '../../support/emulator.ts'
import { createDatabase, query, rdsOf } from './databases.ts'

let emulator: TestEmulator
let rds: RDSClient
beforeAll(async () => {
  emulator = await startTestEmulator()
  rds = rdsOf(emulator)
})
afterAll(() => emulator.close())

const ofTheStudent = { accessKeyId: student.accessKeyId, secretAccessKey: student.secretAccessKey }

/** The REST request that is in no SDK, signed as its page in the user guide shows. */
async function download(path: string, credentials = ofTheStudent): Promise<Response> {
  const { hostname, port, host } = new URL(emulator.url)
  const signer = new SignatureV4({
    service: 'rds',
    region: 'us-east-1',
    credentials,
    sha256: Sha256,
  })
  const signed = await signer.sign({
    method: 'GET',
    protocol: 'http:',
    hostname,
    port: Number(port),
    path: `/v13/downloadCompleteLogFile/${path}`,
    headers: { host },
  })
  return fetch(`${emulator.url}${signed.path}`, { headers: signed.headers })
}

test('DownloadCompleteDBLogFile sends the whole of the real log, to whom is permitted and of what is there', async () => {
  const database = await createDatabase(rds, 'talks', { BackupRetentionPeriod: 0 })
  // More than one portion of a megabyte.
  const line = 'x'.repeat(1000)
  await query(
    database,
    `do $$ begin for n in 1..1500 loop raise warning 'line % ${line}', n; end loop; end $$`,
  )
  const DBInstanceIdentifier = 'talks'
  const { DescribeDBLogFiles } = await rds.send(
    new DescribeDBLogFilesCommand({ DBInstanceIdentifier }),
  )
  const { LogFileName, Size } = DescribeDBLogFiles!.at(-1)!
  const answer = await download(`talks/${LogFileName}`)
  expect(answer.status).toBe(200)
  const text = await answer.text()
  expect(Buffer.byteLength(text)).toBeGreaterThanOrEqual(Size!)
  expect(text.match(/line \d+ x/g)).toHaveLength(1500)

  const portion = await rds.send(
    new DownloadDBLogFilePortionCommand({ DBInstanceIdentifier, LogFileName, Marker: '0' }),
  )
  expect(portion.AdditionalDataPending).toBe(true)
  expect(text.startsWith(portion.LogFileData!)).toBe(true)

  const missing = await download('talks/error/postgresql.log.none')
  expect(missing.status).toBe(404)
  expect(await missing.text()).toContain('<Code>DBLogFileNotFoundFault</Code>')
  const elsewhere = await download('talks/error/..%2F..%2Fa%2FPG_VERSION')
  expect(elsewhere.status).toBe(404)
  expect(await (await download('nobody/error/any')).text()).toContain('DBInstanceNotFound')
  const unsigned = await fetch(`${emulator.url}/v13/downloadCompleteLogFile/talks/${LogFileName}`, {
    headers: { host: 'rds.us-east-1.amazonaws.com' },
  })
  expect(unsigned.status).toBeGreaterThanOrEqual(400)

  const iam = emulator.client(IAMClient)
  await iam.send(new CreateUserCommand({ UserName: 'reader' }))
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'reader' }))
  const key = { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! }
  const denied = await download(`talks/${LogFileName}`, key)
  expect(denied.status).toBe(403)
  expect(await denied.text()).toContain('rds:DownloadCompleteDBLogFile')
  await iam.send(
    new PutUserPolicyCommand({
      UserName: 'reader',
      PolicyName: 'logs',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Action: 'rds:DownloadCompleteDBLogFile',
          Resource: 'arn:aws:rds:us-east-1:123456789012:db:talks',
        },
      }),
    }),
  )
  expect((await download(`talks/${LogFileName}`, key)).status).toBe(200)
})
