import { AwsError } from '../../../errors.ts'
import { invalidParameterValue, invalidValue } from '../errors.ts'

// VPCs, subnets, gateways and routes: EC2's own codes and sentences.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html

/** @param noun EC2's word for the kind, as in `The routeTable 'rtb-1' has …` */
export const hasDependencies = (noun: string, id: string) =>
  new AwsError('DependencyViolation', `The ${noun} '${id}' has dependencies and cannot be deleted.`)

export const notABlock = (block: string, parameter: string) =>
  invalidValue(block, parameter, 'This is not a valid CIDR block.')

export const invalidVpcRange = (block: string) =>
  new AwsError('InvalidVpc.Range', `The CIDR '${block}' is invalid.`)

export const restrictedVpcRange = (block: string) =>
  new AwsError(
    'InvalidVpc.Range',
    `The CIDR '${block}' is restricted. Use a CIDR from the same private address range as the current VPC CIDR, or use a publicly-routable CIDR. For additional restrictions, see https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Subnets.html`,
  )

export const blockOverlapsVpc = (block: string, vpcId: string) =>
  new AwsError(
    'InvalidVpc.Range',
    `The CIDR '${block}' conflicts with an existing CIDR block of the VPC '${vpcId}'`,
  )

export const cidrLimitExceeded = (vpcId: string, most: number) =>
  new AwsError(
    'CidrLimitExceeded',
    `This network '${vpcId}' has met its maximum number of allowed CIDRs: ${most}`,
  )

export const cidrAssociationNotFound = (kind: 'vpc' | 'subnet', id: string) =>
  new AwsError(
    kind === 'vpc'
      ? 'InvalidVpcCidrBlockAssociationID.NotFound'
      : 'InvalidSubnetCidrBlockAssociationID.NotFound',
    `The ${kind} CIDR block ${kind === 'vpc' ? 'association ID' : 'with association ID'} '${id}' does not exist`,
  )

export const primaryCidr = (id: string) =>
  new AwsError(
    'OperationNotPermitted',
    `The vpc CIDR block with association ID ${id} may not be disassociated. It is the primary IPv4 CIDR block of the VPC`,
  )

export const cidrInUse = (vpcId: string, block: string) =>
  new AwsError(
    'InvalidCidrBlock.InUse',
    `The vpc ${vpcId} currently has a subnet within CIDR block ${block}`,
  )

export const defaultVpcExists = () =>
  new AwsError(
    'DefaultVpcAlreadyExists',
    'A Default VPC already exists for this account in this region.',
  )

export const noDefaultVpcHere = () =>
  new AwsError('DefaultVpcDoesNotExist', 'No default VPC exists for this account in this region.')

export const defaultSubnetExists = (id: string, zone: string) =>
  new AwsError(
    'DefaultSubnetAlreadyExistsInAvailabilityZone',
    `'${id}' is already the default subnet in ${zone}.`,
  )

export const invalidSubnetRange = (block: string) =>
  new AwsError('InvalidSubnet.Range', `The CIDR '${block}' is invalid.`)

export const subnetConflict = (block: string) =>
  new AwsError('InvalidSubnet.Conflict', `The CIDR '${block}' conflicts with another subnet`)

export const noSuchZoneForSubnet = (zone: string, zones: readonly string[]) =>
  invalidValue(
    zone,
    'availabilityZone',
    `Subnets can currently only be created in the following availability zones: ${zones.join(', ')}.`,
  )

// Gateways

export const alreadyAttached = (id: string, vpcId: string) =>
  new AwsError(
    'Resource.AlreadyAssociated',
    `resource ${id} is already attached to network ${vpcId}`,
  )

export const hasGateway = (vpcId: string) =>
  invalidParameterValue(`Network ${vpcId} already has an internet gateway attached`)

export const gatewayNotAttached = (id: string, vpcId: string) =>
  new AwsError('Gateway.NotAttached', `resource ${id} is not attached to network ${vpcId}`)

export const networkHasNoGateway = (vpcId: string) =>
  new AwsError('Gateway.NotAttached', `Network ${vpcId} is not attached to any internet gateway`)

export const mappedPublicAddresses = (vpcId: string) =>
  new AwsError(
    'DependencyViolation',
    `Network ${vpcId} has some mapped public address(es). Please unmap those public address(es) before detaching the gateway.`,
  )

// Routes

export const routeExists = (destination: string) =>
  new AwsError('RouteAlreadyExists', `The route identified by ${destination} already exists.`)

export const routeNotFound = (parameter: string, destination: string, tableId: string) =>
  new AwsError(
    'InvalidRoute.NotFound',
    `no route with ${parameter} ${destination} in route table ${tableId}`,
  )

export const routeNotDefined = (destination: string) =>
  invalidParameterValue(
    `There is no route defined for '${destination}' in the route table. Use CreateRoute instead.`,
  )

export const localRoute = (destination: string, tableId: string) =>
  invalidParameterValue(`cannot remove local route ${destination} in route table ${tableId}`)

export const endpointRoute = (destination: string, tableId: string) =>
  invalidParameterValue(`cannot remove VPC endpoint route ${destination} in route table ${tableId}`)

export const withinVpc = (destination: string) =>
  invalidParameterValue(
    `Destination CIDR block ${destination} is equal to or more specific than one of this VPC's CIDR blocks. This route can target only an interface or an instance.`,
  )

/** @param two both with their kinds: `route table rtb-1`, `network gateway igw-1` */
export const belongToDifferentNetworks = (...two: readonly [string, string]) =>
  invalidParameterValue(`${two[0]} and ${two[1]} belong to different networks`)

export const gatewayDoesNotExist = (id: string) =>
  new AwsError('InvalidGatewayID.NotFound', `The gateway ID '${id}' does not exist`)

export const conflictingAssociation = (tableId: string) =>
  new AwsError(
    'Resource.AlreadyAssociated',
    `the specified association for route table ${tableId} conflicts with an existing association`,
  )

export const associationNotFound = (id: string) =>
  new AwsError('InvalidAssociationID.NotFound', `The association ID '${id}' does not exist`)

export const mainAssociation = (id: string) =>
  invalidParameterValue(`cannot disassociate the main route table association ${id}`)

// Network ACLs

export const entryExists = (rule: number) =>
  new AwsError(
    'NetworkAclEntryAlreadyExists',
    `The network acl entry identified by ${rule} already exists.`,
  )

export const entryNotFound = (rule: number) =>
  new AwsError(
    'InvalidNetworkAclEntry.NotFound',
    `The network acl entry identified by ${rule} does not exist.`,
  )

export const cannotDeleteDefaultAcl = (id: string) =>
  invalidParameterValue(`cannot delete default network ACL ${id}`)
