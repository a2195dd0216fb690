import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
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

/** Every lab, by number. */
export function listLabs(): readonly Lab[] {
  return readdirSync(labsFolder)
    .filter((name) => /^\d\d-/.test(name) && existsSync(join(labsFolder, name, 'lab.md')))
    .toSorted()
    .map((name) => readLab(join(labsFolder, name)))
}

/** A lab by its id, its number (`1`, `01`) or its folder's name; undefined where there is none. */
export function findLab(name: string): Lab | undefined {
  return listLabs().find(
    ({ id, number, folder }) =>
      id === name || basename(folder) === name || (/^\d+$/.test(name) && number === Number(name)),
  )
}

function readLab(folder: string): Lab {
  const path = join(folder, 'lab.md')
  const { description, text } = parseLabFile(readFileSync(path, 'utf8'), path)
  return { ...description, number: Number.parseInt(basename(folder), 10), folder, text }
}

/** Loads a lab's `checks.ts`, or what it was compiled to. */
export async function loadChecks(lab: Lab): Promise<LabChecks> {
  const compiled = new URL(`../labs/${basename(lab.folder)}/checks.js`, import.meta.url)
  const module = (await import(
    existsSync(compiled) ? compiled.href : pathToFileURL(join(lab.folder, 'checks.ts')).href
  )) as { default: LabChecks }
  return module.default
}
