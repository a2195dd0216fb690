import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmulator, type Emulator, type EmulatorOptions } from '../../emulator/index.ts'

/** The key pair of the user `student`, which AWS's documentation uses in its examples. */
export const student = {
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
}

export interface TestEmulator extends Emulator {
  /** An official SDK client that talks to this emulator as `student`, without retries. */
  client<Client>(Client: new (config: never) => Client, config?: object): Client
  /** Runs the real AWS CLI as `student`; standard output parsed where it is JSON. Never rejects. */
  aws(...args: string[]): Promise<CommandResult>
}

export interface CommandResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  /** Standard output as JSON, where it is. */
  readonly json: unknown
}

/** An ephemeral emulator on a free port. Close it in `afterAll`. */
export async function startTestEmulator(options: EmulatorOptions = {}): Promise<TestEmulator> {
  const emulator = await startEmulator({ port: 0, ephemeral: !options.dataDir, ...options })
  const home = mkdtempSync(join(tmpdir(), 'pocketcloud-home-'))
  return {
    ...emulator,
    client: (Client, config = {}) =>
      new Client({
        endpoint: emulator.url,
        region: 'us-east-1',
        credentials: student,
        maxAttempts: 1,
        forcePathStyle: true,
        ...config,
      } as never),
    aws: (...args) =>
      run('aws', ['--endpoint-url', emulator.url, ...args], { ...awsEnvironment(home) }),
    async close() {
      await emulator.close()
      rmSync(home, { recursive: true, force: true })
    },
  }
}

/** Nothing of the machine's own AWS configuration reaches the client. */
export function awsEnvironment(home: string): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('AWS_'))
  return {
    ...Object.fromEntries(own),
    HOME: home,
    AWS_ACCESS_KEY_ID: student.accessKeyId,
    AWS_SECRET_ACCESS_KEY: student.secretAccessKey,
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: join(home, 'config'),
    AWS_SHARED_CREDENTIALS_FILE: join(home, 'credentials'),
    AWS_PAGER: '',
  }
}

/** Runs a command to its end. */
export function run(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
  cwd: string = tmpdir(),
): Promise<CommandResult> {
  return new Promise((resolve) => {
    execFile(command, args, { env, cwd, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      const code = error ? (typeof error.code === 'number' ? error.code : 1) : 0
      resolve({
        code,
        stdout,
        stderr: error && !stderr ? error.message : stderr,
        json: parsed(stdout),
      })
    })
  })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
