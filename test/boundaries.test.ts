import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { expect, test } from 'vitest'
import { packageRoot } from '../emulator/fixtures.ts'

/** One import that a file makes; `type` imports vanish when compiled, but they couple all the same. */
interface Import {
  readonly file: string
  /** A path from the root for our own modules, else a package's name. */
  readonly target: string
  readonly typeOnly: boolean
}

interface Rule {
  readonly says: string
  readonly breaks: (found: Import) => boolean
}

const within = (path: string, folder: string) => path.startsWith(`${folder}/`)
const serviceOf = (path: string) => /^emulator\/services\/([^/]+)\//.exec(path)?.[1]
const pure = ['policy', 'protocol', 'clock', 'store'].map((name) => `emulator/${name}`)

const rules: readonly Rule[] = [
  {
    says: 'policy, protocol, clock and store know no service',
    breaks: ({ file, target }) =>
      pure.some((folder) => within(file, folder)) && within(target, 'emulator/services'),
  },
  {
    says: 'the policy engine is pure: it imports nothing but itself and Node',
    breaks: ({ file, target }) =>
      within(file, 'emulator/policy') &&
      !within(target, 'emulator/policy') &&
      !target.startsWith('node:'),
  },
  {
    says: 'a service imports no other service',
    breaks: ({ file, target }) => {
      const [from, to] = [serviceOf(file), serviceOf(target)]
      return from !== undefined && to !== undefined && from !== to
    },
  },
  {
    says: 'Express stays in emulator/http',
    breaks: ({ file, target }) => target === 'express' && !within(file, 'emulator/http'),
  },
  {
    says: 'better-sqlite3 stays in emulator/store',
    breaks: ({ file, target }) => target === 'better-sqlite3' && !within(file, 'emulator/store'),
  },
  {
    says: 'SDK clients are loaded by the catalogue alone; services know their types only',
    breaks: ({ file, target, typeOnly }) =>
      within(file, 'emulator') &&
      target.startsWith('@aws-sdk/client-') &&
      !typeOnly &&
      file !== 'emulator/services/catalogue.ts',
  },
  {
    says: 'cli, checker and labs see the emulator only by emulator/index.ts, or start.ts, a part of it',
    breaks: ({ file, target }) =>
      ['cli', 'checker', 'labs'].some((folder) => within(file, folder)) &&
      within(target, 'emulator') &&
      !['emulator/index.ts', 'emulator/start.ts'].includes(target),
  },
  {
    says: 'labs see the emulator not at all',
    breaks: ({ file, target }) => within(file, 'labs') && within(target, 'emulator'),
  },
  {
    says: 'the emulator knows neither checker, cli nor labs',
    breaks: ({ file, target }) =>
      within(file, 'emulator') && ['cli', 'checker', 'labs'].some((f) => within(target, f)),
  },
  {
    says: 'nobody imports test',
    breaks: ({ file, target }) => within(target, 'test') && !within(file, 'test'),
  },
]

/** `import … from 'x'`, `export … from 'x'`, `import 'x'` and `import('x')`. */
function importsOf(file: string, source: string): Import[] {
  const code = source.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
  const statements = code.matchAll(
    /^\s*(?:import|export)\s+(type\s+)?(?:[\w*${}\s,]+?\s+from\s+)?'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/gm,
  )
  return [...statements].map(([, type, fixed, dynamic]) => {
    const specifier = (fixed ?? dynamic)!
    return {
      file,
      target: specifier.startsWith('.')
        ? posix.join(posix.dirname(file), specifier)
        : specifier.replace(/^((?:@[^/]+\/)?[^/]+).*$/, '$1'),
      typeOnly: type !== undefined,
    }
  })
}

const broken = (imports: readonly Import[]) =>
  imports.flatMap((found) =>
    rules
      .filter((rule) => rule.breaks(found))
      .map((rule) => `${found.file} imports ${found.target}: ${rule.says}`),
  )

function sources(folder: string): string[] {
  return readdirSync(join(packageRoot, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(folder, entry.name)
    if (entry.isDirectory()) return sources(path)
    return path.endsWith('.ts') ? [path] : []
  })
}

test('no file imports across a forbidden boundary', () => {
  const files = ['emulator', 'cli', 'checker', 'labs', 'test'].flatMap(sources)
  const imports = files.flatMap((file) =>
    importsOf(file, readFileSync(join(packageRoot, file), 'utf8')),
  )
  // The reader of imports works at all: everybody's imports are hundreds.
  expect(imports.length).toBeGreaterThan(200)
  expect(broken(imports)).toEqual([])
})

test.each([
  ['emulator/policy/evaluate.ts', "import { arn } from '../services/ec2/arns.ts'"],
  ['emulator/policy/evaluate.ts', "import { AwsError } from '../errors.ts'"],
  ['emulator/store/store.ts', "export * from '../services/s3/index.ts'"],
  ['emulator/services/rds/index.ts', "import type { Vpc } from '../ec2/rows/vpcs.ts'"],
  ['emulator/services/rds/index.ts', "const x = await import('../ec2/index.ts')"],
  ['emulator/pipeline.ts', "import express from 'express'"],
  ['emulator/services/s3/rows/objects.ts', "import Sqlite from 'better-sqlite3'"],
  ['emulator/services/s3/index.ts', "import { S3Client } from '@aws-sdk/client-s3'"],
  ['checker/run.ts', "import { Database } from '../emulator/store/database.ts'"],
  ['labs/01-first-instance/checks.ts', "import { startEmulator } from '../../emulator/index.ts'"],
  ['emulator/index.ts', "import '../cli/index.ts'"],
  ['cli/index.ts', "import { student } from '../test/support/emulator.ts'"],
])('a planted import is caught: %s with %s', (file, source) => {
  expect(broken(importsOf(file, source))).not.toEqual([])
})

test('what is allowed is not complained about', () => {
  expect(
    broken([
      ...importsOf(
        'emulator/services/s3/index.ts',
        "import type { Bucket } from '@aws-sdk/client-s3'",
      ),
      ...importsOf('emulator/http/server.ts', "import express from 'express'"),
      ...importsOf(
        'cli/commands/start.ts',
        "const { startEmulator } = await import('../../emulator/index.ts')",
      ),
      ...importsOf(
        'emulator/policy/a.ts',
        "import { b } from './b.ts'\nimport { hash } from 'node:crypto'",
      ),
    ]),
  ).toEqual([])
})
