// Compiles the TypeScript to dist/ and puts the SQL beside it. The new dist/ is made aside and swapped in,
// so that a running emulator and a second build never see half of it.
import { cpSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { markBuilt, root, run } from './ensure.js'

// Types are for those who install the package: making them takes ten times as long as compiling does.
const declarations = process.argv.includes('--declarations') ? ['--declaration'] : []
const fresh = join(root, `dist.${process.pid}`)
const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
// Also where the compiler refuses: `run` ends the process then.
process.once('exit', () => rmSync(fresh, { recursive: true, force: true }))
run(
  process.execPath,
  [tsc, '-p', 'tsconfig.build.json', '--outDir', fresh, ...declarations],
  'the sources do not compile.',
)
copySql('emulator')
rmSync(join(root, 'dist'), { recursive: true, force: true })
renameSync(fresh, join(root, 'dist'))
markBuilt()

function copySql(folder) {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) copySql(path)
    else if (entry.name.endsWith('.sql')) cpSync(join(root, path), join(fresh, path))
  }
}
