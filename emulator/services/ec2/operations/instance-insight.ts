import type {
  DescribeInstanceImageMetadataRequest,
  DescribeInstanceImageMetadataResult,
  DescribeInstanceTopologyRequest,
  DescribeInstanceTopologyResult,
  GetConsoleScreenshotRequest,
  GetConsoleScreenshotResult,
  GetInstanceTpmEkPubRequest,
  GetInstanceTpmEkPubResult,
  GetInstanceUefiDataRequest,
  GetInstanceUefiDataResult,
  GetPasswordDataRequest,
  GetPasswordDataResult,
  Instance,
  ReportInstanceStatusRequest,
} from '@aws-sdk/client-ec2'
import { createHash } from 'node:crypto'
import { operation } from '../../../operation.ts'
import type { Call } from '../../../operation.ts'
import { AwsError } from '../../../errors.ts'
import { invalidParameterCombination, invalidValue, missingParameter } from '../errors.ts'
import { findImage } from '../images/visible-images.ts'
import { encryptedPassword } from '../instances/windows-password.ts'
import { toInstanceState } from '../instances/states.ts'
import { anyResource, onResource } from '../permissions.ts'
import { instances } from '../rows/instances.ts'
import type { InstanceRow } from '../rows/instances.ts'
import { findKeyPairByName } from '../rows/key-pairs.ts'
import { tagsOf } from '../rows/tags.ts'

// What instances tell of themselves.

interface Named {
  readonly InstanceId?: string | undefined
}

const onInstance = ({ InstanceId = '' }: Named, call: Call) => [
  onResource(call, 'instance', InstanceId),
]

function required({ InstanceId }: Named, call: Call): InstanceRow {
  if (!InstanceId) throw missingParameter('InstanceId')
  return instances.require(InstanceId, call)
}

/** A grey pixel, as JPEG. */
const picture =
  '/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////////////wAALCAABAAEBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAA//EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8AN//Z'

/** Nobody draws a console here. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetConsoleScreenshot.html */
export const GetConsoleScreenshot = operation<
  GetConsoleScreenshotRequest,
  GetConsoleScreenshotResult
>({
  coverage: 'recorded',
  authorize: onInstance,
  run(input, call) {
    const { instance_id, state } = required(input, call)
    if (state !== 'running') {
      throw new AwsError(
        'IncorrectInstanceState',
        `The instance '${instance_id}' is not in the 'running' state.`,
      )
    }
    return { InstanceId: instance_id, ImageData: picture }
  },
})

