import type { MariadbServer } from './server.ts'
import { literal } from './session.ts'

type Values = Readonly<Record<string, string>>

/** Sets what has changed, as far as a server that runs can take it. The rest counts when it is started again. */
export async function setVariables(
  server: MariadbServer,
  before: Values,
  after: Values,
): Promise<void> {
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  const changed = [...names].filter((name) => before[name] !== after[name])
  if (changed.length === 0) return
  await server.session(async ({ query }) => {
    for (const name of changed) {
      if (!/^[a-z][\w-]*$/i.test(name)) continue
      const value = after[name]
      await query(
        `SET GLOBAL ${name.replaceAll('-', '_')} = ${value === undefined ? 'DEFAULT' : valueOf(value)}`,
      ).catch(ignoreUnsettable)
    }
  })
}

const units: Readonly<Record<string, number>> = { k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 }

/** Sizes have units only in files. */
function valueOf(value: string): string {
  const [, number, unit] = /^(-?\d+(?:\.\d+)?)([kmg])?$/i.exec(value) ?? []
  if (number === undefined) return literal(value)
  return unit === undefined ? number : String(Number(number) * units[unit.toLowerCase()]!)
}

/** MySQL's that MariaDB does not have, those that are read at the start only, and values of MySQL's that it does not take. */
const unsettable = new Set([1193, 1238, 1231, 1232, 1064, 1298])

function ignoreUnsettable(error: unknown): void {
  const { code } = error as { code?: number }
  if (code === undefined || !unsettable.has(code)) throw error
}
