import { chmodSync, existsSync, readdirSync } from 'node:fs'
import { once } from 'node:events'
import type { AddressInfo, Server, Socket } from 'node:net'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'

/** The one way out of a sandbox: to its emulator and its databases, and no further. It counts what passes. */
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

/** Where a sandbox finds what it may reach, and where that is. */
export interface GatePaths {
  /** A path for the Unix socket that leads to the emulator. */
  readonly endpoint: string
  /** A folder for the sockets that lead to databases, called as the emulator's. */
  readonly databases: string
  /** The folder in which the emulator has the endpoints of its databases. */
  readonly emulatorDatabases: string
}

const mostConnections = 256

/**
 * @param cloud the emulator's port; it serves no control API to those that come here
 * @param paths without them, it is a free port on 127.0.0.1, and databases have ports of their own
 */
export async function openGate(cloud: number, paths: GatePaths | undefined): Promise<Gate> {
  const open = new Set<Socket>()
  const databases = new Map<string, Server>()
  let sent = 0
  let lastActivity = performance.now()
  const lead = (inside: Socket, outside: Socket, onAnswer?: () => void) => {
    for (const [here, there] of [
      [inside, outside],
      [outside, inside],
    ] as const) {
      open.add(here)
      here.setNoDelay(true)
      here.on('data', (chunk: Buffer) => {
        lastActivity = performance.now()
        if (here === inside) sent += chunk.length
        else onAnswer?.()
      })
      here.pipe(there)
      here.on('error', () => there.destroy())
      here.on('close', () => {
        open.delete(here)
        there.destroy()
      })
    }
  }
  /**
   * There is a way to each database that there is now. It is made before the answer that tells of the database passes, so that whoever
   * has read of an endpoint can connect to it.
   */
  const matchDatabases = (from: string, to: string) => {
    const names = new Set(readdirSync(from))
    for (const [name, server] of databases) {
      if (names.has(name)) continue
      server.close()
      databases.delete(name)
    }
    for (const name of names) {
      if (databases.has(name)) continue
      const server = createServer((inside) => lead(inside, connect(join(from, name))))
      databases.set(name, server)
      server.maxConnections = mostConnections
      server.on('error', () => databases.delete(name))
      listenAt(server, join(to, name))
    }
  }
  const server = createServer((inside) =>
    lead(
      inside,
      connect(cloud, '127.0.0.1'),
      paths && (() => matchDatabases(paths.emulatorDatabases, paths.databases)),
    ),
  )
  server.maxConnections = mostConnections
  if (paths === undefined) server.listen(0, '127.0.0.1')
  else listenAt(server, paths.endpoint)
  await once(server, 'listening')
  const close = closer(server, open)
  return {
    port: paths === undefined ? (server.address() as AddressInfo).port : undefined,
    get sent() {
      return sent
    },
    get lastActivity() {
      return lastActivity
    },
    async close() {
      for (const one of databases.values()) one.close()
      databases.clear()
      await close()
    },
  }
}

/** A sandbox's user is not the grader's; the folder around a socket is the grader's alone. */
function listenAt(server: Server, socket: string): void {
  server.listen(socket)
  if (existsSync(socket)) chmodSync(socket, 0o666)
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
  listenAt(server, socket)
  await once(server, 'listening')
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
