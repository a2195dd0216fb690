import { Agent } from 'node:http'
import { S3Client, S3ServiceException } from '@aws-sdk/client-s3'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'

/** What a refused call said. */
export interface Refusal {
  readonly code: string
  readonly status: number | undefined
  readonly message: string
  readonly error: S3ServiceException & Record<string, unknown>
}

export interface S3Test {
  readonly emulator: TestEmulator
  readonly s3: S3Client
  /** A client of another region, account or style. */
  client(config?: object): S3Client
  /** A name that no other test has. */
  bucketName(): string
}

export async function startS3Test(): Promise<S3Test> {
  const emulator = await startTestEmulator()
  const client = (config: object = {}) => emulator.client(S3Client, config)
  let count = 0
  return { emulator, s3: client(), client, bucketName: () => `test-bucket-${++count}` }
}

/** Runs a call that must be refused. */
export async function refusal(call: Promise<unknown>): Promise<Refusal> {
  const error = await call.then(
    (answer) => {
      throw new Error(`the call succeeded: ${JSON.stringify(answer)}`)
    },
    (error: unknown) => error,
  )
  if (!(error instanceof S3ServiceException)) throw error
  return {
    code: error.name,
    status: error.$metadata.httpStatusCode,
    message: error.message,
    error: error as Refusal['error'],
  }
}

/** Settings for a client that puts the bucket in the host name, whatever the machine resolves. */
export function virtualHostStyle(emulator: TestEmulator) {
  const { port } = new URL(emulator.url)
  const lookup = (
    _host: string,
    _options: object,
    found: (error: null, addresses: { address: string; family: number }[]) => void,
  ) => found(null, [{ address: '127.0.0.1', family: 4 }])
  return {
    endpoint: `http://localhost:${port}`,
    forcePathStyle: false,
    requestHandler: { httpAgent: new Agent({ lookup }) },
  }
}
