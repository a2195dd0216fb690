import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { superuser } from './template.ts'

/** The role that replicas connect as; it has no password, and only the sockets' owner gets to it. */
export const replicationRole = 'rdsrepladmin'

/** Whose members log in with an IAM token instead of a password. */
export const iamRole = 'rds_iam'

export interface ServerSettings {
  /** Where its socket is. */
  readonly sockets: string
  readonly logs: string
  /** Where its write-ahead log is kept for restores; without it, it is not kept. */
  readonly archive?: string | undefined
  /** Settings from parameter groups, as `postgresql.conf` takes them. */
  readonly parameters: Readonly<Record<string, string>>
  /** The sockets of the server that it follows. */
  readonly follows?: { readonly sockets: string; readonly archive?: string | undefined } | undefined
  /** The data outlive the emulator: they are to be on the disk, should the power go. */
  readonly isKept: boolean
  /** For a restore: what is read first, and where it ends. */
  readonly recovery?: Readonly<Record<string, string>> | undefined
}

/**
 * Writes a server's configuration: what is needed here, what a small database of a local cloud should be, and what its
 * parameter group says; the latter wins but for what is needed.
 */
export async function writeConfiguration(
  directory: string,
  settings: ServerSettings,
): Promise<void> {
  const values = {
    ...small,
    ...settings.parameters,
    ...needed(settings),
    ...following(settings),
    ...settings.recovery,
  }
  const lines = Object.entries(values).map(([name, value]) => `${name} = ${quoted(value)}`)
  await writeFile(join(directory, 'postgresql.conf'), `${lines.join('\n')}\n`)
  await writeFile(join(directory, 'pg_hba.conf'), accessRules)
  await writeTokenUsers(directory, [])
}

/** A sleeping database is to cost little: memory is touched when it is used. */
const small: Readonly<Record<string, string>> = {
  max_connections: '100',
  shared_buffers: '8MB',
  max_logical_replication_workers: '0',
  jit: 'off',
  max_wal_size: '256MB',
  min_wal_size: '16MB',
  dynamic_shared_memory_type: 'posix',
  log_timezone: 'UTC',
  timezone: 'UTC',
  datestyle: 'iso, mdy',
  lc_messages: 'C.UTF-8',
  default_text_search_config: 'pg_catalog.english',
  log_line_prefix: '%t:%r:%u@%d:[%p]:',
  log_checkpoints: 'on',
  password_encryption: 'scram-sha-256',
}

const needed = (settings: ServerSettings): Record<string, string> => ({
  listen_addresses: '',
  unix_socket_directories: settings.sockets,
  unix_socket_permissions: '0700',
  port: '5432',
  // TLS ends at the endpoint, which hands the bytes on through the socket.
  ssl: 'off',
  wal_level: 'replica',
  max_wal_senders: '10',
  max_replication_slots: '10',
  wal_keep_size: '256MB',
  hot_standby: 'on',
  logging_collector: 'on',
  log_directory: settings.logs,
  log_filename: 'postgresql.log.%Y-%m-%d-%H',
  log_file_mode: '0600',
  log_rotation_age: '60min',
  log_truncate_on_rotation: 'off',
  log_destination: 'stderr',
  archive_mode: 'on',
  // A kill loses nothing either way: what was written is in the page cache of the system.
  fsync: settings.isKept ? 'on' : 'off',
  // After a kill, one call instead of one for each of a thousand files.
  ...(process.platform === 'linux' && { recovery_init_sync_method: 'syncfs' }),
  ...(settings.archive === undefined
    ? { archive_command: '/bin/true' }
    : {
        archive_command: `test -f ${shell(settings.archive)}/%f || (cp %p ${shell(settings.archive)}/%f.part && mv ${shell(settings.archive)}/%f.part ${shell(settings.archive)}/%f)`,
      }),
})

const following = ({ follows, sockets }: ServerSettings): Record<string, string> =>
  follows
    ? {
        primary_conninfo: `host=${follows.sockets} port=5432 user=${replicationRole} application_name=${applicationName(sockets)}`,
        recovery_target_timeline: 'latest',
        wal_retrieve_retry_interval: '200ms',
        ...(follows.archive !== undefined && {
          restore_command: `cp ${shell(follows.archive)}/%f %p`,
        }),
      }
    : {}

/** What a replica is called in its source's `pg_stat_replication`. */
export const applicationName = (sockets: string): string => sockets.split('/').at(-1)!

const tokenUsers = 'token_users'

/** Who has shown a token before getting here: the endpoint lets nobody past that has not. */
export const writeTokenUsers = (directory: string, users: readonly string[]): Promise<void> =>
  writeFile(
    join(directory, tokenUsers),
    // A list that is empty would be a mistake; nobody has this name.
    ['', ...users].map((user) => `"${(user || '-').replaceAll('"', '""')}"\n`).join(''),
  )

const accessRules = [
  `local all ${superuser} trust`,
  `local replication ${replicationRole} trust`,
  `local all @${tokenUsers} trust`,
  'local all all scram-sha-256',
  'local replication all scram-sha-256',
  '',
].join('\n')

const quoted = (value: string) =>
  `'${value
    .replaceAll('\\', '\\\\')
    .replaceAll("'", "''")
    .replaceAll(/[\r\n]+/g, ' ')}'`

/** For a command of the shell. */
export const shell = (text: string): string => `"${text.replaceAll(/["$`\\]/g, '\\$&')}"`

/** Those that are RDS's own, or that would be about the real machine instead of the one that is asked for. */
export const notPassedOn = /^(?:rds\.|shared_buffers$|max_worker_processes$|huge_pages$|ssl)/
