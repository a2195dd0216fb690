import { request } from 'node:http'
import * as sdk from '@aws-sdk/client-rds'
import { NormalizedSchema } from '@smithy/core/schema'
import { afterAll, beforeAll, expect, test } from 'vitest'
import rds from '../../../emulator/services/rds/index.ts'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'
import { createDatabase, rdsOf } from './databases.ts'

// `npm run test:long` makes 20,000 calls.
const calls = process.env['POCKETCLOUD_LONG'] ? 20_000 : 1500

let emulator: TestEmulator
beforeAll(async () => {
  emulator = await startTestEmulator()
})
afterAll(() => emulator.close())

let state = 20_261_120
/** A number in [0, 1): the same sequence in each run. */
function random(): number {
  state = (state + 0x6d2b79f5) | 0
  let mixed = Math.imul(state ^ (state >>> 15), state | 1)
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
}
const pick = <Value>(values: readonly Value[]): Value =>
  values[Math.floor(random() * values.length)]!

const arn = (type: string, name: string) => `arn:aws:rds:us-east-1:123456789012:${type}:${name}`
const names = ['there', 'there', 'one', 'Two', 'rds:there-2026-11-20-03-30', 'default.postgres15']
const odd = [
  '',
  ' ',
  '-',
  'a--b',
  '-a',
  '*',
  '%',
  '%00',
  '\u0000',
  '../../etc/passwd',
  '__proto__',
  'constructor',
  'toString',
  '🚀'.repeat(70),
  'x'.repeat(5000),
  "';drop table rds_instances;--",
  '{"a":1}',
  'null',
  '9'.repeat(40),
  'arn:aws:rds:::',
  'arn:aws:rds:us-east-1:123456789012:db',
  'arn:aws:rds:eu-west-1:210987654321:snapshot:theirs',
  'arn:aws:s3:::bucket',
]
const known: readonly (readonly [pattern: RegExp, values: readonly string[]])[] = [
  [/Engine$|EngineName$/, ['postgres', 'aurora-postgresql', 'mysql', 'oracle-ee', 'none']],
  [/EngineVersion$/, ['15.10', '17', '15', '8.0', '99.99', '15.']],
  [/Class$/, ['db.t3.micro', 'db.r5.large', 'db.serverless', 'db.none.none', 't3.micro']],
  [/Family$/, ['postgres15', 'mysql8.0', 'aurora-postgresql15', 'none']],
  [/StorageType$/, ['gp2', 'gp3', 'io1', 'io2', 'standard', 'none']],
  [
    /Window$/,
    ['03:00-04:00', 'mon:03:00-mon:04:00', '25:00-26:00', 'a:b-c:d', 'sun:23:59-sun:00:29'],
  ],
  [/Marker$/, ['YWZ0ZXI6b25l', 'x', '0', '0:5', '1:-1', '999999999999999999']],
  [/SourceType$/, ['db-instance', 'db-snapshot', 'db-cluster', 'none']],
  [/SnapshotType$/, ['manual', 'automated', 'shared', 'public', 'none']],
  [/AttributeName$/, ['restore', 'none']],
  [/LogFileName$/, ['error/postgresql.log', '../x', 'error/../../x']],
  [
    /Arn$|ResourceName$|ARN$/,
    ['db', 'snapshot', 'cluster', 'pg', 'og', 'es', 'none'].map((type) => arn(type, 'there')),
  ],
  [/Password$/, ['short', 'long-enough-1', 'with space 12', 'p'.repeat(200)]],
  [/Identifier$|Name$|Identifiers$|Id$/, names],
]

function textFor(name: string): string {
  const values = known.find(([pattern]) => pattern.test(name))?.[1]
  const luck = random()
  if (values && luck < 0.7) return pick(values)
  return luck < 0.85 ? pick(names) : pick(odd)
}

const numbers = [
  '0',
  '1',
  '-1',
  '5',
  '20',
  '21',
  '100',
  '101',
  '3306',
  '65536',
  '2147483647',
  '-2147483649',
  '1e3',
  'NaN',
  '',
]

/** Adds a value's members to a form, as the query protocol writes them; some are left out, and some are of another kind. */
function fill(form: URLSearchParams, name: string, schema: NormalizedSchema, path: string): void {
  if (random() < 0.02) return form.append(path, pick(odd))
  if (schema.isListSchema()) {
    const count = pick([0, 1, 1, 2, 3])
    for (let index = 1; index <= count; index++) {
      fill(form, name, schema.getValueSchema(), `${path}.member.${index}`)
    }
  } else if (schema.isStructSchema()) {
    for (const [member, inner] of schema.structIterator()) {
      if (random() < 0.6) fill(form, member, inner, `${path}.${member}`)
    }
  } else if (schema.isBooleanSchema()) form.append(path, pick(['true', 'false', 'false', 'maybe']))
  else if (schema.isNumericSchema()) form.append(path, pick(numbers))
  else if (schema.isTimestampSchema()) {
    form.append(path, pick(['2026-11-20T00:00:00Z', '1970-01-01T00:00:00Z', 'yesterday', '0']))
  } else form.append(path, textFor(name))
}

function formFor(operation: string): URLSearchParams {
  const [, , , , input] = (sdk as unknown as Record<string, readonly unknown[]>)[`${operation}$`]!
  const form = new URLSearchParams({ Action: operation, Version: '2014-10-31' })
  for (const [member, schema] of NormalizedSchema.of(input as never).structIterator()) {
    // What names the resource is mostly there: otherwise nothing but its absence would be tried.
    const likely = /Identifier$|^DB\w+Name$|^Engine$|Class$/.test(member)
    if (random() < (likely ? 0.8 : 0.25)) fill(form, member, schema, member)
  }
  return form
}

interface Answer {
  readonly status: number
  readonly text: string
}

const credential = 'test/20261120/us-east-1/rds/aws4_request'

function send(form: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host;x-amz-date, Signature=${'0'.repeat(64)}`,
      'x-amz-date': new Date().toISOString().replaceAll(/[-:]|\.\d+/g, ''),
    }
    const outgoing = request(emulator.url, { method: 'POST', headers }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('end', () =>
        resolve({ status: answer.statusCode!, text: Buffer.concat(chunks).toString() }),
      )
    })
    outgoing.on('error', reject)
    outgoing.end(form)
  })
}

// Real databases would be made: these have their own tests.
const heavy = /^(?:CreateDBInstance|CreateDBCluster|CreateDBInstanceReadReplica|Restore\w+)$/

test(
  `${calls} random calls are answered, none by a failure of the emulator's own`,
  { timeout: 900_000 },
  async () => {
    await createDatabase(rdsOf(emulator), 'there')
    const operations = Object.keys(rds.operations)
    const failures: string[] = []
    const seen = new Map<number, number>()
    for (let call = 0; call < calls; call++) {
      const operation = pick(operations)
      const form = formFor(operation)
      // Only what is refused, most of the time.
      if (heavy.test(operation) && random() < 0.9) form.set('DBInstanceIdentifier', 'a--b')
      const { status, text } = await send(form.toString())
      seen.set(status, (seen.get(status) ?? 0) + 1)
      if (status >= 500 && status !== 501)
        failures.push(`${form.toString().slice(0, 500)}\n${text}`)
      if (status >= 400 && !/<Code>[\w.]+<\/Code>/.test(text)) failures.push(`no code: ${text}`)
    }
    expect(failures).toEqual([])
    expect(seen.get(200)).toBeGreaterThan(calls / 50)
    const health = await fetch(`${emulator.url}/_pocketcloud/health`)
    expect(health.status).toBe(200)
  },
)
