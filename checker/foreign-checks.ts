import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Plugin } from 'esbuild'
import { LabMistake } from './lab-mistake.ts'

/** Where `pocketcloud/lab` is: compiled or not, as this file is. */
const labModule = ['./index.js', './index.ts']
  .map((path) => new URL(path, import.meta.url))
  .find((url) => existsSync(fileURLToPath(url)))!

/**
 * Imports the checks of a lab that lies anywhere: their TypeScript is compiled, `pocketcloud/lab` is this package, and
 * packages that their own folder lacks, such as the SDK's clients, are those that pocketcloud has.
 * @param file the path of `checks.ts`
 * @throws {LabMistake} naming the file and the line that does not compile
 */
export async function importForeign(file: string): Promise<unknown> {
  const { build } = await import('esbuild')
  const folder = await mkdtemp(join(tmpdir(), 'pocketcloud-checks-'))
  try {
    const outfile = join(folder, 'checks.mjs')
    const { outputFiles } = await build({
      entryPoints: [file],
      outfile,
      bundle: true,
      write: false,
      platform: 'node',
      format: 'esm',
      logLevel: 'silent',
      plugins: [packagesOf(file)],
    }).catch((error: unknown) => {
      throw new LabMistake((error as Error).message)
    })
    await writeFile(outfile, outputFiles[0]!.contents)
    return await import(pathToFileURL(outfile).href)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Leaves packages out of the bundle, under the address that each has for the file or, failing that, for us. */
const packagesOf = (file: string): Plugin => ({
  name: 'packages',
  setup(bundle) {
    const theirs = createRequire(file)
    bundle.onResolve({ filter: /^[^./]/ }, ({ path, kind }) => {
      if (kind === 'entry-point') return undefined
      if (path === 'pocketcloud/lab') return { path: labModule.href, external: true }
      if (path.startsWith('node:')) return { path, external: true }
      try {
        return { path: pathToFileURL(theirs.resolve(path)).href, external: true }
      } catch {
        return { path: import.meta.resolve(path), external: true }
      }
    })
  },
})
