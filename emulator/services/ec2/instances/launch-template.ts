import type {
  BlockDeviceMapping,
  InstanceNetworkInterfaceSpecification,
  RunInstancesRequest,
  Tag,
  TagSpecification,
} from '@aws-sdk/client-ec2'
import type { Scope } from '../describe/resources.ts'
import { requireTemplate, requireVersion } from '../launch-templates/lookup.ts'

/** The template that an instance was launched with. */
export interface UsedTemplate {
  readonly id: string
  readonly version: number
}

/**
 * A request with what its launch template says where the request says nothing itself. Devices, interfaces and
 * tags are put together one by one.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/launch-instances-from-launch-template.html
 *
 * @throws InvalidLaunchTemplateId.NotFound and its like
 */
export function withLaunchTemplate(
  { LaunchTemplate: named, ...given }: RunInstancesRequest,
  scope: Scope,
): { input: RunInstancesRequest; template: UsedTemplate | undefined } {
  if (!named) return { input: given, template: undefined }
  const row = requireTemplate(named, scope)
  const version = requireVersion(row, named.Version ?? '$Default', scope)
  const data = JSON.parse(version.doc) as Partial<RunInstancesRequest>
  const own = Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined && !isEmptyList(value)),
  ) as unknown as RunInstancesRequest
  return {
    template: { id: row.launch_template_id, version: version.version },
    input: {
      ...data,
      ...own,
      ...merged('BlockDeviceMappings', mergeDevices(data, given)),
      ...merged('NetworkInterfaces', mergeInterfaces(data, given)),
      ...merged('TagSpecifications', mergeTags(data, given)),
    },
  }
}

const isEmptyList = (value: unknown) => Array.isArray(value) && value.length === 0

const merged = (member: string, list: readonly unknown[]) =>
  list.length > 0 ? { [member]: list } : {}

type Part = Partial<RunInstancesRequest>

function mergeDevices(data: Part, given: Part): BlockDeviceMapping[] {
  const devices = new Map(
    (data.BlockDeviceMappings ?? []).map((mapping) => [mapping.DeviceName, mapping]),
  )
  for (const mapping of given.BlockDeviceMappings ?? []) {
    const old = devices.get(mapping.DeviceName)
    devices.set(
      mapping.DeviceName,
      mapping.Ebs ? { ...mapping, Ebs: { ...old?.Ebs, ...mapping.Ebs } } : mapping,
    )
  }
  return [...devices.values()]
}

function mergeInterfaces(data: Part, given: Part): InstanceNetworkInterfaceSpecification[] {
  const interfaces = new Map(
    (data.NetworkInterfaces ?? []).map((one) => [one.DeviceIndex ?? 0, one]),
  )
  for (const one of given.NetworkInterfaces ?? []) {
    const index = one.DeviceIndex ?? 0
    interfaces.set(index, { ...interfaces.get(index), ...one })
  }
  return [...interfaces.values()]
}

function mergeTags(data: Part, given: Part): TagSpecification[] {
  const byType = new Map<string, Map<string, Tag>>()
  for (const { ResourceType = '', Tags = [] } of [
    ...(data.TagSpecifications ?? []),
    ...(given.TagSpecifications ?? []),
  ]) {
    const tags = byType.get(ResourceType) ?? new Map<string, Tag>()
    for (const tag of Tags) tags.set(tag.Key ?? '', tag)
    byType.set(ResourceType, tags)
  }
  return [...byType].map(([ResourceType, tags]) => ({
    ResourceType: ResourceType as 'instance',
    Tags: [...tags.values()],
  }))
}
