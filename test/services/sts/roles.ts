import {
  CreateRoleCommand,
  CreateUserCommand,
  IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam'
import {
  AssumeRoleCommand,
  STSClient,
  type AssumeRoleRequest,
  type Credentials,
} from '@aws-sdk/client-sts'
import type { TestEmulator } from '../../support/emulator.ts'
import { asUser, policy } from '../iam/callers.ts'

export const account = '123456789012'

export const roleArn = (name: string, of = account) => `arn:aws:iam::${of}:role/${name}`

/** A trust policy that lets these principals assume the role, with tags and a source identity if they like. */
export const trust = (
  AWS: string | string[],
  Condition?: object,
  Action: string | string[] = 'sts:AssumeRole',
) => policy({ Effect: 'Allow', Principal: { AWS }, Action, ...(Condition && { Condition }) })

export const asSession = ({ AccessKeyId, SecretAccessKey, SessionToken }: Credentials) => ({
  credentials: {
    accessKeyId: AccessKeyId!,
    secretAccessKey: SecretAccessKey!,
    sessionToken: SessionToken!,
  },
})

/** Makes a role; `document` becomes an inline policy of it. */
export async function makeRole(
  iam: IAMClient,
  RoleName: string,
  AssumeRolePolicyDocument: string,
  document?: string,
  more: object = {},
) {
  const { Role } = await iam.send(
    new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument, ...more }),
  )
  if (document !== undefined) {
    await iam.send(
      new PutRolePolicyCommand({ RoleName, PolicyName: 'own', PolicyDocument: document }),
    )
  }
  return Role!
}

/** Makes a user with an inline policy; gives the options of its clients. */
export async function makeUser(emulator: TestEmulator, UserName: string, document?: string) {
  await emulator.client(IAMClient).send(new CreateUserCommand({ UserName }))
  return asUser(emulator, UserName, document)
}

export const assume = (
  emulator: TestEmulator,
  config: object | undefined,
  RoleArn: string,
  more: Partial<AssumeRoleRequest> = {},
) =>
  emulator
    .client(STSClient, config)
    .send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'session', ...more }))
