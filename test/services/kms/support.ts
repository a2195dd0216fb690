import {
  CreateKeyCommand,
  KMSClient,
  type CreateKeyCommandInput,
  type KeyMetadata,
} from '@aws-sdk/client-kms'
import { CreateUserCommand, IAMClient } from '@aws-sdk/client-iam'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'
import { allow, asUser } from '../iam/callers.ts'

export const account = '123456789012'
export const day = 86_400_000

/** What a test looks at of a key has to be there. */
type Described = { [Member in keyof KeyMetadata]-?: NonNullable<KeyMetadata[Member]> }

/** An emulator that is empty before each test, and KMS's client for `student`. */
export function useKms() {
  let emulator: TestEmulator
  let kms: KMSClient
  beforeAll(async () => {
    emulator = await startTestEmulator()
    kms = emulator.client(KMSClient)
  })
  afterAll(() => emulator.close())
  beforeEach(() => emulator.reset())
  return {
    emulator: () => emulator,
    /** Sends a command as `student`. */
    send: ((command: never) => kms.send(command)) as KMSClient['send'],
    createKey: async (input: CreateKeyCommandInput = {}): Promise<Described> =>
      (await kms.send(new CreateKeyCommand(input))).KeyMetadata as Described,
    clientIn: (region: string) => emulator.client(KMSClient, { region }),
    /** A client of a new user, with an inline policy that allows the actions. */
    user: async (name: string, ...actions: string[]): Promise<KMSClient> => {
      await emulator.client(IAMClient).send(new CreateUserCommand({ UserName: name }))
      const policy = actions.length > 0 ? allow(actions) : undefined
      return emulator.client(KMSClient, await asUser(emulator, name, policy))
    },
    /** A client of another account's root: any 12 digits are a key of that account's root. */
    root: (of: string): KMSClient =>
      emulator.client(KMSClient, { credentials: { accessKeyId: of, secretAccessKey: 'test' } }),
  }
}

/** What a call fails with, as `Code: sentence`. */
export async function refusal(call: Promise<unknown>): Promise<string> {
  try {
    await call
  } catch (error) {
    const { name, message } = error as Error
    // The SDK's word for an error without a message.
    return message === 'UnknownError' ? name : `${name}: ${message}`
  }
  return 'no refusal'
}

export const text = (bytes: Uint8Array | undefined) => Buffer.from(bytes!).toString()
