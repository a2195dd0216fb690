import { AwsError } from '../../../errors.ts'
import { invalidParameterValue } from '../errors.ts'

// Elastic addresses and network interfaces: EC2's own codes and sentences.

export const addressNotFound = (ip: string) =>
  new AwsError('InvalidAddress.NotFound', `Address '${ip}' not found.`)

export const addressAlreadyAssociated = (allocationId: string, associationId: string) =>
  new AwsError(
    'Resource.AlreadyAssociated',
    `resource ${allocationId} is already associated with associate-id ${associationId}`,
  )

export const instanceNotReady = (id: string, state: string) =>
  new AwsError(
    'InvalidInstanceID',
    `The ${state} instance '${id}' is not in a valid state for this operation.`,
  )

export const severalInterfaces = (id: string) =>
  new AwsError(
    'InvalidInstanceID',
    `There are multiple interfaces attached to instance '${id}'. Please specify an interface ID for the operation instead.`,
  )

export const notOnInterface = (address: string, interfaceId: string) =>
  invalidParameterValue(
    `The address ${address} is not assigned to the network interface '${interfaceId}'`,
  )

export const interfaceCurrentlyInUse = (id: string) =>
  invalidParameterValue(`Network interface '${id}' is currently in use.`)

export const attachmentNotFound = (id: string) =>
  new AwsError('InvalidAttachmentID.NotFound', `The attachment ID '${id}' does not exist`)

export const primaryCannotBeDetached = () =>
  new AwsError(
    'OperationNotPermitted',
    'The network interface at device index 0 and networkCard index 0 cannot be detached.',
  )

export const managedByService = (what: string) =>
  new AwsError('OperationNotPermitted', `You are not allowed to manage '${what}' attachments.`)

export const deviceIndexTaken = (instanceId: string, index: number) =>
  invalidParameterValue(
    `Instance '${instanceId}' already has an interface attached at device index '${index}'.`,
  )

export const differentZones = () =>
  new AwsError(
    'InvalidParameterCombination',
    'You may not attach a network interface to an instance if they are not in the same availability zone',
  )

export const noFreeAddresses = (subnetId: string) =>
  new AwsError(
    'InsufficientFreeAddressesInSubnet',
    `The specified subnet '${subnetId}' does not have enough free addresses to satisfy the request.`,
  )
