import type { EC2Client } from '@aws-sdk/client-ec2'
import type { IAMClient } from '@aws-sdk/client-iam'
import type { RDSClient } from '@aws-sdk/client-rds'
import type { S3Client } from '@aws-sdk/client-s3'
import type { STSClient } from '@aws-sdk/client-sts'
import type { CloudCopy } from './cloud-copy.ts'
import type { ReachAnswer } from './control-client.ts'
import type { EventHistory } from './history.ts'

/** What a check sees of the student's cloud: the official SDK's clients, and the history of calls. */
export interface Cloud extends Clients {
  /** The student's own calls since the lab was started, in order. */
  readonly events: EventHistory
  /** The lab's values for this student (names, sizes), by `lab.md`. */
  readonly values: Readonly<Record<string, string>>
  readonly account: string
  readonly region: string
  /** Clients in another region, with the same key. */
  readonly in: (region: string) => Promise<Clients>
  /** Whether TCP traffic from one end (an id, an address, `internet`) reaches a port of another, and what stops it. */
  readonly reach: (from: string, to: string, port: number) => Promise<ReachAnswer>
  /**
   * The folder in which endpoints of databases are sockets, called by their ports, where they are no ports of this machine: a submission's
   * that is graded. `askDatabase` knows.
   */
  readonly databases: string | undefined
  /**
   * Clients with a user's own permissions, to try what they may do, or `accountRoot`'s, in another region. Only for a lab with `copy: true`, whose checks work
   * in a copy of the student's cloud.
   * @throws {Error} where there is no such user
   */
  readonly as: CloudCopy['as']
}

export interface Clients {
  readonly ec2: EC2Client
  readonly iam: IAMClient
  readonly rds: RDSClient
  readonly s3: S3Client
  readonly sts: STSClient
}

export type ServiceName = keyof Clients

export interface ClientSettings {
  readonly endpoint: string
  readonly region: string
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
}

/** In the user agent of every call of a check, so that it is never taken for one of the student's. */
export const checkerUserAgent = 'pocketcloud-checker'

type Settings = ClientSettings & {
  readonly maxAttempts: number
  readonly customUserAgent: string
}

/** How each client is made; an SDK package is loaded only for a lab that names its service. */
const factories: {
  readonly [Name in ServiceName]: (settings: Settings) => Promise<Clients[Name]>
} = {
  ec2: async (settings) => new (await import('@aws-sdk/client-ec2')).EC2Client(settings),
  iam: async (settings) => new (await import('@aws-sdk/client-iam')).IAMClient(settings),
  rds: async (settings) => new (await import('@aws-sdk/client-rds')).RDSClient(settings),
  s3: async (settings) =>
    new (await import('@aws-sdk/client-s3')).S3Client({
      ...settings,
      forcePathStyle: true,
      // A bucket may be in another region than the lab's.
      followRegionRedirects: true,
    }),
  sts: async (settings) => new (await import('@aws-sdk/client-sts')).STSClient(settings),
}

export const isServiceName = (name: string): name is ServiceName => Object.hasOwn(factories, name)

export const serviceNames = Object.keys(factories) as readonly ServiceName[]

/** Clients for the named services; touching another one throws, which names the mistake in the lab's front matter. */
export async function connect(
  services: readonly ServiceName[],
  settings: ClientSettings,
): Promise<{ readonly clients: Clients; readonly disconnect: () => void }> {
  // The SDK is pinned: what its later versions will require of Node is no student's concern.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true'
  const made = await Promise.all(
    services.map(async (name) => {
      const all = { ...settings, maxAttempts: 2, customUserAgent: checkerUserAgent }
      return [name, await factories[name](all)] as const
    }),
  )
  const clients: Record<string, unknown> = {}
  for (const name of serviceNames) {
    Object.defineProperty(clients, name, {
      enumerable: true,
      get: (): never => {
        throw new Error(`A check uses ${name}, which "services" in lab.md does not name`)
      },
      configurable: true,
    })
  }
  for (const [name, client] of made) Object.defineProperty(clients, name, { value: client })
  return {
    clients: clients as unknown as Clients,
    disconnect: () => made.forEach(([, client]) => client.destroy()),
  }
}
