import {
  EC2Client,
  RunInstancesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
  type RunInstancesCommandInput,
} from '@aws-sdk/client-ec2'
import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam'
import type { TestEmulator } from '../support/emulator.ts'

const statement = (one: object) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...one }] })

/** A role that EC2 may assume and that may do everything in S3, in an instance profile of the same name. */
export async function makeRole(
  emulator: TestEmulator,
  RoleName: string,
  trusted = 'ec2.amazonaws.com',
): Promise<void> {
  const iam = emulator.client(IAMClient)
  const trust = statement({ Principal: { Service: trusted }, Action: 'sts:AssumeRole' })
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust }))
  await iam.send(
    new PutRolePolicyCommand({
      RoleName,
      PolicyName: 's3',
      PolicyDocument: statement({ Action: 's3:*', Resource: '*' }),
    }),
  )
  await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: RoleName }))
  await iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName: RoleName, RoleName }))
}

/** Instances of one emulator. */
export function instancesOf(emulator: TestEmulator) {
  const ec2 = emulator.client(EC2Client)
  return {
    ec2,
    /** @returns the instance's id */
    launch: async (input: Partial<RunInstancesCommandInput> = {}): Promise<string> => {
      const { Instances } = await ec2.send(
        new RunInstancesCommand({
          ImageId: 'ami-0c55b159cbfafe1f0',
          InstanceType: 't3.micro',
          MinCount: 1,
          MaxCount: 1,
          ...input,
        }),
      )
      return Instances![0]!.InstanceId!
    },
    stop: (id: string) => ec2.send(new StopInstancesCommand({ InstanceIds: [id] })),
    start: (id: string) => ec2.send(new StartInstancesCommand({ InstanceIds: [id] })),
    terminate: (id: string) => ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] })),
  }
}

export interface Endpoint {
  readonly url: string
  readonly port: number
  readonly certificate: string
}

/** What the control API answers for an instance. */
export async function askEndpoint(
  emulator: Pick<TestEmulator, 'url'>,
  instanceId: string,
): Promise<{ status: number; body: Endpoint & { error?: { code: string } } }> {
  const response = await fetch(`${emulator.url}/_pocketcloud/imds?instance=${instanceId}`)
  return { status: response.status, body: (await response.json()) as Endpoint }
}

export interface Got {
  readonly status: number
  readonly text: string
  readonly headers: Headers
}

/** One request to a metadata service, as curl makes it. */
export async function ask(
  url: string,
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<Got> {
  const response = await fetch(url + path, { method, headers })
  return { status: response.status, text: await response.text(), headers: response.headers }
}

/** A token, and the header that it goes in. */
export async function session(url: string, seconds = 21_600): Promise<Record<string, string>> {
  const ttl = { 'X-aws-ec2-metadata-token-ttl-seconds': String(seconds) }
  const { text } = await ask(url, '/latest/api/token', ttl, 'PUT')
  return { 'X-aws-ec2-metadata-token': text }
}

/** Waits until something holds that becomes true by itself. */
export async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (await holds()) return
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  throw new Error('it did not become so within two seconds')
}

/** Whether anybody listens there. */
export const isOpen = (url: string): Promise<boolean> =>
  fetch(`${url}/latest/`).then(
    () => true,
    () => false,
  )
