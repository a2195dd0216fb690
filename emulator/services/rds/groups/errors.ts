import { AwsError } from '../../../errors.ts'
import { invalidParameterCombination, invalidParameterValue } from '../errors.ts'

// Of parameter groups, option groups, subnet groups and security groups.

const notFound = (code: string, message: string) => new AwsError(code, message, { status: 404 })

export const mustBeProvided = (parameter: string) =>
  invalidParameterValue(`The parameter ${parameter} must be provided and must not be blank.`)

export const invalidIdentifier = (parameter: string) =>
  invalidParameterValue(
    `The parameter ${parameter} is not a valid identifier. Identifiers must begin with a letter; must contain only ASCII letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens.`,
  )

export const parameterGroupNotFound = (name: string) =>
  notFound('DBParameterGroupNotFound', `DBParameterGroup not found: ${name}`)

export const clusterParameterGroupNotFound = (name: string) =>
  notFound('DBParameterGroupNotFound', `DBClusterParameterGroup not found: ${name}`)

export const parameterGroupExists = (name: string) =>
  new AwsError('DBParameterGroupAlreadyExists', `Parameter group ${name} already exists`)

export const parameterGroupQuotaExceeded = () =>
  new AwsError(
    'DBParameterGroupQuotaExceeded',
    'The request would result in the user exceeding the allowed number of DB parameter groups.',
  )

export const parameterGroupInUse = (name: string) =>
  new AwsError(
    'InvalidDBParameterGroupState',
    `One or more database instances are still members of this parameter group ${name}, so the group cannot be deleted`,
  )

export const defaultGroupStays = (kind: string, name: string) =>
  new AwsError('InvalidDBParameterGroupState', `Default ${kind} cannot be deleted: ${name}`)

export const defaultGroupIsFixed = () =>
  invalidParameterValue('Cannot modify a default parameter group.')

export const invalidFamily = (family: string) =>
  invalidParameterValue(`ParameterGroupFamily ${family} is not a valid parameter group family`)

export const unknownParameter = (name: string) =>
  invalidParameterValue(`Could not find parameter with name: ${name}`)

export const parameterIsFixed = (name: string) =>
  invalidParameterValue(`The parameter ${name} cannot be modified.`)

export const staticParameterNow = () =>
  invalidParameterCombination('cannot use immediate apply method for static parameter')

export const tooManyParameters = (most: number) =>
  invalidParameterValue(`A maximum of ${most} parameters can be modified in a single request.`)

export const subnetGroupNotFound = (name: string) =>
  notFound('DBSubnetGroupNotFoundFault', `DB subnet group '${name}' does not exist.`)

export const subnetGroupExists = (name: string) =>
  new AwsError('DBSubnetGroupAlreadyExists', `The DB subnet group '${name}' already exists.`)

export const subnetGroupQuotaExceeded = () =>
  new AwsError(
    'DBSubnetGroupQuotaExceeded',
    'The request would result in the user exceeding the allowed number of DB subnet groups.',
  )

export const subnetQuotaExceeded = () =>
  new AwsError(
    'DBSubnetQuotaExceededFault',
    'The request would result in the user exceeding the allowed number of subnets in a DB subnet groups.',
  )

export const subnetGroupInUse = (name: string, instance: string) =>
  new AwsError(
    'InvalidDBSubnetGroupStateFault',
    `Cannot delete the subnet group '${name}' because at least one database instance: ${instance} is still using it.`,
  )

export const tooFewZones = (zones: readonly string[]) =>
  new AwsError(
    'DBSubnetGroupDoesNotCoverEnoughAZs',
    `The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. Current AZ coverage: ${zones.join(', ')}. Add subnets to cover at least 2 AZs.`,
  )

export const invalidSubnets = (ids: readonly string[]) =>
  invalidParameterValue(`Some input subnets in :[${ids.join(', ')}] are invalid.`)

export const subnetsOfSeveralVpcs = () =>
  new AwsError(
    'InvalidSubnet',
    'The requested subnet is invalid, or multiple subnets were requested that are not all in a common VPC.',
  )

export const otherVpc = () =>
  invalidParameterValue('The new Subnets are not in the same Vpc as the existing subnet group')

export const subnetInUse = (id: string) =>
  new AwsError(
    'SubnetAlreadyInUse',
    `The DB subnet ${id} is already in use in the Availability Zone.`,
  )

export const noDefaultVpc = () => invalidParameterValue('No default VPC for this user')

export const optionGroupNotFound = (name: string) =>
  notFound('OptionGroupNotFoundFault', `Specified OptionGroupName: ${name} not found.`)

export const optionGroupExists = (name: string) =>
  new AwsError('OptionGroupAlreadyExistsFault', `An option group named ${name} already exists.`)

export const optionGroupQuotaExceeded = () =>
  new AwsError(
    'OptionGroupQuotaExceededFault',
    'The quota of 20 option groups was exceeded for this Amazon Web Services account.',
  )

export const optionGroupInUse = (name: string) =>
  new AwsError(
    'InvalidOptionGroupStateFault',
    `The option group '${name}' cannot be deleted because it is in use.`,
  )

export const defaultOptionGroupStays = (name: string) =>
  new AwsError(
    'InvalidOptionGroupStateFault',
    `The default option group ${name} cannot be deleted.`,
  )

export const defaultOptionGroupIsFixed = (name: string) =>
  new AwsError(
    'InvalidOptionGroupStateFault',
    `The default option group ${name} cannot be modified.`,
  )

export const invalidEngine = (engine: string) =>
  invalidParameterValue(`Invalid DB engine: ${engine}`)

export const unknownMajorVersion = (version: string, engine: string) =>
  invalidParameterCombination(`Cannot find major version ${version} for ${engine}`)

export const noOptions = () =>
  invalidParameterValue('At least one option must be added, modified, or removed.')

export const unknownOption = (option: string) =>
  invalidParameterValue(`Invalid option name: ${option}`)

export const unknownOptionSetting = (option: string, setting: string) =>
  invalidParameterValue(`The option setting ${setting} is not valid for the option ${option}.`)

export const securityGroupNotFound = (name: string) =>
  notFound('DBSecurityGroupNotFound', `DBSecurityGroup not found: ${name}`)

/** EC2-Classic is gone, and with it what these groups were for. */
export const securityGroupsNotSupported = () =>
  new AwsError(
    'DBSecurityGroupNotSupported',
    'DB Security Groups are not supported in this region. Use VPC security groups instead.',
  )