/** The administrator's password of Windows, by the key pair's public key. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetPasswordData.html */
export const GetPasswordData = operation<GetPasswordDataRequest, GetPasswordDataResult>({
  authorize: onInstance,
  run(input, call) {
    const row = required(input, call)
    const { Platform } = JSON.parse(row.doc) as Instance
    const pair = row.key_name === null ? undefined : findKeyPairByName(call, row.key_name)
    return {
      InstanceId: row.instance_id,
      Timestamp: new Date(row.launch_time),
      PasswordData:
        Platform && pair?.key_type === 'rsa'
          ? encryptedPassword(row.instance_id, pair.public_key)
          : '',
    }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetInstanceUefiData.html */
export const GetInstanceUefiData = operation<GetInstanceUefiDataRequest, GetInstanceUefiDataResult>(
  {
    coverage: 'recorded',
    authorize: onInstance,
    run(input, call) {
      const row = required(input, call)
      const { CurrentInstanceBootMode } = JSON.parse(row.doc) as Instance
      if (CurrentInstanceBootMode !== 'uefi') {
        throw new AwsError(
          'UnsupportedOperation',
          `The instance ${row.instance_id} does not boot by UEFI.`,
        )
      }
      return { InstanceId: row.instance_id, UefiData: digest(row, 'uefi') }
    },
  },
)

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetInstanceTpmEkPub.html */
export const GetInstanceTpmEkPub = operation<GetInstanceTpmEkPubRequest, GetInstanceTpmEkPubResult>(
  {
    coverage: 'recorded',
    authorize: onInstance,
    run(input, call) {
      const row = required(input, call)
      const { KeyType, KeyFormat } = input
      if (!KeyType) throw missingParameter('KeyType')
      if (!KeyFormat) throw missingParameter('KeyFormat')
      if (!(JSON.parse(row.doc) as Instance).TpmSupport) {
        throw new AwsError(
          'UnsupportedOperation',
          `The instance ${row.instance_id} has no NitroTPM.`,
        )
      }
      return {
        InstanceId: row.instance_id,
        KeyType,
        KeyFormat,
        KeyValue: digest(row, `${KeyType}/${KeyFormat}`),
      }
    },
  },
)

const digest = ({ instance_id }: InstanceRow, what: string): string =>
  createHash('sha512').update(`${instance_id}/${what}`).digest('base64')

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ReportInstanceStatus.html */
export const ReportInstanceStatus = operation<ReportInstanceStatusRequest, {}>({
  coverage: 'recorded',
  authorize: ({ Instances = [] }, call) => Instances.map((id) => onResource(call, 'instance', id)),
  run({ Instances, Status, ReasonCodes }, call) {
    if (!Instances?.length) throw missingParameter('InstanceId')
    if (!Status) throw missingParameter('Status')
    if (Status !== 'ok' && Status !== 'impaired') throw invalidValue(Status, 'status')
    if (!ReasonCodes?.length) throw missingParameter('ReasonCode')
    for (const { instance_id, state } of instances.requireAll(Instances, call)) {
      if (state !== 'running') {
        throw invalidParameterCombination(`The instance ${instance_id} is not running.`)
      }
    }
    return {}
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceImageMetadata.html */
export const DescribeInstanceImageMetadata = operation<
  DescribeInstanceImageMetadataRequest,
  DescribeInstanceImageMetadataResult
>({
  authorize: anyResource,
  run(input, call) {
    const { rows, nextToken } = instances.page(input, input.InstanceIds, call)
    const tags = tagsOf(
      call,
      rows.map(({ instance_id }) => instance_id),
    )
    return {
      InstanceImageMetadata: rows.map((row) => {
        const image = findImage(row.image_id, call)
        return {
          InstanceId: row.instance_id,
          InstanceType: row.instance_type as 't3.micro',
          LaunchTime: new Date(row.launch_time),
          AvailabilityZone: row.availability_zone,
          ZoneId: row.availability_zone_id,
          State: toInstanceState(row.state),
          OwnerId: row.account,
          Tags: tags.get(row.instance_id) ?? [],
          ImageMetadata: {
            ImageId: row.image_id,
            ...(image
              ? {
                  Name: image.Name,
                  OwnerId: image.OwnerId,
                  State: image.State,
                  ...(image.ImageOwnerAlias ? { ImageOwnerAlias: image.ImageOwnerAlias } : {}),
                  CreationDate: image.CreationDate,
                  ...(image.DeprecationTime ? { DeprecationTime: image.DeprecationTime } : {}),
                  ImageAllowed: true,
                  IsPublic: image.Public,
                }
              : {}),
          },
          Operator: { Managed: false },
        }
      }),
      NextToken: nextToken,
    }
  },
})

/** Running instances of the accelerated types, each with the nodes above it. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceTopology.html */
export const DescribeInstanceTopology = operation<
  DescribeInstanceTopologyRequest,
  DescribeInstanceTopologyResult
>({
  authorize: anyResource,
  run({ GroupNames = [], ...input }, call) {
    const { rows, nextToken } = instances.page(input, input.InstanceIds, call, {
      sql: `t.state = 'running' and (t.instance_type glob 'p[345]*' or t.instance_type glob 'trn*'
        or t.instance_type glob 'hpc*' or t.instance_type glob 'g6e*')`,
      values: [],
    })
    const node = (what: string) =>
      `nn-${createHash('sha256').update(what).digest('hex').slice(0, 17)}`
    return {
      Instances: rows
        .map((row) => {
          const { Placement } = JSON.parse(row.doc) as Instance
          const zone = `${call.region}/${row.availability_zone_id}`
          return {
            InstanceId: row.instance_id,
            InstanceType: row.instance_type,
            ...(Placement?.GroupName ? { GroupName: Placement.GroupName } : {}),
            // Instances of one cluster group are below one node; the others each below their own.
            NetworkNodes: [
              node(zone),
              node(`${zone}/${row.instance_type}`),
              node(`${zone}/${Placement?.GroupName || row.instance_id}`),
            ],
            AvailabilityZone: row.availability_zone,
            ZoneId: row.availability_zone_id,
          }
        })
        .filter(({ GroupName }) => GroupNames.length === 0 || GroupNames.includes(GroupName ?? '')),
      NextToken: nextToken,
    }
  },
})
