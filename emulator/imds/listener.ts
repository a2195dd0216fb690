import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { MetadataAnswer, MetadataRequest } from './answer.ts'

/** A socket on loopback that answers for one instance. */
export interface Listener {
  readonly port: number
  close(): Promise<void>
}

// Below what Linux and macOS give to outgoing connections: none of those takes a port while the emulator is stopped.
const firstPort = 20_000
const portCount = 12_000
const mostTries = 500

/**
 * Listens on the wanted port, else on the next one that is free.
 *
 * @param isTaken ports that belong to others who do not listen just now
 * @throws Error when none of many is free
 */
export async function listen(
  wanted: number,
  isTaken: (port: number) => boolean,
  answer: (request: MetadataRequest) => Promise<MetadataAnswer>,
): Promise<Listener> {
  const server = createServer((incoming, response) => void exchange(incoming, response, answer))
  for (let tries = 0; tries < mostTries; tries++) {
    const port = firstPort + ((wanted - firstPort + tries) % portCount)
    if (!isTaken(port) && (await tryPort(server, port))) return listenerOf(server)
  }
  throw new Error(`no port is free for an instance's metadata: ${mostTries} are taken`)
}

/** Where a search for an instance's port begins: elsewhere for each, and in every run the same. */
export const preferredPort = (instanceId: string): number =>
  firstPort + (createHash('sha256').update(instanceId).digest().readUInt32BE() % portCount)

async function tryPort(server: Server, port: number): Promise<boolean> {
  try {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EADDRINUSE' || code === 'EACCES') return false
    throw error
  }
}

const listenerOf = (server: Server): Listener => ({
  port: (server.address() as AddressInfo).port,
  async close() {
    const closed = once(server, 'close')
    server.close()
    server.closeAllConnections()
    await closed
  },
})

async function exchange(
  incoming: IncomingMessage,
  response: ServerResponse,
  answer: (request: MetadataRequest) => Promise<MetadataAnswer>,
): Promise<void> {
  const { method = '', url = '/', headers } = incoming
  // Nothing here has a body; what one sends all the same is not kept.
  incoming.resume()
  const { status, headers: own, body } = await answer({ method, path: url, headers }).catch(failed)
  if (response.destroyed) return
  response.writeHead(status, {
    ...own,
    'Content-Length': Buffer.byteLength(body),
    Server: 'EC2ws',
    Connection: 'close',
  })
  response.end(body)
}

function failed(error: unknown): MetadataAnswer {
  process.stderr.write(`pocketcloud: metadata could not be answered: ${String(error)}\n`)
  return { status: 500, headers: { 'Content-Type': 'text/plain' }, body: '' }
}
