import type { DBInstance } from '@aws-sdk/client-rds'
import { DescribeDBInstancesCommand } from '@aws-sdk/client-rds'
import type { Cloud } from '../../checker/cloud.ts'
import type { Verdict } from '../../checker/lab.ts'
import { failed, passed } from '../../checker/lab.ts'

export async function instances({ rds }: Cloud): Promise<readonly DBInstance[]> {
  const { DBInstances = [] } = await rds.send(new DescribeDBInstancesCommand({}))
  return DBInstances
}

/** Looks at the student's database; without one, says so. */
export const onDatabase =
  (check: (database: DBInstance, cloud: Cloud) => Promise<Verdict> | Verdict) =>
  async (cloud: Cloud): Promise<Verdict> => {
    const wanted = `${cloud.values['name']}-db`
    const all = await instances(cloud)
    const database = all.find(({ DBInstanceIdentifier }) => DBInstanceIdentifier === wanted)
    if (database !== undefined) return check(database, cloud)
    const names = all.map(({ DBInstanceIdentifier }) => DBInstanceIdentifier).join(', ')
    return failed(
      `${names === '' ? 'You have no DB instance yet.' : `Your DB instances are called ${names}.`} Expected one called ${wanted}.`,
    )
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
