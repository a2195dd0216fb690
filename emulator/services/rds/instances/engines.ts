import { findPrograms, howToGetIt } from '../../../engines/mariadb/installations.ts'
import { candidates } from '../../../engines/postgres/installations.ts'
import { engineVersions, enginesWithoutVersions, type EngineVersion } from '../engine-versions.ts'
import { invalidParameterValue, unknownEngine } from '../errors.ts'
import { noEngine, versionNotFound } from './errors.ts'

/**
 * The version that a new instance or cluster runs.
 *
 * @param version a whole one, a major one, or none for the engine's default
 * @throws InvalidParameterValue for an engine that RDS does not have, InvalidParameterCombination for a version it does not have,
 *   InsufficientDBInstanceCapacity for what nothing here can run
 */
export function runnableVersion(engine: string, version: string | undefined): EngineVersion {
  if (enginesWithoutVersions.includes(engine)) throw noEngine(engine, commercial)
  const all = engineVersions().filter((one) => one.engine.engine === engine)
  if (all.length === 0) throw unknownEngine(engine)
  // Terraform's provider sends an empty one for none.
  const found =
    version === undefined || version === ''
      ? all.find(
          (one) => one.version === one.major.default && one.major.major === one.engine.defaultMajor,
        )
      : (all.find((one) => one.version === version) ??
        all.find((one) => one.major.major === version && one.version === one.major.default))
  if (!found) throw versionNotFound(engine, version ?? '')
  requireRunnable(found)
  return found
}

const commercial =
  'Oracle, SQL Server and Db2 are commercial programs that it may not bring along; postgres, aurora-postgresql, mysql and mariadb run for real.'

/** @throws InsufficientDBInstanceCapacity naming what is here */
export function requireRunnable({ engine, version }: EngineVersion): void {
  const name = engine.engine
  if (isMysql(name)) {
    if (findPrograms()) return
    throw noEngine(`${name} ${version}`, `There is no mariadbd on this machine: ${howToGetIt}`)
  }
  if (!isPostgres(name)) {
    throw noEngine(
      `${name} ${version}`,
      "Aurora MySQL is Amazon's own; aurora-postgresql runs as PostgreSQL, and mysql as MariaDB.",
    )
  }
  const major = Number(version.split('.')[0])
  const here = candidates()
  if (here.some((one) => one.major === major)) return
  throw noEngine(
    `${name} ${version}`,
    here.length === 0
      ? `Nothing runs on this platform (${process.platform} ${process.arch}): install PostgreSQL ${major} on the system.`
      : `Here are PostgreSQL ${here.map((one) => one.major).join(', ')}: choose one of these versions, or install PostgreSQL ${major} on the system.`,
  )
}

export const isPostgres = (engine: string): boolean =>
  engine === 'postgres' || engine === 'aurora-postgresql'

/** Both run on the MariaDB of the machine. */
export const isMysql = (engine: string): boolean => engine === 'mysql' || engine === 'mariadb'

/** What clients expect. */
export const portOf = (engine: string): number => (isMysql(engine) ? 3306 : 5432)

export const isAurora = (engine: string): boolean => engine.startsWith('aurora')

/** @throws InvalidParameterValue */
export function requireKnownEngine(engine: string): void {
  const isKnown =
    enginesWithoutVersions.includes(engine) ||
    engineVersions().some((one) => one.engine.engine === engine)
  if (!isKnown)
    throw invalidParameterValue(
      `Value ${engine} for parameter Engine is invalid. Reason: engine ${engine} not supported`,
    )
}
