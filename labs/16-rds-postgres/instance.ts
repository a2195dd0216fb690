import type { DBInstance } from '@aws-sdk/client-rds'
import { DescribeDBInstancesCommand } from '@aws-sdk/client-rds'
import type { Cloud } from '../../checker/cloud.ts'
import type { Verdict } from '../../checker/lab.ts'
import { failed, passed } from '../../checker/lab.ts'

export async function instances({ rds }: Cloud): Promise<readonly DBInstance[]> {
  const { DBInstances = [] } = await rds.send(new DescribeDBInstancesCommand({}))
  return DBInstances
}

export const findDatabase = async (cloud: Cloud): Promise<DBInstance | undefined> =>
  (await instances(cloud)).find((one) => one.DBInstanceIdentifier === nameIn(cloud))

const nameIn = ({ values }: Cloud) => `${values['name']}-db`

/** Looks at the student's database; without one, says so. */
export const onDatabase =
  (check: (database: DBInstance, cloud: Cloud) => Promise<Verdict> | Verdict) =>
  async (cloud: Cloud): Promise<Verdict> => {
    const database = await findDatabase(cloud)
    if (database !== undefined) return check(database, cloud)
    const names = (await instances(cloud)).map((one) => one.DBInstanceIdentifier).join(', ')
    return failed(
      `${names === '' ? 'You have no DB instance yet.' : `Your DB instances are called ${names}.`} Expected one called ${nameIn(cloud)}.`,
    )
  }

/** What an instance is born with, and keeps. */
export async function findUnfit(cloud: Cloud): Promise<string | undefined> {
  const database = await findDatabase(cloud)
  if (database === undefined) return undefined
  const { DBInstanceIdentifier, Engine, EngineVersion = '', StorageEncrypted } = database
  if (Engine !== 'postgres' || Number.parseInt(EngineVersion, 10) > 15) {
    return `Your ${DBInstanceIdentifier} was made as ${Engine} ${EngineVersion}, and no instance goes back to an older version or to another engine.`
  }
  return StorageEncrypted === true
    ? undefined
    : `Your ${DBInstanceIdentifier} was made without encryption, and no instance gets it later.`
}

export const checkAvailable = onDatabase(({ DBInstanceIdentifier, DBInstanceStatus }) =>
  DBInstanceStatus === 'available'
    ? passed()
    : failed(`Your ${DBInstanceIdentifier} is ${DBInstanceStatus}. Expected available.`),
)

export const checkEngine = onDatabase(({ DBInstanceIdentifier, Engine, EngineVersion = '' }) =>
  Engine === 'postgres' && EngineVersion.startsWith('15.')
    ? passed()
    : failed(`Your ${DBInstanceIdentifier} is ${Engine} ${EngineVersion}. Expected postgres 15.`),
)

export const checkEncrypted = onDatabase(({ DBInstanceIdentifier, StorageEncrypted }) =>
  StorageEncrypted === true
    ? passed()
    : failed(
        `The storage of your ${DBInstanceIdentifier} is not encrypted. Expected that it is: make it anew.`,
      ),
)

export const checkRetention = onDatabase(({ DBInstanceIdentifier, BackupRetentionPeriod }) =>
  BackupRetentionPeriod === 14
    ? passed()
    : failed(
        `Backups of your ${DBInstanceIdentifier} are kept for ${BackupRetentionPeriod} days. Expected 14.`,
      ),
)

export const checkProtected = onDatabase(({ DBInstanceIdentifier, DeletionProtection }) =>
  DeletionProtection === true
    ? passed()
    : failed(`Anybody may delete your ${DBInstanceIdentifier}. Expected deletion protection.`),
)
