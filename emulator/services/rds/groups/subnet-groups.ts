import type { DBSubnetGroup } from '@aws-sdk/client-rds'
import type { Call } from '../../../operation.ts'
import type { SubnetFacts } from '../../../ports.ts'
import { arnOf, nameIn } from '../arns.ts'
import { findSubnetGroup, putSubnetGroup, type SubnetGroup } from '../rows/subnet-groups.ts'
import {
  invalidSubnets,
  noDefaultVpc,
  subnetGroupNotFound,
  subnetQuotaExceeded,
  subnetsOfSeveralVpcs,
  tooFewZones,
} from './errors.ts'

type Scope = Pick<Call, 'db' | 'account' | 'region' | 'ids' | 'ports'>

const mostSubnets = 20

/** @param nameOrArn in any case @throws DBSubnetGroupNotFoundFault */
export function requireSubnetGroup(
  scope: Pick<Call, 'db' | 'account' | 'region'>,
  nameOrArn: string,
): SubnetGroup {
  const name = nameIn('subgrp', nameOrArn)
  const group = findSubnetGroup(scope.db, scope, name)
  if (!group) throw subnetGroupNotFound(name)
  return group
}

/**
 * The group that instances without one get: the default VPC's subnets.
 *
 * @throws InvalidParameterValue where the account has no default VPC any more
 */
export function defaultSubnetGroup(scope: Scope): SubnetGroup {
  const known = findSubnetGroup(scope.db, scope, 'default')
  if (known) return known
  const subnets = scope.ports.networks?.defaultSubnets(scope) ?? []
  const [first] = subnets
  if (!first) throw noDefaultVpc()
  const group: SubnetGroup = {
    account: scope.account,
    region: scope.region,
    name: 'default',
    description: 'default',
    vpcId: first.vpcId,
    subnets: subnets.map(({ id, zone }) => ({ id, zone })),
  }
  putSubnetGroup(scope.db, group)
  return group
}

/**
 * The subnets of a group to be: of one VPC, in two zones at least.
 *
 * @throws InvalidParameterValue, InvalidSubnet, DBSubnetGroupDoesNotCoverEnoughAZs, DBSubnetQuotaExceededFault
 */
export function chosenSubnets(scope: Scope, ids: readonly string[]): readonly SubnetFacts[] {
  const wanted = [...new Set(ids)]
  const found = scope.ports.networks?.subnets(scope, wanted) ?? []
  const missing = wanted.filter((id) => !found.some((subnet) => subnet.id === id))
  if (missing.length > 0 || wanted.length === 0) throw invalidSubnets(missing)
  if (new Set(found.map(({ vpcId }) => vpcId)).size > 1) throw subnetsOfSeveralVpcs()
  const zones = [...new Set(found.map(({ zone }) => zone))].toSorted()
  if (zones.length < 2) throw tooFewZones(zones)
  if (found.length > mostSubnets) throw subnetQuotaExceeded()
  return found
}

/** A group as RDS shows it, in instances too. */
export const describeSubnetGroup = (group: SubnetGroup): DBSubnetGroup => ({
  DBSubnetGroupName: group.name,
  DBSubnetGroupDescription: group.description,
  VpcId: group.vpcId,
  SubnetGroupStatus: 'Complete',
  Subnets: group.subnets.map(({ id, zone }) => ({
    SubnetIdentifier: id,
    SubnetAvailabilityZone: { Name: zone },
    SubnetOutpost: {},
    SubnetStatus: 'Active',
  })),
  DBSubnetGroupArn: arnOf('subgrp', group, group.name),
  SupportedNetworkTypes: ['IPV4'],
})
