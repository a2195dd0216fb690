import { CreateAccessKeyCommand, IAMClient, PutUserPolicyCommand } from '@aws-sdk/client-iam'
import type { TestEmulator } from '../../support/emulator.ts'

export const policy = (...Statement: object[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement })

export const allow = (Action: string | string[], Resource: string | string[] = '*') =>
  policy({ Effect: 'Allow', Action, Resource })

export const allowAll = allow('*')

/** A key that nobody issued is the root of the default account. */
export const asRoot = { credentials: { accessKeyId: 'test', secretAccessKey: 'test' } }

/** Client options of an existing user, by a new access key; `document` becomes an inline policy of it. */
export async function asUser(emulator: TestEmulator, UserName: string, document?: string) {
  const iam = emulator.client(IAMClient)
  if (document !== undefined) {
    await iam.send(
      new PutUserPolicyCommand({ UserName, PolicyName: 'own', PolicyDocument: document }),
    )
  }
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }))
  return {
    credentials: {
      accessKeyId: AccessKey!.AccessKeyId!,
      secretAccessKey: AccessKey!.SecretAccessKey!,
    },
  }
}
