import { createHash } from 'node:crypto'

/** A file of a submission, wherever it came from. */
export interface SubmittedFile {
  /** From the submission's root, with slashes. */
  readonly path: string
  readonly bytes: Buffer
  readonly executable: boolean
}

/** What a submission may be: far more than any lab asks for, far less than what would hurt. */
export const mostFiles = 2000
export const mostBytes = 64 * 1024 * 1024
const longestPath = 512
const deepestPath = 20

/** Folders that tools make, and that nobody means to hand in. */
const leftOut = new Set([
  '.git',
  '.terraform',
  '.venv',
  'venv',
  '__MACOSX',
  '__pycache__',
  'node_modules',
])

export const isLeftOut = (path: string) =>
  path.split('/').some((part) => leftOut.has(part) || part === '.DS_Store')

/** Why a path of an archive is refused; undefined for a good one. */
export function faultOfPath(path: string): string | undefined {
  const parts = path.replace(/\/$/, '').split('/')
  if (path.includes('\0')) return 'has a name with a NUL character'
  if (path.includes('\\')) return `has a name with a backslash: ${path}`
  if (path.startsWith('/') || /^[A-Za-z]:/.test(path)) return `has an absolute path: ${path}`
  if (parts.includes('..')) return `leads out of its folder: ${path}`
  if (parts.some((part) => part === '' || part === '.')) return `has a path that is none: ${path}`
  if (path.length > longestPath || parts.length > deepestPath) {
    return `has a path that is too long: ${path.slice(0, 80)}…`
  }
  return undefined
}

/** Takes away the one folder that many archives have around everything. */
export function withoutOuterFolder(files: readonly SubmittedFile[]): readonly SubmittedFile[] {
  const outer = files[0]?.path.split('/')[0]
  const isAround = files.length > 0 && files.every(({ path }) => path.startsWith(`${outer}/`))
  if (!isAround) return files
  return withoutOuterFolder(
    files.map((file) => ({ ...file, path: file.path.slice(outer!.length + 1) })),
  )
}

/** The same files have the same hash, whatever carried them. */
export function hashOf(files: readonly SubmittedFile[]): string {
  const hash = createHash('sha256')
  for (const { path, bytes } of files.toSorted((a, b) => (a.path < b.path ? -1 : 1))) {
    hash.update(`${Buffer.byteLength(path)} ${path} ${bytes.length}\n`).update(bytes)
  }
  return `sha256:${hash.digest('hex')}`
}
