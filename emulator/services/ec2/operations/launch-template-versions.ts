import type {
  CreateLaunchTemplateVersionRequest,
  CreateLaunchTemplateVersionResult,
  DeleteLaunchTemplateVersionsRequest,
  DeleteLaunchTemplateVersionsResult,
  DescribeLaunchTemplateVersionsRequest,
  DescribeLaunchTemplateVersionsResult,
  GetLaunchTemplateDataRequest,
  GetLaunchTemplateDataResult,
  LaunchTemplateVersion,
} from '@aws-sdk/client-ec2'
import { operation } from '../../../operation.ts'
import type { Call } from '../../../operation.ts'
import { pageOfFacts } from '../describe/facts.ts'
import type { FactSource } from '../describe/facts.ts'
import { missingParameter } from '../errors.ts'
import { versionsOfWhich } from '../launch-templates/errors.ts'
import { requireTemplate, requireVersion } from '../launch-templates/lookup.ts'
import { anyResource, onResource } from '../permissions.ts'
import { instances, toInstances } from '../rows/instances.ts'
import {
  deleteTemplateVersion,
  insertTemplateVersion,
  launchTemplates,
  templateVersions,
  toTemplateVersion,
} from '../rows/launch-templates.ts'
import { volumes } from '../rows/volumes.ts'
import { checkedData, onTemplate } from './launch-templates.ts'

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateLaunchTemplateVersion.html */
export const CreateLaunchTemplateVersion = operation<
  CreateLaunchTemplateVersionRequest,
  CreateLaunchTemplateVersionResult
>({
  authorize: onTemplate,
  run(input, call) {
    const template = requireTemplate(input, call)
    const given = checkedData(input.LaunchTemplateData)
    const source = input.SourceVersion
      ? (JSON.parse(requireVersion(template, input.SourceVersion, call).doc) as object)
      : {}
    const id = template.launch_template_id
    const version = insertTemplateVersion(call, id, {
      description: input.VersionDescription ?? null,
      createdAt: call.now,
      createdBy: call.caller.arn ?? call.account,
      data: { ...source, ...given },
    })
    const row = requireVersion(template, String(version), call)
    return { LaunchTemplateVersion: toTemplateVersion(row, template) }
  },
})

const versionSource: FactSource<LaunchTemplateVersion> = {
  limits: { least: 1, most: 200 },
  filters: {
    'create-time': ({ CreateTime }) => CreateTime?.toISOString(),
    'ebs-optimized': ({ LaunchTemplateData }) => LaunchTemplateData?.EbsOptimized,
    'http-endpoint': ({ LaunchTemplateData }) => LaunchTemplateData?.MetadataOptions?.HttpEndpoint,
    'http-protocol-ipv4': () => undefined,
    'http-tokens': ({ LaunchTemplateData }) => LaunchTemplateData?.MetadataOptions?.HttpTokens,
    'host-resource-group-arn': ({ LaunchTemplateData }) =>
      LaunchTemplateData?.Placement?.HostResourceGroupArn,
    'iam-instance-profile': ({ LaunchTemplateData }) => LaunchTemplateData?.IamInstanceProfile?.Arn,
    'image-id': ({ LaunchTemplateData }) => LaunchTemplateData?.ImageId,
    'instance-type': ({ LaunchTemplateData }) => LaunchTemplateData?.InstanceType,
    'is-default-version': ({ DefaultVersion }) => DefaultVersion,
    'kernel-id': ({ LaunchTemplateData }) => LaunchTemplateData?.KernelId,
    'license-configuration-arn': ({ LaunchTemplateData }) =>
      LaunchTemplateData?.LicenseSpecifications?.map((one) => one.LicenseConfigurationArn),
    'network-card-index': ({ LaunchTemplateData }) =>
      LaunchTemplateData?.NetworkInterfaces?.map((one) => one.NetworkCardIndex),
    'ram-disk-id': ({ LaunchTemplateData }) => LaunchTemplateData?.RamDiskId,
  },
}

/** Of one template, or the latest or default versions of all. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeLaunchTemplateVersions.html */
export const DescribeLaunchTemplateVersions = operation<
  DescribeLaunchTemplateVersionsRequest,
  DescribeLaunchTemplateVersionsResult
>({
  authorize: anyResource,
  run(input, call) {
    const { items, nextToken } = pageOfFacts(versionSource, listed(input, call), input, call)
    return { LaunchTemplateVersions: items, NextToken: nextToken }
  },
})

function listed(input: DescribeLaunchTemplateVersionsRequest, call: Call): LaunchTemplateVersion[] {
  const { Versions = [], MinVersion, MaxVersion } = input
  if (!input.LaunchTemplateId && !input.LaunchTemplateName) {
    const relative = Versions.filter((one) => one === '$Latest' || one === '$Default')
    if (relative.length === 0 || relative.length < Versions.length) {
      throw versionsOfWhich(Versions.length > 0)
    }
    return launchTemplates
      .page({}, [], call)
      .rows.flatMap((row) =>
        relative.map((one) => toTemplateVersion(requireVersion(row, one, call), row)),
      )
  }
  const template = requireTemplate(input, call)
  const rows =
    Versions.length > 0
      ? Versions.map((one) => requireVersion(template, one, call))
      : templateVersions(call, template.launch_template_id).filter(
          ({ version }) =>
            (!MinVersion || version >= Number(MinVersion)) &&
            (!MaxVersion || version <= Number(MaxVersion)),
        )
  return rows.map((row) => toTemplateVersion(row, template))
}

