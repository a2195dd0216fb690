import type { DBEngineVersionMessage, DescribeDBEngineVersionsMessage } from '@aws-sdk/client-rds'
import { operation } from '../../../operation.ts'
import {
  describeEngineVersion,
  engineVersions,
  enginesWithoutVersions,
  isDefault,
  type EngineVersion,
} from '../engine-versions.ts'
import { unknownEngine } from '../errors.ts'
import { filtered, type FilterDefinition } from '../filters.ts'
import { page } from '../pages.ts'

export const DescribeDBEngineVersions = operation<
  DescribeDBEngineVersionsMessage,
  DBEngineVersionMessage
>({
  authorize: () => ['*'],
  run(input) {
    const { Engine, EngineVersion, DBParameterGroupFamily, DefaultOnly, IncludeAll } = input
    if (Engine !== undefined && !isEngine(Engine)) throw unknownEngine(Engine)
    // A filter on the status asks for those that are not available, too.
    const wantsAll = IncludeAll || input.Filters?.some(({ Name }) => Name === 'status')
    const chosen = engineVersions().filter(
      (version) =>
        (Engine === undefined || version.engine.engine === Engine) &&
        (EngineVersion === undefined || isNamed(version, EngineVersion)) &&
        (DBParameterGroupFamily === undefined || version.major.family === DBParameterGroupFamily) &&
        (!DefaultOnly || isDefault(version, EngineVersion !== undefined)) &&
        (wantsAll || version.status === 'available'),
    )
    const found = filtered(chosen, input.Filters, filters)
    const { records, Marker } = page(
      input,
      found,
      ({ engine, version }) => `${engine.engine}/${version}`,
    )
    return { DBEngineVersions: records.map(describeEngineVersion), ...(Marker && { Marker }) }
  },
})

const filters: Record<string, FilterDefinition<EngineVersion>> = {
  'db-parameter-group-family': {
    values: 'DB Parameter Group Families',
    of: ({ major }) => major.family,
  },
  engine: { values: 'Engine Names', of: ({ engine }) => engine.engine },
  'engine-mode': { values: 'Engine Modes', of: () => 'provisioned' },
  'engine-version': {
    values: 'Engine Versions',
    of: ({ version, major }) => [version, major.major],
  },
  status: { values: 'Statuses', of: ({ status }) => status },
}

/** `16` names every version of PostgreSQL 16, `16.4` that one. */
const isNamed = ({ version, major }: EngineVersion, name: string) =>
  version === name || major.major === name

const isEngine = (name: string) =>
  enginesWithoutVersions.includes(name) ||
  engineVersions().some(({ engine }) => engine.engine === name)
