import { posix } from 'node:path'
import type { SubmissionRules } from '../../submission-rules.ts'
import { Ungradable } from '../result.ts'
import type { SubmittedFile } from './files.ts'

export type Kind = 'bash' | 'python' | 'javascript' | 'typescript' | 'terraform' | 'files'

/** What of a submission is run. */
export interface Entry {
  readonly kind: Kind
  /** The program; of Terraform and of a lab's named files, the first file. */
  readonly file: string
}

const kinds: Readonly<Record<string, Kind>> = {
  '.sh': 'bash',
  '.bash': 'bash',
  '.py': 'python',
  '.js': 'javascript',
  '.mjs': 'javascript',
  '.cjs': 'javascript',
  '.ts': 'typescript',
  '.mts': 'typescript',
  '.tf': 'terraform',
}

/** Names that say "start here", the first that is there is taken. */
export const preferredNames: readonly string[] = [
  'solution',
  'solve',
  'submission',
  'main',
  'index',
  'run',
]

/**
 * Finds what to run, in the submission's root: the files that the lab names, if all are there; else the program with a preferred name;
 * else Terraform, where there are `.tf` files and no program; else the only program.
 *
 * @throws {Ungradable} where there is none, or several of which none has a preferred name
 */
export function findEntry(files: readonly SubmittedFile[], rules: SubmissionRules): Entry {
  const root = files
    .map(({ path }) => path)
    .filter((path) => !path.includes('/'))
    .toSorted()
  if (files.length === 0) throw new Ungradable('The submission is empty.')
  if (rules.files.length > 0 && rules.files.every((name) => root.includes(name))) {
    return { kind: 'files', file: rules.files[0]! }
  }
  const programs = root.filter((path) => kindOf(path) !== undefined && !path.endsWith('.d.ts'))
  for (const name of preferredNames) {
    const found = programs.filter((path) => posix.parse(path).name.toLowerCase() === name)
    if (found.length > 1) throw ambiguous(found)
    if (found.length === 1) return { kind: kindOf(found[0]!)!, file: found[0]! }
  }
  const scripts = programs.filter((path) => kindOf(path) !== 'terraform')
  if (scripts.length > 1) throw ambiguous(scripts)
  const [file = programs[0]] = scripts
  if (file !== undefined) return { kind: kindOf(file)!, file }
  throw new Ungradable(
    `There is no program in the submission's root. Expected ${expected(rules)}. Found: ${listed(files.map(({ path }) => path))}.`,
  )
}

const kindOf = (path: string): Kind | undefined => kinds[posix.extname(path).toLowerCase()]

const ambiguous = (found: readonly string[]) =>
  new Ungradable(
    `It is not clear what to run: ${listed(found)}. Name the program solution.sh (or .py, .js, .ts).`,
  )

const expected = ({ files }: SubmissionRules) =>
  [
    ...(files.length > 0 ? [files.join(' and ')] : []),
    'solution.sh, main.py, index.ts or main.tf',
  ].join(', or ')

const listed = (paths: readonly string[]) =>
  paths.length <= 5
    ? paths.join(', ')
    : `${paths.slice(0, 5).join(', ')} and ${paths.length - 5} more`
