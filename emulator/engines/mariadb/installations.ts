import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { runToEnd } from '../directories.ts'

/** A MariaDB that can be run. */
export interface Installation {
  /** As `SELECT VERSION()` says it, without what a system adds: `10.11.19`. */
  readonly version: string
  readonly server: string
  readonly installer: string
  /** Copies the data of a server that is written to; undefined where it is not installed. */
  readonly backup: string | undefined
  /** Reads binary logs, and gives them to a server; undefined where they are not installed. */
  readonly logReader: string | undefined
  readonly client: string | undefined
}

/** The programs, before one of them is asked what it is. */
type Programs = Omit<Installation, 'version'>

const usual = [
  '/usr/sbin',
  '/usr/bin',
  '/usr/libexec',
  '/usr/local/bin',
  '/usr/local/sbin',
  '/usr/local/mysql/bin',
  '/opt/homebrew/bin',
  '/opt/homebrew/opt/mariadb/bin',
  '/usr/local/opt/mariadb/bin',
]

/** Where programs are looked for: `POCKETCLOUD_MARIADB_DIR` says so, else where systems have them. */
function places(): string[] {
  const { POCKETCLOUD_MARIADB_DIR: own, PATH = '' } = process.env
  return own ? own.split(delimiter) : [...usual, ...PATH.split(delimiter)]
}

/** The MariaDB of the system; undefined where it has none. */
export function findPrograms(): Programs | undefined {
  const folders = places()
  const find = (name: string) =>
    folders.map((folder) => join(folder, name)).find((path) => existsSync(path))
  const server = find('mariadbd')
  const installer = find('mariadb-install-db')
  if (server === undefined || installer === undefined) return undefined
  return {
    server,
    installer,
    backup: find('mariadb-backup'),
    logReader: find('mariadb-binlog'),
    client: find('mariadb'),
  }
}

const versions = new Map<string, Promise<string>>()

/** @throws Error where there is none */
export async function requireInstallation(): Promise<Installation> {
  const programs = findPrograms()
  if (!programs) throw new Error(`there is no MariaDB here: ${howToGetIt}`)
  const { server } = programs
  let version = versions.get(server)
  if (!version) {
    version = runToEnd(server, ['--no-defaults', '--version']).then(
      (text) => /Ver (\d+\.\d+\.\d+)/.exec(text)?.[1] ?? 'of unknown version',
    )
    versions.set(server, version)
    version.catch(() => versions.delete(server))
  }
  return { ...programs, version: await version }
}

/** For whom it is refused. */
export const howToGetIt =
  'install MariaDB, and it runs for real (Debian and Ubuntu: apt install mariadb-server; macOS: brew install mariadb).'
