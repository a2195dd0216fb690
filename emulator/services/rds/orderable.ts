import { engineVersions, type EngineVersion } from './engine-versions.ts'
import { invalidParameterCombination, invalidParameterValue } from './errors.ts'
import { findInstanceClass, instanceClasses, type InstanceClass } from './instance-classes.ts'

// What can be ordered together: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeOrderableDBInstanceOptions.html

export const storageTypes = ['gp2', 'gp3', 'io1', 'io2', 'standard'] as const

/** Storage sizes in GiB, IOPS, and throughput in MiB/s. https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html */
export interface StorageLimits {
  readonly size: readonly [min: number, max: number]
  readonly iops?: readonly [min: number, max: number]
  readonly iopsPerGib?: readonly [min: number, max: number]
  readonly throughput?: readonly [min: number, max: number]
  readonly throughputPerIops?: readonly [min: number, max: number]
}

export const storageLimits: Readonly<Record<string, StorageLimits>> = {
  standard: { size: [5, 3072] },
  gp2: { size: [20, 65_536] },
  gp3: {
    size: [20, 65_536],
    iops: [12_000, 64_000],
    iopsPerGib: [0.5, 500],
    throughput: [500, 4000],
    throughputPerIops: [0, 0.25],
  },
  io1: { size: [100, 65_536], iops: [1000, 256_000], iopsPerGib: [0.5, 50] },
  io2: { size: [100, 65_536], iops: [1000, 256_000], iopsPerGib: [0.5, 1000] },
  aurora: { size: [1, 1] },
  'aurora-iopt1': { size: [1, 1] },
}

/** IOPS and throughput that gp3 storage of a size has without asking for them. */
export const includedInGp3 = (size: number): readonly [iops: number, throughput: number] =>
  size < 400 ? [3000, 125] : [12_000, 500]

const licenses: Readonly<Record<string, string>> = {
  postgres: 'postgresql-license',
  'aurora-postgresql': 'postgresql-license',
}

/** The license that comes with an engine. */
export const licenseOf = (engine: string): string => licenses[engine] ?? 'general-public-license'

/** Aurora has neither the smallest classes nor those of general purpose. */
const auroraClass = /^db\.(?:t3|t4g)\.(?:medium|large)$|^db\.[rx]\d/

export interface Combination {
  readonly version: EngineVersion
  readonly instanceClass: InstanceClass
  readonly storageType: string
}

export const combinationKey = ({ version, instanceClass, storageType }: Combination): string =>
  `${version.engine.engine}/${version.version}/${instanceClass.name}/${storageType}`

/** Everything of an engine that can be ordered together, by version, class and storage. */
export function orderable(wanted: {
  readonly engine: string
  readonly engineVersion?: string | undefined
  readonly instanceClass?: string | undefined
}): Combination[] {
  const versions = engineVersions().filter(
    ({ engine, version, status }) =>
      engine.engine === wanted.engine &&
      status === 'available' &&
      (wanted.engineVersion === undefined || version === wanted.engineVersion),
  )
  const classes = [...instanceClasses().values()].filter(
    ({ name }) => wanted.instanceClass === undefined || name === wanted.instanceClass,
  )
  return versions.flatMap((version) =>
    classes
      .filter(({ name }) => !version.engine.aurora || auroraClass.test(name))
      .flatMap((instanceClass) =>
        (version.engine.aurora ? ['aurora', 'aurora-iopt1'] : storageTypes).map((storageType) => ({
          version,
          instanceClass,
          storageType,
        })),
      ),
  )
}

/**
 * The class that an instance is to have. Classes of previous generations are taken for every engine: they are real, if
 * no longer on offer.
 *
 * @throws InvalidParameterValue for what is no class, InvalidParameterCombination for what does not go together
 */
export function requireOrderable({
  engine,
  engineVersion,
  instanceClass,
}: {
  readonly engine: string
  readonly engineVersion: string
  readonly instanceClass: string
}): InstanceClass {
  const found = findInstanceClass(instanceClass)
  if (!found) throw invalidParameterValue(`Invalid DB Instance class: ${instanceClass}`)
  const isAurora = engine.startsWith('aurora')
  const fits =
    instanceClass === 'db.serverless'
      ? isAurora
      : !isAurora || !instanceClasses().has(instanceClass) || auroraClass.test(instanceClass)
  if (!fits) throw notOrderable({ engine, engineVersion, instanceClass })
  return found
}

export const notOrderable = (wanted: {
  readonly engine: string
  readonly engineVersion: string
  readonly instanceClass: string
}) =>
  invalidParameterCombination(
    `RDS does not support creating a DB instance with the following combination: DBInstanceClass=${wanted.instanceClass}, Engine=${wanted.engine}, EngineVersion=${wanted.engineVersion}, LicenseModel=${licenseOf(wanted.engine)}. For supported combinations of instance class and database engine version, see the documentation.`,
  )
