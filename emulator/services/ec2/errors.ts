import { AwsError } from '../../errors.ts'

// EC2's own codes and sentences.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html

export const dryRunOperation = () =>
  new AwsError('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', {
    status: 412,
  })

// What is wrong with parameters

export const missingParameter = (name: string) =>
  new AwsError('MissingParameter', `The request must contain the parameter ${name}`)

export const invalidParameterValue = (message: string) =>
  new AwsError('InvalidParameterValue', message)

/** EC2's usual sentence for a value that a parameter cannot take. */
export const invalidValue = (value: string | number, parameter: string, why = '') =>
  invalidParameterValue(
    `Value (${value}) for parameter ${parameter} is invalid.${why === '' ? '' : ` ${why}`}`,
  )

export const invalidParameterCombination = (message: string) =>
  new AwsError('InvalidParameterCombination', message)

export const invalidFilter = (name: string) =>
  invalidParameterValue(`The filter '${name}' is invalid`)

export const filterLimitExceeded = () =>
  new AwsError(
    'FilterLimitExceeded',
    'The maximum number of filter values specified on a single call is 200',
  )

export const maxResultsTooSmall = (value: number, least: number) =>
  invalidParameterValue(
    `Value ( ${value} ) for parameter maxResults is invalid. Expecting a value greater than ${least}.`,
  )

export const maxResultsTooLarge = (value: number, most: number) =>
  invalidParameterValue(
    `Value ( ${value} ) for parameter maxResults is invalid. Expecting a value smaller than ${most}.`,
  )

export const invalidNextToken = (token: string) =>
  invalidParameterValue(
    `Value ( ${token} ) for parameter NextToken is invalid. The token is invalid.`,
  )

export const idsWithMaxResults = (parameter: string) =>
  invalidParameterCombination(
    `The parameter ${parameter} cannot be used with the parameter maxResults`,
  )

export const idempotentParameterMismatch = (token: string) =>
  new AwsError(
    'IdempotentParameterMismatch',
    `Arguments on this idempotent request are inconsistent with arguments used in previous request(s) with the client token '${token}'.`,
  )

// Resources

export const notFound = (code: string, message: string) => new AwsError(code, message)

export const malformedId = (code: string, id: string, prefix: string) =>
  new AwsError(
    code,
    id.startsWith(`${prefix}-`)
      ? `Invalid id: "${id}"`
      : `Invalid id: "${id}" (expecting "${prefix}-...")`,
  )

export const dependencyViolation = (id: string) =>
  new AwsError('DependencyViolation', `resource ${id} has a dependent object`)

// Tags

export const tagLimitExceeded = () =>
  new AwsError('TagLimitExceeded', 'The maximum number of Tags for a resource has been reached.')

export const reservedTagKey = () =>
  invalidParameterValue("Tag keys starting with 'aws:' are reserved for internal use")

export const duplicateTagKey = (key: string) =>
  invalidParameterValue(`Duplicate tag key '${key}' specified.`)

export const tagKeyTooLong = (key: string) =>
  invalidParameterValue(
    `Tag key exceeds the maximum length of 128 characters. Invalid tag key: '${key}'`,
  )

export const tagValueTooLong = (value: string) =>
  invalidParameterValue(
    `Tag value exceeds the maximum length of 256 characters. Invalid tag value: '${value}'`,
  )

export const notTaggableHere = (type: string) =>
  invalidParameterValue(`'${type}' is not a valid taggable resource type for this operation.`)

export const emptyTagSpecification = () =>
  invalidParameterValue('Tag specification must have at least one tag')

export const tagsOfWhatType = () =>
  new AwsError('InvalidParameter', 'Tag specification resource type must have a value')

export const invalidResourceId = (id: string) =>
  new AwsError('InvalidID', `The ID '${id}' is not valid`)

// Key pairs

export const keyPairDuplicate = (name: string) =>
  new AwsError('InvalidKeyPair.Duplicate', `The keypair already exists: ${name}`)

export const keyPairNotFound = (name: string) =>
  new AwsError('InvalidKeyPair.NotFound', `The key pair '${name}' does not exist`)

export const invalidKeyFormat = (message: string) => new AwsError('InvalidKey.Format', message)

// Images and instance types

export const imagesDoNotExist = (ids: readonly string[]) =>
  new AwsError(
    'InvalidAMIID.NotFound',
    ids.length === 1
      ? `The image id '[${ids[0]}]' does not exist`
      : `The image ids '[${ids.join(', ')}]' do not exist`,
  )

export const instanceTypesDoNotExist = (types: readonly string[]) =>
  new AwsError(
    'InvalidInstanceType',
    `The following supplied instance types do not exist: [${types.join(', ')}]`,
  )

// Security groups

export const groupDuplicate = (name: string, vpcId: string) =>
  new AwsError(
    'InvalidGroup.Duplicate',
    `The security group '${name}' already exists for VPC '${vpcId}'`,
  )

export const groupNotFoundByName = (name: string, vpcId: string) =>
  new AwsError(
    'InvalidGroup.NotFound',
    `The security group '${name}' does not exist in default VPC '${vpcId}'`,
  )

export const cannotDeleteDefaultGroup = (id: string) =>
  new AwsError(
    'CannotDelete',
    `the specified group: "${id}" name: "default" cannot be deleted by a user`,
  )

