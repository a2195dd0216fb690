// `node scripts/complete-lock.js`: run it after `npm install` has changed package-lock.json.
// A registry that lacks a tool's binaries for other platforms makes npm leave them out of the lock file, and `npm ci` then refuses
// the lock file everywhere. This puts the entries back; they are installed only on the platform they are for.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './ensure.js'

const path = join(root, 'package-lock.json')
const lock = JSON.parse(readFileSync(path, 'utf8'))
const { packages } = lock

const processors = {
  arm: 'arm',
  arm64: 'arm64',
  ia32: 'ia32',
  ppc64: 'ppc64',
  riscv64: 'riscv64',
  s390x: 's390x',
  x64: 'x64',
}

/** `@oxfmt/binding-linux-arm64-musl` is for Linux, arm64, with musl. */
function platformOf(name) {
  const [os, cpu, abi = ''] = name
    .replace(/^.*\//, '')
    .replace(/^binding-/, '')
    .split('-')
  if (!(cpu in processors)) throw new Error(`which platform is ${name} for?`)
  const libc = abi.startsWith('musl') ? ['musl'] : abi.startsWith('gnu') ? ['glibc'] : undefined
  return { os: [os], cpu: [processors[cpu]], ...(libc ? { libc } : {}) }
}

let added = 0
for (const parent of Object.values(packages)) {
  for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
    const entry = `node_modules/${name}`
    if (packages[entry]) continue
    packages[entry] = {
      version,
      ...platformOf(name),
      ...(parent.dev ? { dev: true } : {}),
      license: parent.license,
      optional: true,
    }
    added += 1
  }
}
lock.packages = Object.fromEntries(
  Object.entries(packages).toSorted(([a], [b]) => (a < b ? -1 : 1)),
)
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`)
console.log(`${added} entries added`)
