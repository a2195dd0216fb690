import { readServiceModel, type ServiceModel } from '../../../emulator/protocol/service-model.ts'
import { startEchoServer, type EchoServer } from './echo-server.ts'

interface Client {
  send(command: object): Promise<Record<string, unknown>>
  destroy(): void
}

/** A service's SDK, its model, an echo server, and the SDK's client pointed at it. */
export interface Rig {
  readonly model: ServiceModel
  readonly echo: EchoServer
  readonly sdk: Record<string, unknown>
  /** Sends an operation by the SDK's command. */
  send(operation: string, input: object): Promise<Record<string, unknown>>
  close(): Promise<void>
}

const packages = {
  ec2: () => import('@aws-sdk/client-ec2'),
  iam: () => import('@aws-sdk/client-iam'),
  rds: () => import('@aws-sdk/client-rds'),
  sts: () => import('@aws-sdk/client-sts'),
  s3: () => import('@aws-sdk/client-s3'),
  ssm: () => import('@aws-sdk/client-ssm'),
  dynamodb: () => import('@aws-sdk/client-dynamodb'),
  lambda: () => import('@aws-sdk/client-lambda'),
  cloudwatch: () => import('@aws-sdk/client-cloudwatch'),
} satisfies Record<string, () => Promise<object>>

export type PackageName = keyof typeof packages

export async function loadModel(name: PackageName): Promise<ServiceModel> {
  return readServiceModel(await packages[name]())
}

/** @param config what the client gets besides endpoint, region and credentials: another protocol */
export async function startRig(name: PackageName, config: object = {}): Promise<Rig> {
  const sdk = (await packages[name]()) as unknown as Record<string, unknown>
  const model = readServiceModel(sdk)
  const echo = await startEchoServer(model)
  const className = Object.keys(sdk).find((key) => /^[A-Z]\w*Client$/.test(key))!
  const client = new (sdk[className] as new (options: object) => Client)({
    endpoint: echo.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'secret' },
    maxAttempts: 1,
    forcePathStyle: true,
    ...config,
  })
  return {
    model,
    echo,
    sdk,
    send: (operation, input) =>
      client.send(new (sdk[`${operation}Command`] as new (input: object) => object)(input)),
    async close() {
      client.destroy()
      await echo.close()
    },
  }
}