/** The default version stays. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteLaunchTemplateVersions.html */
export const DeleteLaunchTemplateVersions = operation<
  DeleteLaunchTemplateVersionsRequest,
  DeleteLaunchTemplateVersionsResult
>({
  authorize: onTemplate,
  run(input, call) {
    const template = requireTemplate(input, call)
    if (!input.Versions?.length) throw missingParameter('LaunchTemplateVersion')
    const known = new Set(
      templateVersions(call, template.launch_template_id).map(({ version }) => version),
    )
    const result = {
      SuccessfullyDeletedLaunchTemplateVersions: [] as object[],
      UnsuccessfullyDeletedLaunchTemplateVersions: [] as object[],
    }
    for (const number of input.Versions.map(Number)) {
      const which = {
        LaunchTemplateId: template.launch_template_id,
        LaunchTemplateName: template.launch_template_name,
        VersionNumber: number,
      }
      const refused = (Code: string, Message: string) =>
        result.UnsuccessfullyDeletedLaunchTemplateVersions.push({
          ...which,
          ResponseError: { Code, Message },
        })
      if (!known.has(number)) {
        refused(
          'launchTemplateVersionDoesNotExist',
          `The specified launch template version ${number} does not exist.`,
        )
      } else if (number === template.default_version) {
        refused('unexpectedError', 'The default version of a launch template cannot be deleted.')
      } else {
        deleteTemplateVersion(call, template.launch_template_id, number)
        result.SuccessfullyDeletedLaunchTemplateVersions.push(which)
      }
    }
    return result
  },
})

/** What a template would hold that launches such an instance. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetLaunchTemplateData.html */
export const GetLaunchTemplateData = operation<
  GetLaunchTemplateDataRequest,
  GetLaunchTemplateDataResult
>({
  authorize: ({ InstanceId = '' }, call) => [onResource(call, 'instance', InstanceId)],
  run({ InstanceId }, call) {
    if (!InstanceId) throw missingParameter('InstanceId')
    const row = instances.require(InstanceId, call)
    const instance = toInstances([row], call)[0]!
    const { State: _, ...metadata } = instance.MetadataOptions ?? {}
    const data = {
      ImageId: row.image_id,
      InstanceType: row.instance_type as 't3.micro',
      ...(row.key_name === null ? {} : { KeyName: row.key_name }),
      ...(row.user_data === null ? {} : { UserData: row.user_data }),
      EbsOptimized: row.ebs_optimized === 1,
      Monitoring: { Enabled: row.monitoring === 'enabled' },
      DisableApiTermination: row.disable_api_termination === 1,
      DisableApiStop: row.disable_api_stop === 1,
      InstanceInitiatedShutdownBehavior: row.shutdown_behavior,
      Placement: {
        AvailabilityZone: row.availability_zone,
        GroupName: instance.Placement?.GroupName ?? '',
        Tenancy: instance.Placement?.Tenancy ?? 'default',
      },
      ...(instance.IamInstanceProfile?.Arn
        ? { IamInstanceProfile: { Arn: instance.IamInstanceProfile.Arn } }
        : {}),
      MetadataOptions: metadata,
      BlockDeviceMappings: (instance.BlockDeviceMappings ?? []).map(({ DeviceName, Ebs }) => {
        const volume = volumes.require(Ebs!.VolumeId!, call)
        return {
          DeviceName: DeviceName!,
          Ebs: {
            Encrypted: volume.encrypted === 1,
            DeleteOnTermination: Ebs!.DeleteOnTermination!,
            VolumeSize: volume.size,
            VolumeType: volume.volume_type as 'gp3',
            ...(volume.iops === null ? {} : { Iops: volume.iops }),
            ...(volume.throughput === null ? {} : { Throughput: volume.throughput }),
            ...(volume.snapshot_id ? { SnapshotId: volume.snapshot_id } : {}),
          },
        }
      }),
      NetworkInterfaces: (instance.NetworkInterfaces ?? []).map((one) => ({
        DeviceIndex: one.Attachment!.DeviceIndex!,
        DeleteOnTermination: one.Attachment!.DeleteOnTermination!,
        SubnetId: one.SubnetId!,
        Description: one.Description ?? '',
        Groups: (one.Groups ?? []).map(({ GroupId }) => GroupId!),
        AssociatePublicIpAddress: one.Association !== undefined,
      })),
      ...(instance.Tags?.length
        ? { TagSpecifications: [{ ResourceType: 'instance' as const, Tags: instance.Tags }] }
        : {}),
    }
    return { LaunchTemplateData: data }
  },
})
