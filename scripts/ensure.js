// Installs and builds what is missing or out of date, and costs next to nothing when all is current.
// It has no dependencies: it runs on a fresh clone, before anything is installed.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))

const oldestNode = [20, 19]
const installStamp = join(root, 'node_modules', '.pocketcloud-installed')
const buildStamp = join(root, 'dist', '.built-from')

/** Makes `node_modules` and `dist` current. Ends the process with a message that says what to do where it cannot. */
export function ensureReady() {
  requireNode()
  ensureInstalled()
  ensureBuilt()
}

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])) return
  stop(`pocketcloud needs Node ${oldestNode.join('.')} or newer; this is ${process.versions.node}.`)
}

/** The lock file and Node's binary interface together say what `node_modules` must hold. */
function ensureInstalled() {
  const lock = readFileSync(join(root, 'package-lock.json'))
  const wanted = `${createHash('sha256').update(lock).digest('hex')} abi ${process.versions.modules}`
  if (read(installStamp) === wanted) return
  say('installing dependencies (npm ci; a minute or two, better-sqlite3 is compiled)')
  run('npm', ['ci', '--no-audit', '--no-fund'], 'npm ci failed: see its messages above.')
  writeFileSync(installStamp, wanted)
}

export function ensureBuilt() {
  if (read(buildStamp) === sourceDigest()) return
  say('building')
  run(
    process.execPath,
    [join(root, 'scripts', 'build.js')],
    'the build failed: see the messages above.',
  )
}

/** Changes when any source is added, removed or touched. */
export function sourceDigest() {
  const hash = createHash('sha256').update(process.versions.modules)
  for (const file of ['package.json', 'tsconfig.json', 'tsconfig.build.json']) note(hash, file)
  for (const folder of ['emulator', 'checker', 'cli', 'labs']) noteFolder(hash, folder)
  return hash.digest('hex')
}

export function markBuilt() {
  writeFileSync(buildStamp, sourceDigest())
}

function noteFolder(hash, folder) {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) noteFolder(hash, path)
    else if (/\.(ts|sql)$/.test(entry.name)) note(hash, path)
  }
}

function note(hash, path) {
  const { mtimeMs, size } = statSync(join(root, path))
  hash.update(`${path} ${mtimeMs} ${size}\n`)
}

function read(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined
}

/** Progress goes to standard error: standard output belongs to the command. */
export function say(message) {
  process.stderr.write(`pocketcloud: ${message}\n`)
}

export function stop(message) {
  say(message)
  process.exit(1)
}

export function run(command, args, complaint) {
  // What the tools print is progress here.
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] })
  if (error) stop(`${command} could not be started: ${error.message}`)
  if (status !== 0) stop(complaint)
}
