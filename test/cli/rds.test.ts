import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CreateDBInstanceCommand, RDSClient, StopDBInstanceCommand } from '@aws-sdk/client-rds'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDatabase, rdsOf, untilAvailable } from '../services/rds/databases.ts'
import { startTestEmulator, type TestEmulator } from '../support/emulator.ts'
import { person, type Person } from './command-line.ts'

let emulator: TestEmulator
let student: Person
let port: number
const rds = (...args: readonly string[]) =>
  student.pocketcloud('rds', ...args, '--endpoint', emulator.url)

beforeAll(async () => {
  emulator = await startTestEmulator()
  student = person({ POCKETCLOUD_ENDPOINT: emulator.url })
  const client = rdsOf(emulator)
  const made = createDatabase(client, 'mlflow', { BackupRetentionPeriod: 0 })
  const elsewhere = rdsOf(emulator, { region: 'eu-west-1' })
  await elsewhere.send(
    new CreateDBInstanceCommand({
      DBInstanceIdentifier: 'far',
      DBInstanceClass: 'db.t3.micro',
      Engine: 'postgres',
      MasterUsername: 'labuser',
      MasterUserPassword: 'correct-horse-battery',
      AllocatedStorage: 20,
      DBName: 'features',
      BackupRetentionPeriod: 0,
    }),
  )
  port = (await made).Endpoint!.Port!
  await untilAvailable(elsewhere, 'far')
}, 120_000)
afterAll(async () => {
  await student.leave()
  await emulator.close()
})

/** A program of this name on the path, which says how it was called. */
function install(name: string): void {
  const bin = join(student.home, 'bin')
  mkdirSync(bin, { recursive: true })
  writeFileSync(join(bin, name), `#!/bin/sh\necho "${name} was called: $*"\nexit 3\n`)
  chmodSync(join(bin, name), 0o755)
}

describe('rds connect', () => {
  it('prints the command where nobody sits at a terminal, and all parts of it as JSON', async () => {
    const [plain, json] = await Promise.all([
      rds('connect', 'mlflow'),
      rds('connect', 'MLFlow', '--database', 'runs', '--json'),
    ])
    expect(plain).toMatchObject({ status: 0, stderr: '' })
    expect(plain.stdout).toMatch(new RegExp(`^psql -h \\S+ -p ${port} -U labuser -d postgres\\n$`))
    expect(JSON.parse(json.stdout)).toMatchObject({
      port,
      user: 'labuser',
      database: 'runs',
      url: expect.stringMatching(new RegExp(`^postgresql://labuser@\\S+:${port}/runs$`)),
    })
  })

  it('runs psql in a terminal, and ends with its status', async () => {
    install('psql')
    const command = ['rds', 'connect', 'mlflow', '--endpoint', emulator.url]
    const there = person({ PATH: `${join(student.home, 'bin')}:${process.env['PATH']}` })
    const { status, stdout } = await there.inTerminal(...command)
    await there.leave()
    expect(stdout).toContain(`-p ${port} -U labuser -d postgres`)
    expect(status).toBe(3)
  })

  it('says what is there instead of an instance that is not, or in which region it is', async () => {
    const [unknown, far, found] = await Promise.all([
      rds('connect', 'mlflo'),
      rds('connect', 'far', '--json'),
      rds('connect', 'far', '--region', 'eu-west-1'),
    ])
    expect(unknown).toMatchObject({ status: 1, stdout: '' })
    expect(unknown.stderr).toBe(
      'pocketcloud: There is no database mlflo in us-east-1.\nThere are: mlflow\n',
    )
    expect(far.status).toBe(1)
    expect(JSON.parse(far.stderr)).toEqual({
      error: {
        code: 'DBInstanceNotFound',
        message: 'There is no database far in us-east-1.',
        hint: 'It is in eu-west-1: give --region eu-west-1',
      },
    })
    expect(found.stdout).toContain('-d features')
  })

  it('says how to start one that is stopped', async () => {
    const elsewhere = emulator.client(RDSClient, { region: 'eu-west-1' })
    await elsewhere.send(new StopDBInstanceCommand({ DBInstanceIdentifier: 'far' }))
    const { status, stderr } = await rds('connect', 'far', '--region', 'eu-west-1')
    expect(status).toBe(1)
    expect(stderr).toContain('Nobody can connect to far now: it is stop')
    expect(stderr).toContain('--db-instance-identifier far --region eu-west-1')
  })

  it('is called wrongly without an instance, and says where no emulator is', async () => {
    const [nothing, nobody] = await Promise.all([
      rds('connect'),
      student.pocketcloud('rds', 'connect', 'mlflow', '--endpoint', 'http://127.0.0.1:9'),
    ])
    expect(nothing).toMatchObject({ status: 2, stdout: '' })
    expect(nobody.status).toBe(1)
    expect(nobody.stderr).toContain('Start one with `pocketcloud start`')
  })
})

describe('rds failover', () => {
  it('is refused for an instance alone, with what would give it a standby', async () => {
    const { status, stderr } = await rds('failover', 'mlflow')
    expect(status).toBe(1)
    expect(stderr).toContain('mlflow has no standby that could take over')
    expect(stderr).toContain('--multi-az --apply-immediately')
  })
})

describe('rds ca', () => {
  it('prints a certificate, in PEM', async () => {
    const [pem, json] = await Promise.all([rds('ca'), rds('ca', '--json')])
    expect(pem.stdout).toMatch(
      /^-----BEGIN CERTIFICATE-----\n[\s\S]+\n-----END CERTIFICATE-----\n$/,
    )
    expect((JSON.parse(json.stdout) as { certificate: string }).certificate.trim()).toBe(
      pem.stdout.trim(),
    )
  })
})

describe('env', () => {
  it('explains databases to who looks, and adds nothing to what a shell evaluates', async () => {
    const [looked, piped] = await Promise.all([
      student.inTerminal('env'),
      student.pocketcloud('env'),
    ])
    expect(looked.stdout).toContain('ID.HASH.REGION.rds.localhost')
    expect(looked.stdout).toContain(
      'export PGSSLROOTCERT="$PWD/rds-ca.pem"; export PGSSLMODE=verify-full',
    )
    expect(looked.stdout).toContain('pocketcloud rds connect ID')
    expect(piped.stdout + piped.stderr).not.toContain('rds')
  })
})
