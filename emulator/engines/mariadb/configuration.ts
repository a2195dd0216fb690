import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { CertifiedKey } from '../certificates.ts'
import { ownedDirectory, writeOwned } from '../directories.ts'
import { storage } from './template.ts'

/**
 * What names of those begin with who run the server. Each is of the moment, and gone once it has begun its session: whoever may make
 * users may also take over those that are there.
 */
export const administrator = 'rdsadmin'

/** Whom replicas connect as. */
export const replicationUser = 'rdsrepladmin'

export interface ServerSettings {
  /** Where its socket is, and what only its owner reads. */
  readonly sockets: string
  readonly logs: string
  /** Where its binary log is; a standby has none, as long as it is one. */
  readonly binaryLog: string | undefined
  /** Whether the binary log is kept for restores. */
  readonly archives: boolean
  /** Settings from parameter groups. */
  readonly parameters: Readonly<Record<string, string>>
  /** It follows another: only that one's changes are written. */
  readonly isFollowing: boolean
  /** The data outlive the emulator: they are to be on the disk, should the power go. */
  readonly isKept: boolean
  readonly certificate: CertifiedKey
  readonly replicationPassword: string
}

export interface Paths {
  readonly configuration: string
  readonly pid: string
  readonly socket: string
  readonly errorLog: string
}

export const pathsOf = (data: string, { sockets, logs }: ServerSettings): Paths => ({
  configuration: `${data}.cnf`,
  pid: `${data}.pid`,
  socket: join(sockets, 'mysql.sock'),
  errorLog: join(logs, 'error', 'mysql-error.log'),
})

/** What the files of the binary log are called, as on RDS. */
export const binaryLogName = 'mysql-bin-changelog'

/** Who may do everything, for as long as it takes to begin a session. */
export interface Opener {
  readonly user: string
  readonly password: string
}

/**
 * Writes what a server reads when it starts: what is needed here, what a small database of a local cloud should be, and what its
 * parameter group says; the latter wins but for what is needed.
 */
export async function writeConfiguration(data: string, settings: ServerSettings): Promise<void> {
  const { sockets, certificate } = settings
  const { configuration } = pathsOf(data, settings)
  for (const folder of ['error', 'general', 'slowquery']) {
    await ownedDirectory(join(settings.logs, folder))
  }
  await ownedDirectory(join(sockets, 'files'))
  await ownedDirectory(join(sockets, 'plugins'))
  await writeOwned(join(sockets, 'certificate.pem'), certificate.certificate)
  await writeOwned(join(sockets, 'key.pem'), certificate.key)
  await writeOwned(configuration, configurationText(data, settings))
}

/** Run by the server before it takes sessions. */
export const writeRoles = ({ sockets, replicationPassword }: ServerSettings, opener: Opener) =>
  writeOwned(rolesIn(sockets), roles(opener, replicationPassword))

export const rolesIn = (sockets: string): string => join(sockets, 'roles.sql')

/** The server's own file of settings. */
export function configurationText(data: string, settings: ServerSettings): string {
  const lines = [
    ...linesOf(small),
    // MySQL's parameters that MariaDB does not have are no mistake of anybody's.
    ...linesOf(withoutZone(settings.parameters), 'loose_'),
    ...linesOf({ ...storage, ...needed(data, settings) }),
    ...(settings.binaryLog === undefined ? ['skip_log_bin'] : []),
  ]
  return `[mariadbd]\nskip_networking\nskip_name_resolve\nskip_slave_start\n${lines.join('\n')}\n`
}

/** The zone of the server's process: names of zones need tables in the database otherwise, which are big. */
export const timeZone = ({ parameters }: ServerSettings): string => {
  const zone = parameters['time_zone'] ?? 'UTC'
  const [, sign, hours, minutes] = /^([+-])(\d{1,2}):(\d\d)$/.exec(zone) ?? []
  // POSIX counts to the west.
  if (sign !== undefined) return `UTC${sign === '+' ? '-' : '+'}${hours}:${minutes}`
  return /^[\w/+-]+$/.test(zone) && zone !== 'SYSTEM' ? zone : 'UTC'
}

const withoutZone = (parameters: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(parameters).filter(([name]) => name !== 'time_zone'))

const linesOf = (values: Readonly<Record<string, string>>, prefix = ''): string[] =>
  Object.entries(values).map(([name, value]) => `${prefix}${name} = ${quoted(value)}`)

