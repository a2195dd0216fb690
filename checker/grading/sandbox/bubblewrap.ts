import { execFile } from 'node:child_process'
import { existsSync, lstatSync } from 'node:fs'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import type { Limits } from '../limits.ts'

const runFile = promisify(execFile)

/** A folder or file that is seen in the sandbox, read-only. */
export interface Binding {
  readonly source: string
  readonly target: string
}

export interface SandboxPlan {
  readonly bindings: readonly Binding[]
  /** Folders of which nothing is seen, although what they lie in is. */
  readonly hidden: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  readonly limits: Limits
  readonly command: readonly string[]
  /** The unprivileged user that a grader who is root becomes; undefined where the grader is none. */
  readonly user: number | undefined
}

export const sandboxHome = '/home/student'

/**
 * Why bubblewrap can't be used here; undefined where it can. It is tried, since containers often forbid it where it is installed.
 */
export async function whyNoBubblewrap(user: number | undefined): Promise<string | undefined> {
  const installed = await runFile('bwrap', ['--version']).catch(() => undefined)
  if (installed === undefined) return 'bubblewrap is not installed'
  const [major = 0, minor = 0] = (/(\d+)\.(\d+)/.exec(installed.stdout) ?? []).slice(1).map(Number)
  // --size and --disable-userns.
  if (major === 0 && minor < 8) return `bubblewrap is too old: ${installed.stdout.trim()}, not 0.8`
  const [file, ...args] = bubblewrap({
    bindings: [],
    hidden: [],
    environment: {},
    limits: { disk: 4096, processes: 100 } as Limits,
    command: ['/usr/bin/true'],
    user,
  })
  return runFile(file!, args).then(
    () => undefined,
    (error: { stderr?: string }) => `bubblewrap may not be used here: ${error.stderr?.trim()}`,
  )
}

/**
 * The command line that runs something with nothing of this machine but its programs: namespaces of its own for users, processes, network,
 * IPC and the host's name; an empty home and /tmp of limited size; everything else read-only or not there.
 *
 * A grader who is root becomes somebody else first, for whom the files below root's own home are bound aside.
 */
export function bubblewrap(plan: SandboxPlan): readonly string[] {
  const { user } = plan
  if (user === undefined) return inner(plan, plan.bindings)
  const staged = plan.bindings.map(({ target }, index) => ({ source: `/mnt/${index}`, target }))
  return [
    onlyWhileWeRun,
    ['bwrap', '--dev-bind', '/', '/'],
    ['--tmpfs', '/mnt'],
    plan.bindings.flatMap(({ source }, index) => ['--ro-bind', source, `/mnt/${index}`]),
    ['--', 'setpriv', `--reuid=${user}`, `--regid=${user}`, '--clear-groups', '--'],
    inner(plan, staged),
  ].flat()
}

/**
 * Ends with the grader, however that ends. Whoever has become somebody else does not hear from the kernel that the
 * parent died; but nobody outlives the first process of their namespace, which is root's here and does hear it.
 */
const onlyWhileWeRun = [
  ['setpriv', '--pdeathsig=KILL', '--'],
  ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc', '--'],
  ['sh', '-c', '"$@"; exit $?', 'sh'],
].flat()

/** What of /etc programs need: certificates, and where the system's alternatives point. */
const fromEtc = ['ssl', 'ca-certificates', 'pki', 'alternatives', 'ld.so.cache', 'localtime']

function inner(
  { hidden, environment, limits, command }: SandboxPlan,
  bindings: readonly Binding[],
): readonly string[] {
  const { disk, processes } = limits
  const tmpfs = (folder: string) => ['--size', String(disk), '--tmpfs', folder]
  const secret = hidden.filter((folder) => existsSync(folder))
  return [
    ['bwrap', '--die-with-parent', '--new-session'],
    ['--unshare-all', '--unshare-user', '--disable-userns', '--uid', '1000', '--gid', '1000'],
    ['--hostname', 'cloud', '--clearenv'],
    Object.entries(environment).flatMap(([name, value]) => ['--setenv', name, value]),
    ['--ro-bind', '/usr', '/usr'],
    ['/bin', '/sbin', '/lib', '/lib32', '/lib64'].flatMap(systemFolder),
    ['--dir', '/etc'],
    fromEtc.flatMap((name) => ['--ro-bind-try', `/etc/${name}`, `/etc/${name}`]),
    ['--proc', '/proc', '--dev', '/dev', ...tmpfs('/dev/shm'), '--remount-ro', '/dev'],
    tmpfs('/tmp'),
    tmpfs(sandboxHome),
    bindings.flatMap(({ source, target }) => ['--ro-bind', source, target]),
    secret.flatMap((folder) => ['--tmpfs', folder, '--remount-ro', folder]),
    ['--remount-ro', '/', '--chdir', sandboxHome, '--'],
    // Node and Go have a dozen threads each, which count here; the monitor counts processes.
    ['prlimit', `--nproc=${processes * 6}`, ...limitWords(limits), '--', ...command],
  ].flat()
}

/** Links on most systems, folders on some. */
function systemFolder(path: string): readonly string[] {
  const stats = lstatSync(path, { throwIfNoEntry: false })
  if (stats === undefined) return []
  return stats.isSymbolicLink() ? ['--symlink', `usr${path}`, path] : ['--ro-bind', path, path]
}

/** What the system itself holds each process to, between two looks of the monitor. */
export const limitWords = ({ memory, disk, processor }: Limits): readonly string[] => [
  '--core=0',
  '--nofile=1024',
  ...(disk === undefined ? [] : [`--fsize=${disk}`]),
  ...(memory === undefined ? [] : [`--data=${memory}`]),
  ...(processor === undefined ? [] : [`--cpu=${Math.ceil(processor) + 5}`]),
]

/** The folders among `private_` that lie in something the sandbox sees. */
export const hiddenAmong = (
  folders: readonly string[],
  bindings: readonly Binding[],
): readonly string[] =>
  folders.filter((folder) =>
    ['/usr', ...bindings.map(({ target }) => target)].some((seen) => isWithin(folder, seen)),
  )

function isWithin(folder: string, outer: string): boolean {
  for (let path = folder; path !== '/'; path = dirname(path)) if (path === outer) return true
  return false
}
