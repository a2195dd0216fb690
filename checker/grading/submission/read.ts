import { lstat, readFile, readdir } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { Ungradable } from '../result.ts'
import { preferredNames } from './entry.ts'
import { isLeftOut, mostBytes, mostFiles, withoutOuterFolder } from './files.ts'
import type { SubmittedFile } from './files.ts'
import { readTar } from './tar.ts'
import { readZip } from './zip.ts'

const isArchive = /\.(zip|tar|tar\.gz|tgz)$/i

const endings = /\.(zip|tar|tar\.gz|tgz|sh|bash|py|js|mjs|cjs|ts|mts|tf)$/i

/**
 * What a submission is called: its file's or folder's name without an ending, unless that says nothing of whose it is
 * (`alice/solution.sh`): then its folder's.
 */
export function nameOf(path: string): string {
  const name = basename(resolve(path)).replace(endings, '') || basename(path)
  return preferredNames.includes(name.toLowerCase()) ? basename(dirname(resolve(path))) : name
}

/** What each of a class is called: where several have the same name, with their folders' before it. */
export function namesOf(paths: readonly string[]): readonly string[] {
  const withFolder = (path: string) => `${basename(dirname(resolve(path)))}/${nameOf(path)}`
  const ways = [nameOf, withFolder]
  const found = ways
    .map((way) => paths.map(way))
    .find((names) => new Set(names).size === paths.length)
  return found ?? paths.map((path) => resolve(path))
}

/**
 * Reads a folder, an archive or a single file into memory. Nothing of it is written anywhere, and no link is followed.
 *
 * @throws {Ungradable} for what can't be read, is too much, or tries to leave its folder
 * @throws {Error} where there is no such file or folder
 */
export async function readSubmission(path: string): Promise<readonly SubmittedFile[]> {
  const stats = await lstat(path)
  if (stats.isSymbolicLink()) throw new Ungradable('The submission is a symbolic link.')
  if (stats.isDirectory()) return withoutOuterFolder(await readFolder(path))
  if (!stats.isFile()) throw new Ungradable('The submission is neither a file nor a folder.')
  if (stats.size > mostBytes) throw tooLarge()
  if (!isArchive.test(path)) {
    return [{ path: basename(path), bytes: await readFile(path), executable: false }]
  }
  const files = /\.zip$/i.test(path)
    ? await readZip(await readFile(path))
    : await readTar(path, { compressed: /gz$/i.test(path) })
  requireUnique(files)
  return withoutOuterFolder(files)
}

export const tooLarge = () =>
  new Ungradable(`The submission is larger than ${mostBytes / 1024 / 1024} MiB.`)
export const tooMany = () => new Ungradable(`The submission has more than ${mostFiles} files.`)

async function readFolder(root: string): Promise<readonly SubmittedFile[]> {
  const files: SubmittedFile[] = []
  let total = 0
  const visit = async (folder: string, prefix: string) => {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      const path = prefix + entry.name
      if (isLeftOut(path)) continue
      const full = join(folder, entry.name)
      if (entry.isSymbolicLink()) throw new Ungradable(`${path} is a symbolic link.`)
      if (entry.isDirectory()) await visit(full, `${path}/`)
      else if (entry.isFile()) {
        if (files.length >= mostFiles) throw tooMany()
        const { size, mode } = await lstat(full)
        total += size
        if (total > mostBytes) throw tooLarge()
        files.push({ path, bytes: await readFile(full), executable: (mode & 0o100) !== 0 })
      } else throw new Ungradable(`${path} is neither a file nor a folder.`)
    }
  }
  await visit(root, '')
  return files
}

/** Two entries of one name, or of a file and a folder, would say one thing to a reader and do another. */
function requireUnique(files: readonly SubmittedFile[]): void {
  const paths = new Set<string>()
  for (const { path } of files) {
    if (paths.has(path)) throw new Ungradable(`The archive has ${path} twice.`)
    paths.add(path)
  }
  for (const { path } of files) {
    const parts = path.split('/')
    for (let depth = 1; depth < parts.length; depth += 1) {
      const folder = parts.slice(0, depth).join('/')
      if (paths.has(folder)) throw new Ungradable(`The archive has ${folder} as file and folder.`)
    }
  }
}
