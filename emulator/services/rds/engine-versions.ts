import type { DBEngineVersion, UpgradeTarget } from '@aws-sdk/client-rds'
import { readFixture } from '../../fixtures.ts'

/** One version of one engine, with what is known of its line. */
export interface EngineVersion {
  readonly engine: Engine
  readonly major: Major
  readonly version: string
  readonly status: 'available' | 'deprecated'
  /** Its place among the versions of its major: higher is later. */
  readonly order: number
  /** When it was released, as a number that majors share; undefined where they have no common releases. */
  readonly release: number | undefined
}

/** As in `fixtures/rds/engine-versions.json`, which says what the members mean. */
interface Engine {
  readonly engine: string
  readonly description: string
  readonly versionDescription: string
  readonly defaultMajor: string
  readonly aurora?: boolean
  readonly oneMajorAtATime?: boolean
  readonly logTypes: readonly string[]
  readonly features: readonly string[]
  readonly communityVersions?: Readonly<Record<string, string>>
  readonly majors: readonly Major[]
}

interface Major {
  readonly major: string
  readonly family: string
  readonly default: string
  readonly releaseOffset?: number
  readonly available: readonly string[]
  readonly deprecated: readonly string[]
}

let versions: readonly EngineVersion[] | undefined

/** Every version of every engine: by engine, then from the oldest to the newest. */
export function engineVersions(): readonly EngineVersion[] {
  versions ??= readEngines().flatMap((engine) =>
    engine.majors.flatMap((major) =>
      [...major.available, ...major.deprecated].toSorted(compareVersions).map((version, order) => ({
        engine,
        major,
        version,
        status: major.deprecated.includes(version) ? ('deprecated' as const) : 'available',
        order,
        release: releaseOf(major, version),
      })),
    ),
  )
  return versions
}

const readEngines = () =>
  (JSON.parse(readFixture('rds/engine-versions.json')) as { engines: Engine[] }).engines

/** The engines of RDS that have no version here: real names, which nothing can be created with. */
export const enginesWithoutVersions: readonly string[] = [
  'custom-oracle-ee',
  'custom-oracle-ee-cdb',
  'custom-oracle-se2',
  'custom-oracle-se2-cdb',
  'db2-ae',
  'db2-se',
  'oracle-ee',
  'oracle-ee-cdb',
  'oracle-se2',
  'oracle-se2-cdb',
  'sqlserver-ee',
  'sqlserver-ex',
  'sqlserver-se',
  'sqlserver-web',
]

/** Numbers count as numbers: 16.10 comes after 16.9. */
function compareVersions(a: string, b: string): number {
  const [left, right] = [numbersIn(a), numbersIn(b)]
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const difference = (left[index] ?? -1) - (right[index] ?? -1)
    if (difference !== 0) return difference
  }
  return 0
}

const numbersIn = (version: string): number[] => (version.match(/\d+/g) ?? []).map(Number)

/** Whether a version is the one that its engine, or its major version, stands for. */
export const isDefault = ({ engine, major, version }: EngineVersion, ofMajor: boolean): boolean =>
  version === major.default && (ofMajor || major.major === engine.defaultMajor)

/**
 * Whether an instance of one version can be upgraded to another: later minor versions, and later majors that were not
 * released before it. MySQL goes one major at a time.
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_UpgradeDBInstance.PostgreSQL.html
 */
export function canUpgrade(from: EngineVersion, to: EngineVersion): boolean {
  if (from.engine !== to.engine || to.status !== 'available') return false
  if (from.major === to.major) return to.order > from.order
  const steps = from.engine.majors.indexOf(to.major) - from.engine.majors.indexOf(from.major)
  if (steps < 0 || (from.engine.oneMajorAtATime && steps > 1)) return false
  return from.release === undefined || to.release === undefined || to.release >= from.release
}

/** Of 16.9 the 9 counts, of 8.0.42 the 42: minor versions of all majors are released together. */
function releaseOf({ major, releaseOffset }: Major, version: string): number | undefined {
  if (releaseOffset === undefined) return undefined
  return numbersIn(version)[numbersIn(major).length]! - releaseOffset
}

const certificateAuthorities = ['rds-ca-rsa2048-g1', 'rds-ca-ecc384-g1', 'rds-ca-rsa4096-g1']

const descriptions = new Map<EngineVersion, DBEngineVersion>()

/** A version as DescribeDBEngineVersions shows it; worked out once, since facts don't change. */
export function describeEngineVersion(version: EngineVersion): DBEngineVersion {
  let description = descriptions.get(version)
  if (!description) {
    description = describe(version)
    descriptions.set(version, description)
  }
  return description
}

function describe(version: EngineVersion): DBEngineVersion {
  const { engine, major, status } = version
  const aurora = engine.aurora ?? false
  return {
    Engine: engine.engine,
    MajorEngineVersion: major.major,
    EngineVersion: version.version,
    DBParameterGroupFamily: major.family,
    DBEngineDescription: engine.description,
    DBEngineVersionDescription: descriptionOf(version),
    ValidUpgradeTarget: engineVersions()
      .filter((target) => canUpgrade(version, target))
      .map((target) => describeTarget(version, target)),
    ExportableLogTypes: [...engine.logTypes],
    SupportsLogExportsToCloudwatchLogs: true,
    SupportsReadReplica: !aurora,
    ...(aurora && { SupportedEngineModes: ['provisioned'] }),
    SupportedFeatureNames: [...engine.features],
    Status: status,
    SupportsParallelQuery: engine.engine === 'aurora-mysql',
    SupportsGlobalDatabases: aurora,
    SupportsBabelfish: engine.engine === 'aurora-postgresql',
    SupportsLimitlessDatabase: false,
    SupportsCertificateRotationWithoutRestart: true,
    SupportedCACertificateIdentifiers: certificateAuthorities,
    SupportsLocalWriteForwarding: aurora,
    SupportsIntegrations: false,
  }
}

function describeTarget(from: EngineVersion, to: EngineVersion): UpgradeTarget {
  const aurora = to.engine.aurora ?? false
  const isMajor = from.major !== to.major
  return {
    Engine: to.engine.engine,
    EngineVersion: to.version,
    Description: descriptionOf(to),
    AutoUpgrade: !isMajor && isDefault(to, true),
    IsMajorVersionUpgrade: isMajor,
    ...(aurora && {
      SupportedEngineModes: ['provisioned'],
      SupportsParallelQuery: to.engine.engine === 'aurora-mysql',
      SupportsGlobalDatabases: true,
      SupportsBabelfish: to.engine.engine === 'aurora-postgresql',
      SupportsLocalWriteForwarding: true,
    }),
  }
}

/** `{aurora}` is Aurora MySQL's own version (3.10.3), `{community}` the MySQL that it is compatible with. */
function descriptionOf({ engine, version }: EngineVersion): string {
  const aurora = version.split('mysql_aurora.')[1] ?? version
  const community = engine.communityVersions?.[aurora.split('.').slice(0, 2).join('.')] ?? ''
  return engine.versionDescription
    .replace('{version}', version)
    .replace('{aurora}', aurora)
    .replace('{community}', community)
}
