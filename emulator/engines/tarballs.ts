import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createReadStream, createWriteStream } from 'node:fs'
import type { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { constants, createGunzip, createGzip } from 'node:zlib'
import { engineAccount } from './account.ts'
import { ownedDirectory } from './directories.ts'

/**
 * Packs what is named in a folder into one compressed file: a thousand small files of a database become one, a fifth of their size.
 *
 * @throws Error with what `tar` said
 */
export async function packFolder(
  folder: string,
  names: readonly string[],
  file: string,
): Promise<void> {
  const tar = spawn('tar', ['-cf', '-', '-C', folder, '-T', '-'], {
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const ended = endOf(tar)
  tar.stdin.on('error', () => undefined)
  tar.stdin.end(names.map((name) => `./${name}\n`).join(''))
  const out = createWriteStream(file, { flags: 'wx', mode: 0o600 })
  // Made to be quick: most of it is empty pages.
  const gzip = createGzip({ level: constants.Z_BEST_SPEED })
  await Promise.all([pipeline(tar.stdout, gzip, out), ended])
}

/**
 * Unpacks into a folder that belongs to the account which engines run as, as that account: whatever the names in the file are, it
 * gets no further than an engine does.
 */
export async function unpackFolder(file: string, folder: string): Promise<void> {
  await ownedDirectory(folder)
  const tar = spawn('tar', ['-xf', '-', '-C', folder], {
    stdio: ['pipe', 'ignore', 'pipe'],
    cwd: '/',
    ...engineAccount(),
  })
  const ended = endOf(tar)
  const handed = pipeline(createReadStream(file), createGunzip(), tar.stdin)
  await Promise.all([handed.catch(ignoreEarlyEnd), ended])
}

/** It does not read what fills the last block. Whether it has had all, it says itself. */
function ignoreEarlyEnd(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error
}

interface Running {
  readonly stderr: Readable
  readonly stdin: Writable
  on(event: 'close', heard: (code: number | null) => void): unknown
}

async function endOf(tar: Running): Promise<void> {
  let errors = ''
  tar.stderr.on('data', (chunk: Buffer) => (errors = (errors + chunk.toString()).slice(-2000)))
  const [code] = (await once(tar as never, 'close')) as [number | null]
  if (code !== 0) throw new Error(`tar failed: ${errors.trim() || `exit status ${code}`}`)
}
