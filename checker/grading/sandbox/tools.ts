import { execFile } from 'node:child_process'
import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const runFile = promisify(execFile)

/** The programs that submissions are run with: those of the grader's own PATH. */
export interface Tools {
  readonly node: string
  readonly python: string | undefined
  readonly aws: string | undefined
  /** The interpreter of `aws`, where that is of version 1: what can keep it in memory. */
  readonly awsPython: string | undefined
  readonly terraform: string | undefined
  /** Folders outside /usr that those programs live in. */
  readonly roots: readonly string[]
  /** Where the SDK for JavaScript is. */
  readonly modules: string | undefined
  /** What Node needs to run TypeScript: a module to import first; an empty list where it does so by itself. */
  readonly typescript: readonly string[] | undefined
  readonly versions: Readonly<Record<string, string>>
}

/** Looks for the programs, and asks each for its version. */
export async function findTools(): Promise<Tools> {
  const node = realpathSync(process.execPath)
  const python = await askPython()
  const aws = findAws(python?.executable)
  const terraform = findProgram('terraform')
  const modules = findModules()
  const prefixes = [...(python?.prefixes ?? []), prefixOf(node)]
  for (const program of [aws, terraform]) {
    if (program !== undefined && !isBound(program, prefixes)) prefixes.push(prefixOf(program))
  }
  const [awsVersion, terraformVersion] = await Promise.all([
    versionOf(aws, /^aws-cli\/(\S+)/),
    versionOf(terraform, /^Terraform v(\S+)/m),
  ])
  // Version 2 has native threads as soon as it is imported, which a fork of it would wait for in vain.
  const awsPython = awsVersion?.startsWith('1.') ? interpreterOf(aws!) : undefined
  return {
    node,
    python: python?.executable,
    aws,
    awsPython,
    terraform,
    roots: [...new Set(prefixes)].filter((path) => !isInUsr(path)),
    modules,
    typescript: typescriptBy(modules),
    versions: {
      node: process.versions.node,
      ...(python === undefined ? {} : { python: python.version }),
      ...(awsVersion === undefined ? {} : { 'aws-cli': awsVersion }),
      ...(terraformVersion === undefined ? {} : { terraform: terraformVersion }),
    },
  }
}

const isInUsr = (path: string) => path === '/usr' || path.startsWith('/usr/')
const isBound = (path: string, roots: readonly string[]) =>
  isInUsr(path) || roots.some((root) => path.startsWith(`${root}/`))
/** `/opt/python` for `/opt/python/bin/python3`. */
const prefixOf = (program: string) => dirname(dirname(program))

/** Whether any user gets to these folders. */
export const isOpenToAll = (folders: readonly string[]): boolean =>
  folders.every((folder) => {
    for (let path = folder; path !== '/'; path = dirname(path)) {
      if ((statSync(path).mode & 0o001) === 0) return false
    }
    return true
  })

/** The file of a program in the PATH; a version manager's shim is none: it would not work elsewhere. */
function findProgram(name: string): string | undefined {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const file = join(folder, name)
    if (folder !== '' && !folder.includes('/shims') && existsSync(file)) return realpathSync(file)
  }
  return undefined
}

async function askPython() {
  const question =
    'import sys, platform; print(sys.executable, sys.prefix, sys.base_prefix, platform.python_version(), sep="\\n")'
  try {
    const { stdout } = await runFile('python3', ['-c', question])
    const [executable = '', prefix = '', base = '', version = ''] = stdout.trim().split('\n')
    // Not its real path: a virtual environment is recognized by where its link to Python lies.
    return { executable, prefixes: [prefix, base], version }
  } catch {
    return undefined
  }
}

/** Beside Python, where a version manager has it, or in the PATH. */
function findAws(python: string | undefined): string | undefined {
  const inPath = (process.env['PATH'] ?? '')
    .split(delimiter)
    .find((folder) => existsSync(join(folder, 'aws')))
  const beside = python === undefined ? undefined : join(dirname(python), 'aws')
  if (inPath?.includes('/shims') && beside !== undefined && existsSync(beside)) return beside
  return findProgram('aws')
}

/** The Python of a script's first line. */
function interpreterOf(script: string): string | undefined {
  const first = readFileSync(script).subarray(0, 256).toString('latin1').split('\n')[0]!
  const interpreter = /^#!\s*(\/\S*python[\d.]*)$/.exec(first.trimEnd())?.[1]
  return interpreter !== undefined && existsSync(interpreter) ? interpreter : undefined
}

/** The `node_modules` that our own SDK clients are in. */
function findModules(): string | undefined {
  const require = createRequire(import.meta.url)
  try {
    const main = require.resolve('@aws-sdk/client-s3')
    return main.slice(0, main.lastIndexOf('/node_modules/') + '/node_modules'.length)
  } catch {
    return undefined
  }
}

/** Node runs TypeScript by itself from 22.18 on; before that, `tsx` does where it is installed. */
function typescriptBy(modules: string | undefined): readonly string[] | undefined {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > 22 || (major === 22 && minor >= 18)) return []
  const isThere = modules !== undefined && existsSync(join(modules, 'tsx/dist/loader.mjs'))
  return isThere ? ['tsx/dist/loader.mjs'] : undefined
}

async function versionOf(
  program: string | undefined,
  pattern: RegExp,
): Promise<string | undefined> {
  if (program === undefined) return undefined
  // CLI 1 of Python 2's days answered on standard error.
  const { stdout, stderr } = await runFile(program, ['--version']).catch(() => ({
    stdout: '',
    stderr: '',
  }))
  return pattern.exec(stdout || stderr)?.[1]
}

/** What runs inside the sandbox lies beside the sources, also for compiled code. */
export const insideFolder = fileURLToPath(
  [
    new URL('../inside/', import.meta.url),
    new URL('../../../../checker/grading/inside/', import.meta.url),
  ].find((folder) => existsSync(new URL('forward.mjs', folder)))!,
)