const quoted = (value: string) =>
  `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\r', ' ').replaceAll('\n', '\\n')}"`

/** A sleeping database is to cost little. */
export const small: Readonly<Record<string, string>> = {
  max_connections: '100',
  character_set_server: 'utf8mb4',
  event_scheduler: 'ON',
  innodb_buffer_pool_size: '6M',
  innodb_buffer_pool_dump_at_shutdown: '0',
  innodb_buffer_pool_load_at_startup: '0',
  innodb_log_buffer_size: '2M',
  innodb_temp_data_file_path: 'ibtmp1:1M:autoextend',
  innodb_read_io_threads: '1',
  innodb_write_io_threads: '1',
  innodb_purge_threads: '1',
  innodb_sort_buffer_size: '64K',
  innodb_use_native_aio: '0',
  key_buffer_size: '64K',
  aria_pagecache_buffer_size: '128K',
  aria_sort_buffer_size: '256K',
  myisam_sort_buffer_size: '256K',
  table_open_cache: '100',
  table_definition_cache: '400',
  host_cache_size: '0',
  thread_cache_size: '2',
  query_cache_type: '0',
  query_cache_size: '0',
  performance_schema: '0',
  binlog_format: 'MIXED',
  log_output: 'TABLE',
}

const needed = (data: string, settings: ServerSettings): Record<string, string> => {
  const { socket, pid, errorLog } = pathsOf(data, settings)
  const { sockets, logs } = settings
  return {
    datadir: data,
    socket,
    pid_file: pid,
    init_file: rolesIn(sockets),
    tmpdir: sockets,
    // What runs in it or is read by it is nobody's files and programs of this machine.
    secure_file_priv: join(sockets, 'files'),
    plugin_dir: join(sockets, 'plugins'),
    symbolic_links: '0',
    log_error: errorLog,
    general_log_file: join(logs, 'general', 'mysql-general.log'),
    slow_query_log_file: join(logs, 'slowquery', 'mysql-slowquery.log'),
    // The endpoint says where sessions come from.
    proxy_protocol_networks: 'localhost',
    ssl_cert: join(sockets, 'certificate.pem'),
    ssl_key: join(sockets, 'key.pem'),
    server_id: String(serverId(sockets)),
    relay_log: 'relaylog',
    log_slave_updates: '1',
    gtid_strict_mode: '0',
    slave_max_allowed_packet: '1073741824',
    expire_logs_days: settings.archives ? '0' : '1',
    read_only: settings.isFollowing ? '1' : (settings.parameters['read_only'] ?? '0'),
    ...(settings.binaryLog !== undefined && {
      log_bin: join(settings.binaryLog, binaryLogName),
      log_bin_index: join(settings.binaryLog, `${binaryLogName}.index`),
    }),
    // A kill loses nothing either way: what was written is in the page cache of the system.
    ...(settings.isKept
      ? { innodb_flush_log_at_trx_commit: '1', sync_binlog: '1' }
      : {
          innodb_flush_log_at_trx_commit: '2',
          sync_binlog: '0',
          innodb_flush_method: 'nosync',
        }),
  }
}

/** Servers that follow one another are told apart by it: 1 to 2^32 - 1. */
const serverId = (sockets: string): number =>
  createHash('sha256').update(sockets).digest().readUInt32BE(0) || 1

const roles = ({ user, password }: Opener, replicationPassword: string): string =>
  [
    'SET SESSION sql_log_bin = 0',
    `CREATE USER ${user}@localhost IDENTIFIED BY '${password}'`,
    `GRANT ALL PRIVILEGES ON *.* TO ${user}@localhost WITH GRANT OPTION`,
    `CREATE OR REPLACE USER ${replicationUser}@localhost IDENTIFIED BY '${replicationPassword}'`,
    `GRANT REPLICATION SLAVE ON *.* TO ${replicationUser}@localhost`,
    '',
  ].join(';\n')

/** Those that are RDS's own, would be about the real machine instead of the one that is asked for, or name its files. */
export const notPassedOn =
  /^(?:rds\.|innodb_buffer_pool_(?:size|chunk_size|instances|filename)$|innodb_log_file_size$|innodb_flush_method$|innodb_(?:read|write)_io_threads$|innodb_page_size$|(?:.*_)?stopword_file$|performance_schema|open_files_limit$|read_only$|require_secure_transport$|replicate-|log_slave_updates$|expire_logs_days$|innodb_flush_log_at_trx_commit$|sync_binlog$)/
