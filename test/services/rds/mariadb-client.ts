import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { CreateDBInstanceCommandInput, DBInstance, RDSClient } from '@aws-sdk/client-rds'
import { createDatabase, master } from './databases.ts'

/** A small instance of MySQL, and in it a database called `app`. */
export const createMysql = (
  rds: RDSClient,
  id: string,
  more: Partial<CreateDBInstanceCommandInput> = {},
): Promise<DBInstance> =>
  createDatabase(rds, id, {
    Engine: 'mysql',
    EngineVersion: '8.0.40',
    DBName: 'app',
    BackupRetentionPeriod: 0,
    ...more,
  })

/** What the real client prints of statements on an instance's endpoint: a line for each row. @throws Error with its words */
export async function sql(
  { Endpoint }: DBInstance,
  statements: string,
  {
    user = master.username,
    password = master.password,
    database = 'app',
    args = [] as readonly string[],
  } = {},
): Promise<string[]> {
  const client = spawn(
    'mariadb',
    [
      '--no-defaults',
      '--host=127.0.0.1',
      `--port=${Endpoint!.Port!}`,
      `--user=${user}`,
      '--skip-column-names',
      '--batch',
      ...args,
      database,
    ],
    { env: { ...process.env, MYSQL_PWD: password }, stdio: ['pipe', 'pipe', 'pipe'] },
  )
  let output = ''
  let errors = ''
  client.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  client.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  client.stdin.on('error', () => undefined)
  client.stdin.end(statements)
  const [code] = (await once(client, 'close')) as [number]
  if (code !== 0) throw new Error(errors.trim())
  return output === '' ? [] : output.trimEnd().split('\n')
}
