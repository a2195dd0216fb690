import { engineVersions } from '../engine-versions.ts'

/** What a parameter group is for: an engine in one of its major versions. */
export interface Family {
  /** `postgres15` */
  readonly name: string
  /** Whose list of parameters it has; undefined for engines that have none here. */
  readonly list: ParameterList | undefined
}

export type ParameterList =
  | { readonly engine: 'postgres'; readonly major: number; readonly aurora: boolean }
  | { readonly engine: 'mysql'; readonly marks: readonly string[] }

/** Families of versions that nothing can be created with any more, or of engines that have no version here. */
const others = [
  'aurora5.6',
  'aurora-postgresql9.6',
  'aurora-postgresql10',
  'mariadb10.0',
  'mariadb10.1',
  'mariadb10.2',
  'mariadb10.3',
  'mariadb10.4',
  'mysql5.5',
  'mysql5.6',
  'oracle-ee-19',
  'oracle-ee-21',
  'oracle-ee-cdb-19',
  'oracle-ee-cdb-21',
  'oracle-se2-19',
  'oracle-se2-21',
  'oracle-se2-cdb-19',
  'oracle-se2-cdb-21',
  'postgres9.3',
  'postgres9.4',
  'postgres9.5',
  'postgres9.6',
  'postgres10',
  ...['ee', 'ex', 'se', 'web'].flatMap((edition) =>
    ['13.0', '14.0', '15.0', '16.0'].map((version) => `sqlserver-${edition}-${version}`),
  ),
]

let known: ReadonlyMap<string, Family> | undefined

/** Every family, by its name. */
export function families(): ReadonlyMap<string, Family> {
  known ??= new Map(
    [...new Set([...engineVersions().map(({ major }) => major.family), ...others])]
      .toSorted()
      .map((name) => [name, { name, list: listOf(name) }]),
  )
  return known
}

function listOf(family: string): ParameterList | undefined {
  const [, engine, version] = /^(.*?)-?(\d[\d.]*)$/.exec(family)!
  switch (engine) {
    case 'postgres':
    case 'aurora-postgresql':
      return {
        engine: 'postgres',
        // Older versions have the list of the oldest that is known.
        major: Math.max(13, Math.floor(Number(version))),
        aurora: engine !== 'postgres',
      }
    case 'mysql':
      return { engine: 'mysql', marks: ['m', mysqlMark(version!)] }
    case 'mariadb':
      return { engine: 'mysql', marks: ['a'] }
    case 'aurora':
    case 'aurora-mysql':
      return { engine: 'mysql', marks: ['z', 'm', mysqlMark(version!)] }
    default:
      return undefined
  }
}

const mysqlMark = (version: string): string => `m${Math.max(57, Number(version.replace('.', '')))}`

/** Families of clusters' own parameters: Aurora's, and those of Multi-AZ clusters. */
export const isClusterFamily = ({ name }: Family): boolean =>
  /^(?:aurora|mysql8|postgres1[3-9])/.test(name)

/** The group that has no changes: `default.postgres15`. */
export const defaultGroupName = (family: string): string => `default.${family}`

/** The family whose default group this is; undefined for other groups. */
export function familyOfDefaultGroup(groupName: string): Family | undefined {
  return groupName.startsWith('default.') ? families().get(groupName.slice(8)) : undefined
}
