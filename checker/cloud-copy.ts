import { Readable } from 'node:stream'
import type { IAMClient } from '@aws-sdk/client-iam'
import type { Clients, ServiceName } from './cloud.ts'
import { connect } from './cloud.ts'
import type { ControlClient, Health } from './control-client.ts'
import { ControlFailure } from './control-client.ts'

/**
 * A second emulator in this process, with the state the student's has now. What happens in it happens to nobody, so
 * that checks may make real calls with real consequences, as anybody.
 */
export interface CloudCopy {
  readonly endpoint: string
  /** A key of the account's root, which no policy of an account's own users binds. */
  readonly root: AccessKey
  /** Clients with what an IAM user of the copy may do, by a new key of theirs, made there. */
  readonly as: (user: string | Root, region?: string) => Promise<Clients>
  readonly close: () => Promise<void>
}

/** Stands for the account's root, whom no user can be called. */
export const accountRoot = Symbol('root')
export type Root = typeof accountRoot

export interface AccessKey {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/**
 * Copies a running emulator.
 * @param services whose clients `as` gives
 * @throws {ControlFailure} where the state can't be had, or is another version's
 */
export async function copyCloud(
  control: Pick<ControlClient, 'save'>,
  { account, region: ownRegion }: Pick<Health, 'account' | 'region'>,
  services: readonly ServiceName[],
): Promise<CloudCopy> {
  const { startEmulator } = await import('../emulator/index.ts')
  const emulator = await startEmulator({ port: 0, ephemeral: true, account })
  const endpoint = emulator.url
  // A key that nobody issued stands for the root of the account it names: the copy is never strict.
  const root = { accessKeyId: account, secretAccessKey: 'root' }
  const opened: { readonly disconnect: () => void }[] = []
  const keys = new Map<string, Promise<AccessKey>>()
  const open = async (names: readonly ServiceName[], credentials: AccessKey, region: string) => {
    const connection = await connect(names, { endpoint, region, credentials })
    opened.push(connection)
    return connection.clients
  }
  const issueKey = async (user: string) => {
    const { iam } = await open(['iam'], root, ownRegion)
    return newKey(iam, user)
  }
  const close = async () => {
    for (const { disconnect } of opened) disconnect()
    await emulator.close()
  }
  try {
    const archive = Readable.fromWeb(await control.save())
    await emulator.restore(archive).catch((error: Error) => {
      throw new ControlFailure('NotCopied', `The cloud could not be copied: ${error.message}`)
    })
    await enforcePermissions(endpoint)
  } catch (error) {
    await close()
    throw error
  }
  return {
    endpoint,
    root,
    close,
    async as(user, region = ownRegion) {
      if (user === accountRoot) return open(services, root, region)
      if (!keys.has(user)) keys.set(user, issueKey(user))
      return open(services, await keys.get(user)!, region)
    },
  }
}

/** A student who has `iam audit on` wants to see what would be denied; so does a check. */
async function enforcePermissions(endpoint: string): Promise<void> {
  const { ok, status } = await fetch(`${endpoint}/_pocketcloud/iam/audit`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ audit: false }),
  })
  if (!ok) throw new ControlFailure('NotCopied', `The copy does not end its audit: ${status}`)
}

/** IAM keeps two keys for a user at most: where there are two, one makes room. */
async function newKey(iam: IAMClient, UserName: string): Promise<AccessKey> {
  const { CreateAccessKeyCommand, DeleteAccessKeyCommand, ListAccessKeysCommand } =
    await import('@aws-sdk/client-iam')
  const { AccessKeyMetadata: held = [] } = await iam.send(new ListAccessKeysCommand({ UserName }))
  if (held.length >= 2) {
    const { AccessKeyId } = held[0]!
    await iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }))
  }
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }))
  return { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! }
}
