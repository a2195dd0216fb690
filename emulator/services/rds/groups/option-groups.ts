import type { OptionGroup as Described } from '@aws-sdk/client-rds'
import type { Call } from '../../../operation.ts'
import { arnOf, nameIn } from '../arns.ts'
import { engineVersions, enginesWithoutVersions } from '../engine-versions.ts'
import { findOptionGroup, putOptionGroup, type OptionGroup } from '../rows/option-groups.ts'
import { invalidEngine, optionGroupNotFound, unknownMajorVersion } from './errors.ts'

type Scope = Pick<Call, 'db' | 'account' | 'region'>

/** Majors that nothing can be created with any more, whose groups can still be made. */
const formerMajors: Readonly<Record<string, readonly string[]>> = {
  mariadb: ['10.0', '10.1', '10.2', '10.3', '10.4'],
  mysql: ['5.5', '5.6'],
  postgres: ['9.3', '9.4', '9.5', '9.6', '10'],
}

const sqlserverMajors = ['11.00', '12.00', '13.00', '14.00', '15.00', '16.00']
const oracleMajors = ['12.1', '12.2', '19', '21']
const db2Majors = ['11.5', '12.1']

/** Engines that option groups are for: Aurora has none. */
export function majorsOf(engine: string): readonly string[] | undefined {
  if (engine.startsWith('sqlserver-')) return sqlserverMajors
  if (/^(?:custom-)?oracle-/.test(engine)) return oracleMajors
  if (engine.startsWith('db2-')) return db2Majors
  const majors = engineVersions()
    .filter((version) => version.engine.engine === engine)
    .map(({ major }) => major.major)
  return majors.length === 0 ? undefined : [...(formerMajors[engine] ?? []), ...new Set(majors)]
}

/** @throws InvalidParameterValue, InvalidParameterCombination */
export function checkEngineOfOptions(engine: string, majorVersion: string | undefined): void {
  const majors = majorsOf(engine)
  if (!majors || (!isKnown(engine) && majors.length === 0)) throw invalidEngine(engine)
  if (majorVersion !== undefined && !majors.includes(majorVersion)) {
    throw unknownMajorVersion(majorVersion, engine)
  }
}

const isKnown = (engine: string) => enginesWithoutVersions.includes(engine)

/** The group that has no options: `default:postgres-15`. */
export const defaultOptionGroupName = (engine: string, majorVersion: string): string =>
  `default:${engine}-${majorVersion.replace('.', '-')}`

/**
 * The group of this name or ARN. The default groups are always there: nobody makes them.
 *
 * @throws OptionGroupNotFoundFault
 */
export function requireOptionGroup(scope: Scope, nameOrArn: string): OptionGroup {
  const name = nameIn('og', nameOrArn)
  const group = findOptionGroup(scope.db, scope, name) ?? defaultGroup(scope, name)
  if (!group) throw optionGroupNotFound(name)
  return group
}

function defaultGroup({ account, region }: Scope, name: string): OptionGroup | undefined {
  const match = /^default:(.+?)-(\d[\d-]*)$/.exec(name)
  if (!match) return undefined
  const [, engine, version] = match as unknown as [string, string, string]
  const majorVersion = majorsOf(engine)?.find((major) => major.replace('.', '-') === version)
  return majorVersion === undefined
    ? undefined
    : {
        account,
        region,
        name,
        engine,
        majorVersion,
        description: `Default option group for ${engine} ${majorVersion}`,
        options: [],
      }
}

/**
 * The default group of an engine's major version, for an instance that names none; from its first use it is listed.
 *
 * @returns its name
 */
export function useDefaultOptionGroup(scope: Scope, engine: string, majorVersion: string): string {
  const name = defaultOptionGroupName(engine, majorVersion)
  if (!findOptionGroup(scope.db, scope, name)) {
    putOptionGroup(scope.db, requireOptionGroup(scope, name))
  }
  return name
}

export const isDefaultOptionGroup = ({ name }: OptionGroup): boolean => name.startsWith('default:')

export const describeOptionGroup = (group: OptionGroup): Described => ({
  OptionGroupName: group.name,
  OptionGroupDescription: group.description,
  EngineName: group.engine,
  MajorEngineVersion: group.majorVersion,
  Options: [...group.options],
  AllowsVpcAndNonVpcInstanceMemberships: true,
  OptionGroupArn: arnOf('og', group, group.name),
})
