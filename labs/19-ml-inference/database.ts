import type { DBInstance } from '@aws-sdk/client-rds'
import { DescribeSecurityGroupRulesCommand } from '@aws-sdk/client-ec2'
import { DescribeDBInstancesCommand } from '@aws-sdk/client-rds'
import type { Cloud } from '../../checker/cloud.ts'
import type { Verdict } from '../../checker/lab.ts'
import { failed, passed } from '../../checker/lab.ts'
import { findMachines } from './machines.ts'

export async function findDatabase({ rds, values }: Cloud): Promise<DBInstance | undefined> {
  const { DBInstances = [] } = await rds.send(new DescribeDBInstancesCommand({}))
  return DBInstances.find(
    ({ DBInstanceIdentifier }) => DBInstanceIdentifier === `${values['name']}-db`,
  )
}

const onDatabase =
  (check: (database: DBInstance, cloud: Cloud) => Promise<Verdict> | Verdict) =>
  async (cloud: Cloud): Promise<Verdict> => {
    const database = await findDatabase(cloud)
    return database === undefined
      ? failed(`You have no DB instance called ${cloud.values['name']}-db. Expected one.`)
      : check(database, cloud)
  }

export const checkClosed = onDatabase(
  async ({ DBInstanceIdentifier, PubliclyAccessible, VpcSecurityGroups = [] }, cloud) => {
    if (PubliclyAccessible === true) {
      return failed(`Your ${DBInstanceIdentifier} is publicly accessible. Expected that it isn't.`)
    }
    const machines = await findMachines(cloud)
    const web = new Set(
      machines.flatMap(({ SecurityGroups = [] }) => SecurityGroups.map(({ GroupId }) => GroupId)),
    )
    if (web.size === 0) return failed('There are no machines yet that could reach it.')
    const groups = VpcSecurityGroups.map(({ VpcSecurityGroupId }) => VpcSecurityGroupId!)
    const { SecurityGroupRules = [] } = await cloud.ec2.send(
      new DescribeSecurityGroupRulesCommand({ Filters: [{ Name: 'group-id', Values: groups }] }),
    )
    const inbound = SecurityGroupRules.filter(({ IsEgress }) => IsEgress !== true)
    const open = inbound.find(({ ReferencedGroupInfo }) => !web.has(ReferencedGroupInfo?.GroupId))
    if (open !== undefined) {
      const whom = open.CidrIpv4 ?? open.CidrIpv6 ?? open.ReferencedGroupInfo?.GroupId
      return failed(
        `The group of your ${DBInstanceIdentifier} admits ${whom}. Expected the machines' group, and nobody else.`,
      )
    }
    return inbound.some(({ FromPort, ToPort }) => FromPort! <= 5432 && ToPort! >= 5432)
      ? passed()
      : failed(`The group of your ${DBInstanceIdentifier} admits nobody to port 5432.`)
  },
)

export const checkEncrypted = onDatabase(({ DBInstanceIdentifier, StorageEncrypted }) =>
  StorageEncrypted === true
    ? passed()
    : failed(`The storage of your ${DBInstanceIdentifier} is not encrypted. Expected that it is.`),
)

export const checkManaged = onDatabase(({ DBInstanceIdentifier, MasterUserSecret }) =>
  MasterUserSecret?.SecretArn === undefined
    ? failed(
        `Somebody chose the password of your ${DBInstanceIdentifier}. Expected one that RDS manages.`,
      )
    : passed(),
)
