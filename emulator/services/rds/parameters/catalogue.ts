import { readFixture } from '../../../fixtures.ts'
import { families, type Family, type ParameterList } from './families.ts'

/** A parameter of a family, as its default group has it. */
export interface Parameter {
  readonly name: string
  /** A static parameter takes effect when the engine is started. */
  readonly apply: 'static' | 'dynamic'
  /** `integer`, `float`, `boolean`, `string`, `list` */
  readonly type: string
  /** `16-1073741823`, or values with commas. */
  readonly allowed?: string
  /** False for what RDS keeps to itself. */
  readonly modifiable: boolean
  /** Who has set the value: `system` is RDS. */
  readonly source: 'system' | 'engine-default'
  /** May be a formula: `{DBInstanceClassMemory/32768}`. Without one the engine has its own default. */
  readonly value?: string
  readonly description: string
}

interface Entry extends Omit<Parameter, 'modifiable' | 'source'> {
  readonly modifiable?: false
  readonly source?: 'system'
  readonly majors?: readonly [number, number]
  readonly for?: readonly string[]
}

const lists = new Map<string, ReadonlyMap<string, Parameter>>()

/** The parameters of a family by their names, in their order; empty for engines whose parameters are not known here. */
export function parametersOf(family: string): ReadonlyMap<string, Parameter> {
  let parameters = lists.get(family)
  if (!parameters) {
    parameters = new Map(entriesOf(families().get(family)).map((entry) => [entry.name, entry]))
    lists.set(family, parameters)
  }
  return parameters
}

function entriesOf(family: Family | undefined): Parameter[] {
  const list = family?.list
  if (!list) return []
  return entries(`rds/${list.engine}-parameters.json`)
    .filter((entry) => isOf(entry, list))
    .map(({ majors: _majors, for: _for, ...entry }) => ({
      modifiable: true,
      source: 'engine-default' as const,
      ...entry,
      ...(list.engine === 'postgres' && list.aurora ? auroraValues[entry.name] : {}),
    }))
}

const read = new Map<string, readonly Entry[]>()

function entries(fixture: string): readonly Entry[] {
  let found = read.get(fixture)
  if (!found) {
    found = (JSON.parse(readFixture(fixture)) as { parameters: Entry[] }).parameters
    read.set(fixture, found)
  }
  return found
}

function isOf(entry: Entry, list: ParameterList): boolean {
  if (list.engine === 'postgres') {
    const [first, last] = entry.majors ?? [0, Infinity]
    return list.major >= first && list.major <= last
  }
  return entry.for === undefined || entry.for.some((mark) => list.marks.includes(mark))
}

/** Where Aurora differs: its storage writes no checkpoints, and its memory is divided otherwise. */
const auroraValues: Readonly<Record<string, Partial<Parameter>>> = {
  autovacuum_work_mem: { value: 'GREATEST({DBInstanceClassMemory/32768},131072)' },
  checkpoint_timeout: { value: '60', modifiable: false },
  effective_cache_size: { value: 'SUM({DBInstanceClassMemory/12038},-50003)' },
  'rds.force_ssl': { value: '0' },
  shared_buffers: { value: 'SUM({DBInstanceClassMemory/12038},-50003)' },
  synchronous_commit: { modifiable: true },
}
