import type {
  DescribeVolumeAttributeRequest,
  DescribeVolumeAttributeResult,
  DescribeVolumeStatusRequest,
  DescribeVolumeStatusResult,
  EnableVolumeIORequest,
  ModifyVolumeAttributeRequest,
} from '@aws-sdk/client-ec2'
import { operation } from '../../../operation.ts'
import { invalidValue, missingParameter } from '../errors.ts'
import { anyResource } from '../permissions.ts'
import { attachmentsOfVolume, setAutoEnableIo } from '../rows/volume-changes.ts'
import { toVolumeStatus, volumeStatuses } from '../rows/volume-status.ts'
import { volumes } from '../rows/volumes.ts'
import { onVolume } from '../volumes/permissions.ts'

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVolumeStatus.html */
export const DescribeVolumeStatus = operation<
  DescribeVolumeStatusRequest,
  DescribeVolumeStatusResult
>({
  authorize: anyResource,
  run(input, call) {
    const { rows, nextToken } = volumeStatuses.page(input, input.VolumeIds, call)
    return {
      VolumeStatuses: rows.map((row) =>
        toVolumeStatus(
          row,
          attachmentsOfVolume(call, row.volume_id).map((one) => ({
            InstanceId: one.instance_id,
            IoPerformance: row.volume_type.startsWith('io') ? 'normal' : 'not-applicable',
          })),
        ),
      ),
      NextToken: nextToken,
    }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVolumeAttribute.html */
export const DescribeVolumeAttribute = operation<
  DescribeVolumeAttributeRequest,
  DescribeVolumeAttributeResult
>({
  authorize: ({ VolumeId }, call) => [onVolume(call, VolumeId)],
  run({ VolumeId, Attribute }, call) {
    if (!VolumeId) throw missingParameter('VolumeId')
    if (!Attribute) throw missingParameter('Attribute')
    const row = volumes.require(VolumeId, call)
    if (Attribute === 'autoEnableIO') {
      return { VolumeId, AutoEnableIO: { Value: row.auto_enable_io === 1 } }
    }
    if (Attribute === 'productCodes') return { VolumeId, ProductCodes: [] }
    throw invalidValue(Attribute, 'attribute', 'Unknown attribute.')
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyVolumeAttribute.html */
export const ModifyVolumeAttribute = operation<ModifyVolumeAttributeRequest, {}>({
  authorize: ({ VolumeId }, call) => [onVolume(call, VolumeId)],
  run({ VolumeId, AutoEnableIO }, call) {
    if (!VolumeId) throw missingParameter('VolumeId')
    volumes.require(VolumeId, call)
    if (AutoEnableIO?.Value === undefined) throw missingParameter('AutoEnableIO')
    setAutoEnableIo(call, VolumeId, AutoEnableIO.Value)
    return {}
  },
})

/** I/O is never disabled here, so that enabling it changes nothing. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_EnableVolumeIO.html */
export const EnableVolumeIO = operation<EnableVolumeIORequest, {}>({
  authorize: ({ VolumeId }, call) => [onVolume(call, VolumeId)],
  run({ VolumeId }, call) {
    if (!VolumeId) throw missingParameter('VolumeId')
    volumes.require(VolumeId, call)
    return {}
  },
})
