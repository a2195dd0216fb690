import { AwsError } from '../../../errors.ts'
import { invalidParameterCombination, invalidParameterValue } from '../errors.ts'

// What EC2 says about volumes and snapshots.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html

// What is wrong with a volume that is asked for

export const unknownVolumeType = (type: string) =>
  new AwsError('UnknownVolumeType', `Unsupported volume type '${type}' for volume creation.`)

export const volumeTooSmall = (type: string, size: number, least: number) =>
  invalidParameterValue(
    `The volume size is invalid for ${type} volumes: ${size} GiB. ${type} volumes must be at least ${least} GiB in size. Please specify a volume size above the minimum limit`,
  )

export const volumeTooLarge = (type: string, size: number, most: number) =>
  invalidParameterValue(
    `The volume size is invalid for ${type} volumes: ${size} GiB. ${type} volumes must be at most ${most} GiB in size. Please specify a volume size below the maximum limit`,
  )

export const numberTooLow = (what: 'iops' | 'throughput', value: number, least: number) =>
  invalidParameterValue(`Volume ${what} of ${value} is too low; minimum is ${least}.`)

export const numberTooHigh = (what: 'iops' | 'throughput', value: number, most: number) =>
  invalidParameterValue(`Volume ${what} of ${value} is too high; maximum is ${most}.`)

export const iopsRatioTooHigh = (ratio: number, most: number) =>
  invalidParameterValue(
    `Iops to volume size ratio of ${ratio.toFixed(6)} is too high; maximum is ${most}`,
  )

export const throughputRatioTooHigh = (ratio: number, most: number) =>
  invalidParameterValue(
    `Throughput (MiBps) to iops ratio of ${ratio.toFixed(6)} is too high; maximum is ${most.toFixed(6)} MiBps per iops`,
  )

export const iopsNotSupported = (type: string) =>
  invalidParameterCombination(`The parameter iops is not supported for ${type} volumes.`)

export const throughputNotSupported = () =>
  invalidParameterCombination('throughput can only be specified for volumeType gp3.')

export const multiAttachNotSupported = (type: string) =>
  invalidParameterCombination(
    `Volumes with volume type ${type} do not support Multi-Attach. Multi-Attach is supported for io1 and io2 volumes only.`,
  )

export const smallerThanSnapshot = (size: number, snapshotId: string, least: number) =>
  invalidParameterValue(
    `Volume of size ${size}GB is smaller than snapshot '${snapshotId}', expect size >= ${least}GB`,
  )

export const zoneNotFound = (zone: string) =>
  new AwsError('InvalidZone.NotFound', `The zone '${zone}' does not exist.`)

export const keyWithoutEncryption = () =>
  new AwsError(
    'InvalidParameterDependency',
    'The parameter KmsKeyId requires the parameter Encrypted to be set.',
  )

// Attachments

export const volumeInUse = (volumeId: string, instanceId: string) =>
  new AwsError('VolumeInUse', `Volume ${volumeId} is currently attached to ${instanceId}`)

export const alreadyAttached = (volumeId: string) =>
  new AwsError('VolumeInUse', `${volumeId} is already attached to an instance`)

export const volumeNotAvailable = (id: string) =>
  new AwsError('IncorrectState', `Volume '${id}' is not 'available'.`)

export const volumeInState = (id: string, state: string) =>
  new AwsError('IncorrectState', `Volume '${id}' is in the '${state}' state.`)

export const instanceNotRunning = (id: string) =>
  new AwsError('IncorrectState', `Instance '${id}' is not 'running'.`)

export const zoneMismatch = (volumeId: string, instanceId: string) =>
  new AwsError(
    'InvalidVolume.ZoneMismatch',
    `The volume '${volumeId}' is not in the same availability zone as instance '${instanceId}'`,
  )

export const invalidDeviceName = (device: string) =>
  invalidParameterValue(
    `Value (${device}) for parameter device is invalid. ${device} is not a valid EBS device name.`,
  )

export const deviceInUse = (device: string) =>
  invalidParameterValue(
    `Invalid value '${device}' for unixDevice. Attachment point ${device} is already in use`,
  )

export const notAttached = (volumeId: string, instanceId: string, device: string) =>
  new AwsError(
    'InvalidAttachment.NotFound',
    `The volume ${volumeId} is not attached to instance ${instanceId} as device ${device}`,
  )

export const cannotDetachRoot = (volumeId: string, instanceId: string) =>
  new AwsError(
    'OperationNotPermitted',
    `Unable to detach root volume '${volumeId}' from instance '${instanceId}'`,
  )

export const tooManyAttachments = (volumeId: string) =>
  new AwsError(
    'AttachmentLimitExceeded',
    `The volume '${volumeId}' has reached its limit of 16 attachments.`,
  )

export const needsNitro = (volumeId: string, type: string) =>
  invalidParameterCombination(
    `The volume '${volumeId}' is enabled for Multi-Attach, which the instance type '${type}' does not support.`,
  )

// Modifications

export const cannotShrink = () =>
  invalidParameterValue('New size cannot be smaller than existing size')

export const modificationUnderWay = (id: string, state: string) =>
  new AwsError(
    'IncorrectModificationState',
    `Volume ${id} cannot be modified in modification state ${state.toUpperCase()}`,
  )

export const modifiedTooOften = () =>
  new AwsError(
    'VolumeModificationRateExceeded',
    "You've reached the maximum modification rate per volume limit. Wait at least 6 hours between modifications per EBS volume.",
  )

export const noModification = (id: string) =>
  new AwsError(
    'InvalidVolumeModification.NotFound',
    `Modification for volume '${id}' does not exist.`,
  )

// Snapshots

export const snapshotInUse = (snapshotId: string, imageId: string) =>
  new AwsError(
    'InvalidSnapshot.InUse',
    `The snapshot ${snapshotId} is currently in use by ${imageId}`,
  )

export const snapshotNotCompleted = (id: string) =>
  new AwsError('IncorrectState', `Snapshot ${id} is not in the 'completed' state.`)

export const snapshotArchived = (id: string) =>
  new AwsError('IncorrectState', `The snapshot ${id} is archived. Restore it to use it.`)

export const encryptedWithDefaultKey = () =>
  invalidParameterValue('Encrypted snapshots with EBS default key cannot be shared.')

export const encryptedIsNotPublic = () =>
  invalidParameterValue('Encrypted snapshots cannot be shared publicly.')
