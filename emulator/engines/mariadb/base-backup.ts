import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { copyTree, ownedDirectory, runToEnd, writeOwned } from '../directories.ts'
import { logFilesIn, type LogPosition } from './binary-log.ts'
import type { MariadbServer } from './server.ts'

/** Where a copy says which place in its source's binary log leads on from it. */
const position = 'position.json'

export interface Copy extends LogPosition {
  /** The server's own clock, ms since the epoch. */
  readonly completedAt: number
}

/**
 * Copies a server's data while it is written to, by `mariadb-backup`. Where that is not installed, the server is stopped for the
 * time of a copy.
 *
 * @param directory must not be there yet: it becomes one that a server can be started on
 */
export async function copyData(
  server: MariadbServer,
  directory: string,
  signal: AbortSignal,
): Promise<Copy> {
  const { backup } = server.installation
  const copy =
    backup === undefined
      ? await copyStopped(server, directory, signal)
      : await copyLive(server, backup, directory, signal)
  await writeOwned(join(directory, position), JSON.stringify(copy))
  return copy
}

async function copyLive(
  server: MariadbServer,
  program: string,
  directory: string,
  signal: AbortSignal,
): Promise<Copy> {
  await ownedDirectory(directory)
  const options = { asEngine: true, cwd: '/', signal }
  await server.withPrograms('RELOAD, PROCESS, LOCK TABLES, REPLICATION CLIENT', (file) =>
    runToEnd(
      program,
      [
        `--defaults-file=${file}`,
        '--backup',
        `--target-dir=${directory}`,
        `--datadir=${server.directory}`,
        // It looks for what is new in the log each second otherwise, and ends only then.
        '--log-copy-interval=10',
      ],
      options,
    ),
  )
  const completedAt = await nowOf(server)
  await runToEnd(
    program,
    ['--no-defaults', '--prepare', '--use-memory=16M', `--target-dir=${directory}`],
    options,
  )
  return { ...(await readInfo(directory)), completedAt }
}

/** MariaDB 11 calls it otherwise. A server without a binary log writes none. */
async function readInfo(directory: string): Promise<LogPosition> {
  for (const name of ['xtrabackup_binlog_info', 'mariadb_backup_binlog_info']) {
    const text = await readFile(join(directory, name), 'utf8').catch(() => undefined)
    if (text === undefined) continue
    const [file = '', at = '0', gtid = ''] = text.trim().split('\t')
    return { file, position: Number(at), gtid }
  }
  return { file: '', position: 0, gtid: '' }
}

async function copyStopped(
  server: MariadbServer,
  directory: string,
  signal: AbortSignal,
): Promise<Copy> {
  const gtid = await server.session(async ({ query }) => {
    // Who writes waits, and is told that the server goes: nothing comes after what is asked for here.
    await query('SET GLOBAL read_only = 1')
    const [row] = await query('SELECT @@GLOBAL.gtid_binlog_pos AS gtid')
    return row?.['gtid'] ?? ''
  })
  const completedAt = await nowOf(server)
  await server.stop()
  try {
    await copyTree(server.directory, directory, signal)
    const { binaryLog } = server.settings
    const file = binaryLog === undefined ? undefined : (await logFilesIn(binaryLog)).at(-1)
    if (binaryLog === undefined || file === undefined) {
      return { file: '', position: 0, gtid, completedAt }
    }
    const { size } = await stat(join(binaryLog, file))
    return { file, position: size, gtid, completedAt }
  } finally {
    await server.start()
    // One that follows another goes on with it; the others have nobody to follow, which is an error.
    if (server.settings.isFollowing) await server.session(({ query }) => query('START SLAVE'))
  }
}

const nowOf = (server: MariadbServer): Promise<number> =>
  server.session(async ({ query }) => {
    const [row] = await query('SELECT UNIX_TIMESTAMP(NOW(3)) * 1000 AS now')
    return Math.ceil(Number(row!['now']))
  })

/** Where in its source's binary log a copy is. */
export async function positionOf(backup: string): Promise<LogPosition> {
  return JSON.parse(await readFile(join(backup, position), 'utf8')) as LogPosition
}
