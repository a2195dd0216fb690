import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

/**
 * Breaks the engine in small ways, one at a time, in a copy, and asks the cases whether they notice. Run it by hand
 * after changes to the engine or its cases: `npx tsx test/policy/mutations.ts`. It ends with 1 where one got through.
 */
const mutations: readonly (readonly [file: string, found: string, replacement: string])[] = [
  [
    'condition/block.ts',
    'actual === undefined || every(actual, value',
    'actual !== undefined && every(actual, value',
  ],
  [
    'condition/block.ts',
    'actual !== undefined && some(actual, value',
    'actual === undefined || some(actual, value',
  ],
  ['condition/block.ts', 'isNullSet(actual) || every', '!isNullSet(actual) && every'],
  ['condition/block.ts', '!isNullSet(actual) && some', 'isNullSet(actual) || some'],
  ['condition/block.ts', "values.every((value) => value === '')", 'values.length === 0'],
  ['condition/block.ts', 'actual === undefined || holds', 'holds'],
  ['condition/block.ts', 'wanted.has(actual === undefined)', 'wanted.has(actual !== undefined)'],
  ['condition/block.ts', '!matches(actual, context)', 'matches(actual, context)'],
  ['condition/block.ts', 'const lowerKey = key.toLowerCase()', 'const lowerKey = key'],
  ['condition/string-equals.ts', 'text === actual', 'text.toLowerCase() === actual.toLowerCase()'],
  ['condition/string-equals-ignore-case.ts', 'actual.toLowerCase()', 'actual'],
  ['condition/text.ts', 'text !== undefined && ', 'text === undefined || '],
  ['condition/numeric-less-than.ts', 'order < 0', 'order <= 0'],
  ['condition/numeric-less-than-equals.ts', 'order <= 0', 'order < 0'],
  ['condition/numeric-greater-than.ts', 'order > 0', 'order >= 0'],
  ['condition/numeric-greater-than-equals.ts', 'order >= 0', 'order > 0'],
  ['condition/date-less-than.ts', 'distance < 0', 'distance <= 0'],
  ['condition/date-greater-than-equals.ts', 'distance >= 0', 'distance > 0'],
  ['condition/date.ts', '- zoneOffset(zone)', '+ zoneOffset(zone)'],
  ['condition/date.ts', 'Number(trimmed) * 1000', 'Number(trimmed)'],
  ['condition/bool.ts', 'expected === undefined ? never : ', ''],
  ['condition/ip-address.ts', 'slash === -1 ? network.bits', 'slash === -1 ? 24'],
  ['condition/ip-address.ts', 'address?.bits === network.bits && ', 'address !== undefined && '],
  ['condition/binary-equals.ts', 'decodeBase64(actual) ?? ', ''],
  ['arn-pattern.ts', 'if (components.length !== 6) return () => false', ''],
  ['arn-pattern.ts', "resource !== '*' && ", ''],
  ['arn-pattern.ts', "after === undefined || after === ':'", 'after === undefined'],
  ['arn-pattern.ts', 'afterFifthColon(pattern)', '0'],
  ['template.ts', '?? otherwise', ''],
  ['template.ts', 'if (value === undefined) return undefined', ''],
  ['template.ts', 'if (value !== values[index]) last = undefined', ''],
  ['request-context.ts', "values?.length === 1 && values[0] !== ''", 'values !== undefined'],
  ['request-context.ts', 'key.toLowerCase()', 'key'],
  ['document.ts', "Version === '2012-10-17', statements", 'true, statements'],
  ['document.ts', 'strength[grant] > strength[strongest]', 'strength[grant] < strength[strongest]'],
  ['statement.ts', "name === 'Action' ? matches", "name !== 'Action' ? matches"],
  ['statement.ts', "name === 'Resource'", "name !== 'Resource'"],
  ['statement.ts', 'hasBoundary || !named', '!named'],
  ['statement.ts', "if (effect === 'Allow') throw", 'if (effect !== effect) throw'],
  ['statement.ts', 'if (!elements.has(element)) throw', 'if (element === 7 as never) throw'],
  ['statement.ts', 'pattern.toLowerCase()', 'pattern'],
  ['principal.ts', "everyone ? 'direct'", "everyone ? 'limited'"],
  ['principal.ts', "return 'limited'", "return 'direct'"],
  [
    'principal.ts',
    "? 'account' : undefined\n}\n\n/** The role",
    "? 'direct' : undefined\n}\n\n/** The role",
  ],
  ['principal.ts', 'return named.AWS.has(arn) && ', 'return '],
  ['principal.ts', 'if (!namesAccount(named, accountId)) return false', ''],
  ['decide.ts', "principal.type !== 'FederatedUser'", 'true'],
  ['decide.ts', "if (action.startsWith('sts:assumerole')) return true", ''],
  [
    'decide.ts',
    'grant ? decideByIdentity(given) : missing',
    "grant === 'direct' ? allowed('resource') : grant ? decideByIdentity(given) : missing",
  ],
  ['decide.ts', "if (grant === 'direct') return allowed('resource')", ''],
  ['decide.ts', 'principal.accountId !== management', 'true'],
  ['decide.ts', '!spared && resourceAccountId !== management', '!spared'],
  ['decide.ts', 'const spared = principal.serviceLinkedRole === true', 'const spared = false'],
  ['decide.ts', 'given.scps.every(', 'given.scps.length === 0 || given.scps.some('],
  ['decide.ts', "principal.type !== 'Anonymous' &&", ''],
  ['decide.ts', 'if (given.boundary.some(deny))', 'if (given.boundary.length < 0)'],
  ['decide.ts', "given.session.some(deny) ? 'session'", "given.session.length < 0 ? 'session'"],
  ['decide.ts', "if (principal.type === 'Root') return true", ''],
  ['decide.ts', 'if (unconditional.has(given.facts.action))', "if (given.facts.action === 'x')"],
]

const project = resolve(import.meta.dirname, '../..')
const copy = mkdtempSync(join(tmpdir(), 'pocketcloud-mutations-'))
for (const part of [
  'emulator/policy',
  'test/policy',
  'fixtures/policies',
  'vitest.config.ts',
  'package.json',
  'tsconfig.json',
]) {
  cpSync(join(project, part), join(copy, part), { recursive: true })
}
for (const slow of ['hostile', 'managed-policies', 'validation'])
  rmSync(join(copy, `test/policy/${slow}.test.ts`))
symlinkSync(join(project, 'node_modules'), join(copy, 'node_modules'))

const passes = () =>
  spawnSync('npx', ['vitest', 'run', '--bail', '1', 'test/policy'], { cwd: copy }).status === 0

let escaped = 0
if (!passes()) throw new Error('the cases fail without any mutation')
for (const [file, found, replacement] of mutations) {
  const path = join(copy, 'emulator/policy', file)
  const original = readFileSync(path, 'utf8')
  if (!original.includes(found)) throw new Error(`${file} no longer holds ${found}`)
  writeFileSync(
    path,
    original.replace(found, () => replacement),
  )
  if (passes()) {
    escaped++
    console.log(`not caught: ${file}: ${found} → ${replacement || 'nothing'}`)
  }
  writeFileSync(path, original)
}
rmSync(copy, { recursive: true })
console.log(`${mutations.length - escaped} of ${mutations.length} mutations caught`)
process.exitCode = escaped === 0 ? 0 : 1
