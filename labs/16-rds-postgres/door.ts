import { DescribeSecurityGroupRulesCommand } from '@aws-sdk/client-ec2'
import type { DBInstance } from '@aws-sdk/client-rds'
import type { Cloud } from '../../checker/cloud.ts'
import { failed, passed } from '../../checker/lab.ts'
import { onDatabase } from './instance.ts'

export const checkPublic = onDatabase(
  ({ DBInstanceIdentifier, PubliclyAccessible }, { events }) => {
    if (PubliclyAccessible === true) return passed()
    const modified = events.last({ service: 'rds', operation: 'ModifyDBInstance' })
    return failed(
      `Your ${DBInstanceIdentifier} has no address outside its VPC. Expected that it is publicly accessible: you are outside.`,
      modified,
    )
  },
)

/** The rules that admit somebody to PostgreSQL's port, of an instance's groups. */
async function rulesFor({ VpcSecurityGroups = [] }: DBInstance, { ec2 }: Cloud) {
  const Values = VpcSecurityGroups.map(({ VpcSecurityGroupId }) => VpcSecurityGroupId!)
  const { SecurityGroupRules = [] } = await ec2.send(
    new DescribeSecurityGroupRulesCommand({ Filters: [{ Name: 'group-id', Values }] }),
  )
  return SecurityGroupRules.filter(
    ({ IsEgress, IpProtocol, FromPort = -1, ToPort = -1, CidrIpv4, CidrIpv6 }) =>
      IsEgress !== true &&
      (CidrIpv4 ?? CidrIpv6) !== undefined &&
      (IpProtocol === '-1' || (FromPort <= 5432 && ToPort >= 5432)),
  )
}

export const checkRule = onDatabase(async (database, cloud) => {
  const wanted = `${cloud.values['address']}/32`
  const rules = await rulesFor(database, cloud)
  const { DBInstanceIdentifier } = database
  const admitted = rules.map(({ CidrIpv4, CidrIpv6 }) => (CidrIpv4 ?? CidrIpv6)!)
  if (admitted.length === 0) {
    return failed(
      `No security group of your ${DBInstanceIdentifier} admits an address to port 5432. Expected ${wanted}.`,
    )
  }
  const others = admitted.filter((cidr) => cidr !== wanted)
  if (others.length > 0) {
    const call = cloud.events.last({ service: 'ec2', operation: 'AuthorizeSecurityGroupIngress' })
    const who = others.some((cidr) => cidr === '0.0.0.0/0' || cidr === '::/0')
      ? 'the whole internet'
      : others.join(', ')
    return failed(
      `The security group of your ${DBInstanceIdentifier} admits ${who} to port 5432. Expected ${wanted}, and nobody else.`,
      call,
    )
  }
  return admitted.includes(wanted) ? passed() : failed(`Expected that ${wanted} is admitted.`)
})

/** That a restored instance is behind the same door as the one it was made from: it does not come with it. */
export function sameDoor(restored: DBInstance, original: DBInstance): boolean {
  const idsOf = ({ VpcSecurityGroups = [] }: DBInstance) =>
    new Set(VpcSecurityGroups.map(({ VpcSecurityGroupId }) => VpcSecurityGroupId))
  const [there, here] = [idsOf(restored), idsOf(original)]
  return there.size === here.size && [...there].every((id) => here.has(id))
}
