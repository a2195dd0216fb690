import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { enough, tie } from '../front.ts'
import { replicationUser } from './configuration.ts'
import { readAnswer } from './greeting.ts'
import type { MariadbServer } from './server.ts'
import { literal } from './session.ts'

/**
 * Where the replicas of an engine come to: MariaDB's follow a port, never a socket. It stays the same when the engine's server is
 * started anew, or another takes over.
 */
export class ReplicationPort {
  readonly password = randomBytes(18).toString('base64url')
  readonly #target: () => string | undefined
  readonly #sockets = new Set<Socket>()
  #listening: Promise<Server> | undefined

  constructor(target: () => string | undefined) {
    this.#target = target
  }

  /** The port; it is opened when it is first asked for. */
  async open(): Promise<number> {
    this.#listening ??= this.#listen()
    return ((await this.#listening).address() as AddressInfo).port
  }

  async #listen(): Promise<Server> {
    const server = createServer((socket) => {
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket))
      socket.on('error', () => socket.destroy())
      this.#admit(socket).catch(() => socket.destroy())
    })
    server.unref()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return server
  }

  /** Nobody but replicas: others come by the endpoint, which looks at where they come from. */
  async #admit(client: Socket): Promise<void> {
    const path = this.#target()
    if (path === undefined) return void client.destroy()
    const server = connect(path)
    tie(client, server)
    server.pipe(client)
    const answer = await enough(client, readAnswer)
    if (answer?.[0].user !== replicationUser) return void client.destroy()
    server.write(answer[1])
    client.pipe(server)
  }

  async close(): Promise<void> {
    const server = await this.#listening?.catch(() => undefined)
    this.#listening = undefined
    server?.close()
    for (const socket of this.#sockets) socket.destroy()
  }
}

/** From now on a server follows another, from where its data are. */
export async function follow(server: MariadbServer, source: ReplicationPort): Promise<void> {
  const port = await source.open()
  await server.session(async ({ query }) => {
    await query('STOP SLAVE')
    await query(
      `CHANGE MASTER TO MASTER_HOST = '127.0.0.1', MASTER_PORT = ${port}, MASTER_USER = '${replicationUser}',
         MASTER_PASSWORD = ${literal(source.password)}, MASTER_CONNECT_RETRY = 1, MASTER_USE_GTID = slave_pos, MASTER_HEARTBEAT_PERIOD = 10`,
    )
    await query('START SLAVE')
  })
}

/** Where data that were copied from a source go on. */
export const followFrom = (server: MariadbServer, gtid: string): Promise<unknown> =>
  server.session(({ query }) => query(`SET GLOBAL gtid_slave_pos = ${literal(gtid)}`))

/** Follows nobody any more, once what it has received is written. */
export async function followNobody(server: MariadbServer): Promise<void> {
  await server.session(async ({ query }) => {
    const [before] = await query('SHOW SLAVE STATUS')
    if (!before) return
    await query('STOP SLAVE IO_THREAD')
    for (let tries = 0; tries < 500; tries++) {
      const [now] = await query('SHOW SLAVE STATUS')
      const isWritten =
        now?.['Slave_SQL_Running'] !== 'Yes' ||
        (now['Read_Master_Log_Pos'] === now['Exec_Master_Log_Pos'] &&
          now['Master_Log_File'] === now['Relay_Master_Log_File'])
      if (isWritten) break
      await delay(20)
    }
    await query('STOP SLAVE')
    await query('RESET SLAVE ALL')
  })
}

/** Waits until a follower has everything that its source has written. @returns false where that takes longer than 30 s */
export async function hasCaughtUp(
  follower: MariadbServer,
  source: MariadbServer,
): Promise<boolean> {
  const gtid = await source.session(async ({ query }) => {
    const [row] = await query('SELECT @@GLOBAL.gtid_binlog_pos AS gtid')
    return row?.['gtid'] ?? ''
  })
  if (gtid === '') return true
  return follower.session(async ({ query }) => {
    const [row] = await query(`SELECT MASTER_GTID_WAIT(${literal(gtid)}, 30) AS late`)
    return row?.['late'] === '0'
  })
}
