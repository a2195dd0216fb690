import type { InboundRule, Networks, SecurityGroupFacts, SubnetFacts } from '../../ports.ts'
import { enterRegion, type NetworkScope } from './default-network.ts'
import { zonesOf } from './facts/regions.ts'

interface GroupRow {
  group_id: string
  group_name: string
  vpc_id: string
}

interface RuleRow {
  ip_protocol: string
  from_port: number
  to_port: number
  peer_kind: InboundRule['peerKind']
  peer: string
}

const subnetColumns = 'subnet_id as id, vpc_id as vpcId, availability_zone as zone'

/** EC2's networks as other services see them. A region's default VPC is made where nobody has called EC2 there before. */
export const networks: Networks = {
  subnets(scope, ids) {
    enterRegion(scope)
    return ids.flatMap(
      (id) =>
        scope.db.get<SubnetFacts>(
          `select ${subnetColumns} from ec2_subnets where account = ? and region = ? and subnet_id = ?`,
          scope.account,
          scope.region,
          id,
        ) ?? [],
    )
  },
  defaultSubnets(scope) {
    enterRegion(scope)
    return scope.db.all<SubnetFacts>(
      `select ${subnetColumns} from ec2_subnets
       where account = ? and region = ? and default_for_az = 1 order by availability_zone`,
      scope.account,
      scope.region,
    )
  },
  securityGroups(scope, ids) {
    enterRegion(scope)
    return ids.flatMap((id) => findGroup(scope, id) ?? [])
  },
  defaultSecurityGroup(scope, vpcId) {
    enterRegion(scope)
    const { db, account, region } = scope
    return db.get<GroupRow>(
      `select group_id, group_name, vpc_id from ec2_security_groups
       where account = ? and region = ? and vpc_id = ? and group_name = 'default'`,
      account,
      region,
      vpcId,
    )?.group_id
  },
  zones: (region) => zonesOf(region).map(({ name }) => name),
}

function findGroup(
  { db, account, region }: NetworkScope,
  id: string,
): SecurityGroupFacts | undefined {
  const row = db.get<GroupRow>(
    `select group_id, group_name, vpc_id from ec2_security_groups
     where account = ? and region = ? and group_id = ?`,
    account,
    region,
    id,
  )
  if (!row) return undefined
  const inbound = db
    .all<RuleRow>(
      `select ip_protocol, from_port, to_port, peer_kind, peer from ec2_security_group_rules
       where account = ? and region = ? and group_id = ? and is_egress = 0`,
      account,
      region,
      id,
    )
    .map((rule) => ({
      protocol: rule.ip_protocol,
      fromPort: rule.from_port,
      toPort: rule.to_port,
      peerKind: rule.peer_kind,
      peer: rule.peer,
    }))
  return { id: row.group_id, name: row.group_name, vpcId: row.vpc_id, inbound }
}