export const noDefaultVpc = () =>
  new AwsError(
    'VPCIdNotSpecified',
    'No default VPC for this user. GroupName is only supported for EC2-Classic and default VPC.',
  )

/** @param rule as EC2 words it: `peer: 0.0.0.0/0, TCP, from port: 22, to port: 22, ALLOW` */
export const permissionDuplicate = (rule: string) =>
  new AwsError('InvalidPermission.Duplicate', `the specified rule "${rule}" already exists`)

export const permissionNotFound = () =>
  new AwsError(
    'InvalidPermission.NotFound',
    'The specified rule does not exist in this security group.',
  )

export const samePermissionTwice = () =>
  invalidParameterValue('The same permission must not appear multiple times')

export const malformedCidr = (block: string) =>
  invalidParameterValue(`CIDR block ${block} is malformed`)

export const tooManyRules = () =>
  new AwsError(
    'RulesPerSecurityGroupLimitExceeded',
    'The maximum number of rules per security group has been reached.',
  )

// Instances

export const incorrectInstanceState = (id: string, what: 'started' | 'stopped') =>
  new AwsError(
    'IncorrectInstanceState',
    what === 'stopped'
      ? `This instance '${id}' is not in a state from which it can be stopped.`
      : `The instance '${id}' is not in a state from which it can be started.`,
  )

export const instanceNotStopped = (id: string) =>
  new AwsError('IncorrectInstanceState', `The instance '${id}' is not in the 'stopped' state.`)

export const terminationDisabled = (id: string) =>
  new AwsError(
    'OperationNotPermitted',
    `The instance '${id}' may not be terminated. Modify its 'disableApiTermination' instance attribute and try again.`,
  )

export const stopDisabled = (id: string) =>
  new AwsError(
    'OperationNotPermitted',
    `The instance '${id}' may not be stopped. Modify its 'disableApiStop' instance attribute and try again.`,
  )

export const invalidInstanceType = (type: string) =>
  invalidParameterValue(`Invalid value '${type}' for InstanceType.`)

/** What becomes of the default type m1.small with an image of today. */
export const hvmNotSupported = (type: string) =>
  invalidParameterCombination(
    `Non-Windows instances with a virtualization type of 'hvm' are currently not supported for this instance type : ${type}`,
  )

export const architectureMismatch = (type: string, image: string) =>
  invalidParameterValue(
    `The architecture '${type}' of the specified instance type does not match the architecture '${image}' of the specified AMI. Specify an instance type and an AMI that have matching architectures, and try again. You can use 'describe-instance-types' or 'describe-images' to discover the architecture of the instance type or AMI.`,
  )

export const typeNotInZone = (type: string, zone: string, others: readonly string[]) =>
  new AwsError(
    'Unsupported',
    `Your requested instance type (${type}) is not supported in your requested Availability Zone (${zone}). Please retry your request by not specifying an Availability Zone or choosing ${others.join(', ')}.`,
  )

export const noDefaultSubnet = (zone: string) =>
  new AwsError('MissingInput', `No default subnet for availability zone: '${zone}'.`)

export const insufficientFreeAddresses = (subnetId: string) =>
  new AwsError(
    'InsufficientFreeAddressesInSubnet',
    `There are not enough free addresses in subnet '${subnetId}' to satisfy the requested number of instances.`,
  )

export const addressInUse = (address: string) =>
  new AwsError('InvalidIPAddress.InUse', `Address ${address} is in use.`)

export const addressOutOfRange = (address: string) =>
  invalidParameterValue(`Address ${address} does not fall within the subnet's address range`)

export const differentNetworks = (groupId: string, subnetId: string) =>
  new AwsError(
    'InvalidParameter',
    `Security group ${groupId} and subnet ${subnetId} belong to different networks.`,
  )

export const tooManyGroups = () =>
  new AwsError(
    'SecurityGroupsPerInterfaceLimitExceeded',
    'You have exceeded the maximum number of security groups allowed per network interface.',
  )

export const volumeSmallerThanSnapshot = (size: number, snapshotId: string, least: number) =>
  new AwsError(
    'InvalidBlockDeviceMapping',
    `Volume of size ${size}GB is smaller than snapshot '${snapshotId}', expect size >= ${least}GB`,
  )

export const invalidBlockDeviceMapping = (message: string) =>
  new AwsError('InvalidBlockDeviceMapping', message)

export const interfaceInUse = (id: string) =>
  new AwsError('InvalidNetworkInterface.InUse', `Interface: [${id}] in use.`)

export const cannotReboot = (id: string, state: string) =>
  new AwsError(
    'IncorrectState',
    `Cannot reboot instance ${id} that is currently in ${state} state.`,
  )

export const noSuchDevice = (id: string, device: string) =>
  new AwsError(
    'InvalidInstanceAttributeValue',
    `No device is currently mapped at ${device} on instance ${id}`,
  )

export const tooManyInterfaces = (count: number, type: string) =>
  new AwsError('AttachmentLimitExceeded', `Interface count ${count} exceeds the limit for ${type}`)

export const tooManyAddresses = (count: number, type: string) =>
  new AwsError(
    'PrivateIpAddressLimitExceeded',
    `Number of private addresses will exceed limit: ${count} addresses for ${type}.`,
  )
