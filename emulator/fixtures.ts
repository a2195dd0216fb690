import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The package's folder, from the sources and from `dist/` alike: the nearest one up that has a package.json. */
export const packageRoot = findPackageRoot(dirname(fileURLToPath(import.meta.url)))

function findPackageRoot(directory: string): string {
  try {
    readFileSync(join(directory, 'package.json'))
    return directory
  } catch {
    const parent = dirname(directory)
    if (parent === directory) throw new Error('package.json of pocketcloud was not found')
    return findPackageRoot(parent)
  }
}

const read = new Map<string, Buffer>()

/**
 * A file of facts under `fixtures/`, read at its first use and kept.
 *
 * @param name its path below `fixtures/`, given by our own code only
 */
export function readFixtureBytes(name: string): Buffer {
  let bytes = read.get(name)
  if (!bytes) {
    bytes = readFileSync(join(packageRoot, 'fixtures', name))
    read.set(name, bytes)
  }
  return bytes
}

export const readFixture = (name: string): string => readFixtureBytes(name).toString('utf8')
