import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { chmod, chown, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { engineAccount } from './account.ts'

/**
 * Where programs and empty databases are kept that all emulators of this machine can use: made once, never changed.
 * `POCKETCLOUD_CACHE_DIR` names another place.
 */
export function cacheDirectory(): string {
  const { POCKETCLOUD_CACHE_DIR: own, XDG_CACHE_HOME: xdg } = process.env
  if (own) return resolve(own)
  if (process.getuid?.() === 0) return '/var/cache/pocketcloud'
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'pocketcloud')
  return join(xdg || join(homedir(), '.cache'), 'pocketcloud')
}

/** Makes a directory that belongs to the account which engines run as, and that nobody else reads. */
export async function ownedDirectory(path: string): Promise<string> {
  await mkdir(path, { recursive: true, mode: 0o700 })
  const account = engineAccount()
  if (account) await chown(path, account.uid, account.gid)
  await chmod(path, 0o700)
  return path
}

/**
 * Where an emulator's databases are. Under root they run as another account, which must be able to get there: where the
 * data directory is closed to it, they are in `/var/lib/pocketcloud`, under a name made from the data directory's.
 *
 * @param stateDirectory the data directory, or the temporary one of an emulator that keeps nothing
 * @param isKept whether it outlives the process
 */
export async function databaseDirectory(stateDirectory: string, isKept: boolean): Promise<string> {
  if (!engineAccount()) return join(stateDirectory, 'databases')
  if (!isKept) {
    // Beside the state, which is in the folder for temporary files of the moment when the emulator was started.
    const beside = dirname(resolve(stateDirectory))
    const base = (await isOpen(beside)) ? beside : '/tmp'
    const path = join(base, `pocketcloud-databases-${process.pid}-${digest(stateDirectory)}`)
    await mkdir(path, { recursive: true, mode: 0o711 })
    return path
  }
  const path = (await isOpen(dirname(resolve(stateDirectory))))
    ? `${resolve(stateDirectory)}-databases`
    : `/var/lib/pocketcloud/${digest(resolve(stateDirectory))}`
  await mkdir(path, { recursive: true, mode: 0o711 })
  return path
}

const digest = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 12)

/** Whether everybody may go into a directory, and into those above it. */
async function isOpen(path: string): Promise<boolean> {
  const { mode } = await stat(path)
  if ((mode & 0o001) === 0) return false
  return path === dirname(path) || isOpen(dirname(path))
}

/**
 * Where the sockets of an emulator's databases are: a path of at most about 100 characters is allowed for a socket, so that
 * they are not beside the data.
 */
export async function socketDirectory(databases: string): Promise<string> {
  const base = (await canHold(tmpdir())) ? tmpdir() : '/tmp'
  return ownedDirectory(join(base, `.pocketcloud-${digest(databases)}`))
}

const canHold = async (path: string) => path.length < 60 && isOpen(path).catch(() => false)

/** Removes what emulators that keep nothing left in the temporary directory when they were killed. */
export async function sweepAbandoned(): Promise<void> {
  for (const folder of new Set([tmpdir(), '/tmp'])) {
    for (const name of await readdir(folder)) {
      const pid = /^pocketcloud-databases-(\d+)-/.exec(name)?.[1]
      if (pid !== undefined && !isAlive(Number(pid))) {
        await rm(join(folder, name), { recursive: true, force: true })
      }
    }
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Copies a tree that nobody writes to, with its owners and modes; the copy must not be there yet. */
export async function copyTree(from: string, to: string, signal?: AbortSignal): Promise<void> {
  await runToEnd('cp', ['-R', '-p', from, to], { signal })
}

/** Copies files and trees that somebody writes to: what goes meanwhile is left out. */
export async function copyWhatIsThere(
  from: readonly string[],
  to: string,
  signal?: AbortSignal,
): Promise<void> {
  try {
    await runToEnd('cp', ['-R', '-p', ...from, to], { signal })
  } catch (error) {
    const complaints = String(error).split('\n')
    if (!complaints.every((line) => line.includes('No such file or directory'))) throw error
  }
}

/** As `copyWhatIsThere`, into one file. */
export async function packWhatIsThere(
  from: string,
  names: readonly string[],
  file: string,
  signal?: AbortSignal,
): Promise<void> {
  try {
    await runToEnd('tar', ['-cf', file, '-C', from, ...names], { signal })
  } catch (error) {
    const complaints = String(error).split('\n')
    if (!complaints.every((line) => isOfLiveFiles.test(line))) throw error
  }
  const account = engineAccount()
  if (account) await chown(file, account.uid, account.gid)
}

/** What goes or shrinks while it is read; GNU's and the BSDs' words. */
const isOfLiveFiles =
  /No such file or directory|file changed as we read it|File removed before we read it|File shrank by|truncated|previous errors/i

/**
 * Makes a directory that is shared by all emulators of this machine: in another place first, so that it is there whole or
 * not at all.
 */
export async function makeOnce(path: string, make: (path: string) => Promise<void>): Promise<void> {
  if (await exists(path)) return
  await mkdir(dirname(path), { recursive: true })
  const draft = `${path}.${process.pid}-${Math.trunc(performance.now() * 1000)}`
  try {
    await make(draft)
    await rename(draft, path).catch(async (error: unknown) => {
      // Somebody else was quicker: theirs is as good.
      if (!(await exists(path))) throw error
    })
  } finally {
    await rm(draft, { recursive: true, force: true })
  }
}

export const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )

/** @throws Error with what the program wrote to standard error */
export async function runToEnd(
  program: string,
  args: readonly string[],
  options: {
    readonly asEngine?: boolean
    readonly cwd?: string
    /** Ends it. */
    readonly signal?: AbortSignal | undefined
  } = {},
): Promise<string> {
  options.signal?.throwIfAborted()
  const account = options.asEngine ? engineAccount() : undefined
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    // Its words are looked at: they have to be those of everywhere.
    env: { ...process.env, LC_ALL: 'C' },
    ...(options.cwd !== undefined && { cwd: options.cwd }),
    ...account,
  })
  let output = ''
  let errors = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  const end = () => child.kill('SIGKILL')
  options.signal?.addEventListener('abort', end, { once: true })
  const [code] = (await once(child, 'close')) as [number | null]
  options.signal?.removeEventListener('abort', end)
  options.signal?.throwIfAborted()
  if (code !== 0) throw new Error(`${program} failed: ${errors.trim() || `exit status ${code}`}`)
  return output
}

/** Writes a file that only the account reads which engines run as. */
export async function writeOwned(path: string, content: string): Promise<void> {
  await writeFile(path, content, { mode: 0o600 })
  const account = engineAccount()
  if (account) await chown(path, account.uid, account.gid)
}
