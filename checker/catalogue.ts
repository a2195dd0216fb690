import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, delimiter, join, resolve, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { LabDescription } from './front-matter.ts'
import { parseLabFile } from './front-matter.ts'
import type { LabChecks } from './lab.ts'

/** A lab as its folder describes it; its checks are loaded only when they run. */
export interface Lab extends LabDescription {
  /** The number its folder's name begins with. */
  readonly number: number
  /** Its folder's path: `lab.md`, `solution/` and `wrong/` are there. */
  readonly folder: string
  /** The lab's text, in Markdown, with `{{name}}` where a student's value belongs: `fillIn` puts it there. */
  readonly text: string
}

/** Where the labs' texts are: the sources, also for compiled code, which has only the checks beside it. */
const labsFolder = fileURLToPath(
  [new URL('../labs/', import.meta.url), new URL('../../labs/', import.meta.url)].find(hasLabs)!,
)

function hasLabs(folder: URL): boolean {
  return (
    existsSync(folder) &&
    readdirSync(folder).some((name) => existsSync(new URL(`${name}/lab.md`, folder)))
  )
}

/** Folders with labs of others: `POCKETCLOUD_LABS`, separated as in `PATH`. */
const moreFolders = () =>
  (process.env['POCKETCLOUD_LABS'] ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '' && existsSync(folder))
    .map((folder) => resolve(folder))

/** Every lab, by number: ours, then those of `POCKETCLOUD_LABS`. */
export function listLabs(): readonly Lab[] {
  return [labsFolder, ...moreFolders()].flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => /^\d\d-/.test(name) && isLab(join(folder, name)))
      .toSorted()
      .map((name) => readLab(join(folder, name))),
  )
}

/** A lab by its id, its number (`1`, `01`), its folder's name or its folder's path; undefined where there is none. */
export function findLab(name: string): Lab | undefined {
  if (name.includes(sep) && isLab(resolve(name))) return readLab(resolve(name))
  return listLabs().find(
    ({ id, number, folder }) =>
      id === name || basename(folder) === name || (/^\d+$/.test(name) && number === Number(name)),
  )
}

const isLab = (folder: string) => existsSync(join(folder, 'lab.md'))

function readLab(folder: string): Lab {
  const path = join(folder, 'lab.md')
  const { description, text } = parseLabFile(readFileSync(path, 'utf8'), path)
  return { ...description, number: Number.parseInt(basename(folder), 10), folder, text }
}

/** Loads a lab's `checks.ts`, or what it was compiled to. */
export async function loadChecks(lab: Lab): Promise<LabChecks> {
  const compiled = new URL(`../labs/${basename(lab.folder)}/checks.js`, import.meta.url)
  const source = join(lab.folder, 'checks.ts')
  const module = isOurs(lab)
    ? await import(existsSync(compiled) ? compiled.href : pathToFileURL(source).href)
    : await (await import('./foreign-checks.ts')).importForeign(source)
  return (module as { default: LabChecks }).default
}

/** Whether a lab is one of pocketcloud's own, which are compiled with it. */
export const isOurs = ({ folder }: Pick<Lab, 'folder'>) =>
  resolve(folder, '..') === resolve(labsFolder)
