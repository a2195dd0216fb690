import { EC2Client, EC2ServiceException } from '@aws-sdk/client-ec2'
import { afterAll, beforeAll } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'

/** An image that every test may start: Ubuntu 18.04, in us-east-1 only. */
export const courseImage = 'ami-0c55b159cbfafe1f0'

/** One emulator for a test file, and a client of it in a region. */
export function useEc2(): {
  readonly emulator: () => TestEmulator
  readonly ec2: (region?: string) => EC2Client
} {
  let emulator: TestEmulator
  const clients = new Map<string, EC2Client>()
  beforeAll(async () => {
    emulator = await startTestEmulator()
  })
  afterAll(() => emulator.close())
  return {
    emulator: () => emulator,
    ec2: (region = 'us-east-1') => {
      let client = clients.get(region)
      if (!client) {
        client = emulator.client(EC2Client, { region })
        clients.set(region, client)
      }
      return client
    },
  }
}

/** The error that a call is answered with. */
export async function refusal(
  call: Promise<unknown>,
): Promise<{ code: string; message: string; status: number | undefined }> {
  try {
    await call
  } catch (error) {
    if (error instanceof EC2ServiceException) {
      return {
        code: error.name,
        message: error.message,
        status: error.$metadata.httpStatusCode,
      }
    }
    throw error
  }
  throw new Error('the call was not refused')
}
