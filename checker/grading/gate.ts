import { chmodSync } from 'node:fs'
import { once } from 'node:events'
import type { AddressInfo, Server, Socket } from 'node:net'
import { connect, createServer } from 'node:net'

/** The one way out of a sandbox: to its emulator, and no further. It counts what passes. */
export interface Gate {
  /** The port on 127.0.0.1, where it is no socket in a folder. */
  readonly port: number | undefined
  /** Bytes sent to the cloud so far. */
  readonly sent: number
  /** When something passed last, by `performance.now()`. */
  readonly lastActivity: number
  /** Cuts every connection; none comes after. */
  close(): Promise<void>
}

const mostConnections = 256

/**
 * @param cloud the emulator's port; it serves no control API to those that come here
 * @param socket a path for a Unix socket; without one, a free port on 127.0.0.1
 */
export async function openGate(cloud: number, socket: string | undefined): Promise<Gate> {
  const open = new Set<Socket>()
  let sent = 0
  let lastActivity = performance.now()
  const server: Server = createServer((inside) => {
    const outside = connect(cloud, '127.0.0.1')
    for (const [here, there] of [
      [inside, outside],
      [outside, inside],
    ] as const) {
      open.add(here)
      here.setNoDelay(true)
      here.pipe(there)
      here.on('data', (chunk: Buffer) => {
        lastActivity = performance.now()
        if (here === inside) sent += chunk.length
      })
      here.on('error', () => there.destroy())
      here.on('close', () => {
        open.delete(here)
        there.destroy()
      })
    }
  })
  server.maxConnections = mostConnections
  if (socket === undefined) server.listen(0, '127.0.0.1')
  else server.listen(socket)
  await once(server, 'listening')
  // A sandbox's user is not the grader's; the folder around it is the grader's alone.
  if (socket !== undefined) chmodSync(socket, 0o666)
  return {
    port: socket === undefined ? (server.address() as AddressInfo).port : undefined,
    get sent() {
      return sent
    },
    get lastActivity() {
      return lastActivity
    },
    close: closer(server, open),
  }
}

/**
 * The way to the metadata of instances: who comes says which instance's in the first line, and is led to its port.
 *
 * @param cloud the emulator's port; it has to serve that part of the control API
 */
export async function openMetadataGate(
  cloud: number,
  socket: string,
): Promise<Pick<Gate, 'close'>> {
  const open = new Set<Socket>()
  const server = createServer((inside) => {
    open.add(inside)
    inside.on('error', () => inside.destroy())
    inside.on('close', () => open.delete(inside))
    inside.once('data', (chunk: Buffer) => {
      inside.pause()
      const end = chunk.indexOf('\n')
      const instance = chunk.subarray(0, Math.max(end, 0)).toString('latin1')
      void portOf(cloud, instance).then((port) => {
        if (port === undefined) return inside.destroy()
        const outside = connect(port, '127.0.0.1')
        outside.on('error', () => inside.destroy())
        outside.write(chunk.subarray(end + 1))
        inside.pipe(outside).pipe(inside)
        return undefined
      })
    })
  })
  server.maxConnections = mostConnections
  server.listen(socket)
  await once(server, 'listening')
  chmodSync(socket, 0o666)
  return {
    close: closer(server, open),
  }
}

async function portOf(cloud: number, instance: string): Promise<number | undefined> {
  if (!/^i-[0-9a-f]{1,40}$/.test(instance)) return undefined
  try {
    const response = await fetch(`http://127.0.0.1:${cloud}/_pocketcloud/imds?instance=${instance}`)
    const { port } = (await response.json()) as { port?: unknown }
    return typeof port === 'number' ? port : undefined
  } catch {
    return undefined
  }
}

/** Cuts all connections, once; asked again it waits for the same end. */
function closer(server: Server, open: ReadonlySet<Socket>): () => Promise<void> {
  let closed: Promise<unknown> | undefined
  return async () => {
    if (closed === undefined) {
      closed = once(server, 'close')
      server.close()
      for (const connection of open) connection.destroy()
    }
    await closed
  }
}
