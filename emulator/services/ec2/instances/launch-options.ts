import type { Image, Instance, InstanceTypeInfo, RunInstancesRequest } from '@aws-sdk/client-ec2'
import type { TimerCall } from '../../../clock/timers.ts'
import {
  architectureMismatch,
  hvmNotSupported,
  invalidInstanceType,
  invalidParameterCombination,
  invalidParameterValue,
  invalidValue,
  missingParameter,
} from '../errors.ts'
import { instanceTypes, isOfFirstYears } from '../facts/instance-types.ts'
import type { SubnetRow } from '../rows/subnets.ts'
import { shownSpecification } from '../capacity/admit.ts'
import type { Scope } from '../describe/resources.ts'
import { licensesOf, placementOf } from './launch-parts.ts'
import { metadataDefaults } from './metadata-defaults.ts'

/** What EC2 takes when no type is named: a machine of 2006, on which no image of today starts. */
const defaultType = 'm1.small'

/** @throws InvalidParameterValue for a type that does not exist or cannot run the image */
export function chooseType(
  name: string | undefined,
  image: Pick<Image, 'Architecture' | 'Platform' | 'VirtualizationType'>,
): InstanceTypeInfo {
  const type = instanceTypes().get(name ?? defaultType)
  if (!type) throw invalidInstanceType(name!)
  const [family = ''] = type.InstanceType!.split('.')
  if (isOfFirstYears(family) && image.VirtualizationType === 'hvm' && !image.Platform) {
    throw hvmNotSupported(type.InstanceType!)
  }
  const architectures = type.ProcessorInfo?.SupportedArchitectures ?? []
  if (!architectures.includes(image.Architecture as 'x86_64')) {
    throw architectureMismatch(architectures.at(-1)!, image.Architecture!)
  }
  return type
}

/** @throws MissingParameter, InvalidParameterValue or InvalidParameterCombination for counts that make no sense */
export function checkCounts({ MinCount, MaxCount }: RunInstancesRequest): {
  least: number
  most: number
} {
  if (MinCount === undefined) throw missingParameter('MinCount')
  if (MaxCount === undefined) throw missingParameter('MaxCount')
  if (MinCount < 1) throw invalidValue(MinCount, 'minCount', 'Expecting a value greater than 0.')
  if (MaxCount < 1) throw invalidValue(MaxCount, 'maxCount', 'Expecting a value greater than 0.')
  if (MinCount > MaxCount) {
    throw invalidParameterCombination(
      `The parameter maxCount (${MaxCount}) must not be less than the parameter minCount (${MinCount})`,
    )
  }
  return { least: MinCount, most: MaxCount }
}

const mostUserData = 16_384

/** User data stays in base64, as it came. @throws InvalidParameterValue for what is not base64, or too long */
export function checkUserData(data: string | undefined): string | null {
  if (!data) return null
  const compact = data.replaceAll(/\s/g, '')
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(compact) || compact.length % 4 !== 0) {
    throw invalidParameterValue('Invalid BASE64 encoding of user data.')
  }
  if (Buffer.byteLength(compact, 'base64') > mostUserData) {
    throw invalidParameterValue('User data is limited to 16384 bytes')
  }
  return compact
}

/** What stays the same for the life of an instance, filled in as EC2 fills it in. */
export function instanceDocument(
  input: RunInstancesRequest,
  image: Image,
  type: InstanceTypeInfo,
  subnet: SubnetRow,
  call: TimerCall,
): string {
  const document: Omit<Instance, 'UsageOperationUpdateTime'> & {
    UsageOperationUpdateTime: string
  } = {
    Architecture: image.Architecture,
    Hypervisor: 'xen',
    VirtualizationType: image.VirtualizationType,
    EnaSupport: image.EnaSupport,
    ...(image.Platform ? { Platform: image.Platform } : {}),
    PlatformDetails: image.PlatformDetails,
    UsageOperation: image.UsageOperation,
    UsageOperationUpdateTime: new Date(call.now).toISOString(),
    ...(image.TpmSupport ? { TpmSupport: image.TpmSupport } : {}),
    ...(image.BootMode ? { BootMode: image.BootMode } : {}),
    CurrentInstanceBootMode: bootMode(image, type),
    CpuOptions: checkedCpuOptions(input, type),
    ...(input.KernelId ? { KernelId: input.KernelId } : {}),
    ...(input.RamdiskId ? { RamdiskId: input.RamdiskId } : {}),
    Placement: placementOf(input, type, call),
    MetadataOptions: metadataOptions(input, image, call),
    MaintenanceOptions: {
      AutoRecovery: input.MaintenanceOptions?.AutoRecovery ?? 'default',
      RebootMigration: 'default',
    },
    CapacityReservationSpecification: shownSpecification(input.CapacityReservationSpecification),
    EnclaveOptions: { Enabled: input.EnclaveOptions?.Enabled ?? false },
    HibernationOptions: { Configured: input.HibernationOptions?.Configured ?? false },
    NetworkPerformanceOptions: {
      BandwidthWeighting: input.NetworkPerformanceOptions?.BandwidthWeighting ?? 'default',
    },
    ...licensesOf(input),
    PrivateDnsNameOptions: dnsNameOptions(input, subnet),
    Operator: { Managed: false },
    ...instanceProfile(input, call),
  }
  return JSON.stringify(document)
}

function bootMode(image: Pick<Image, 'BootMode'>, type: InstanceTypeInfo): 'uefi' | 'legacy-bios' {
  const canUefi = type.SupportedBootModes?.includes('uefi') === true
  const wantsUefi = image.BootMode === 'uefi' || image.BootMode === 'uefi-preferred'
  return canUefi && wantsUefi ? 'uefi' : 'legacy-bios'
}

/** @throws InvalidParameterValue for what the type cannot do */
export function checkedCpuOptions(
  input: Pick<RunInstancesRequest, 'CpuOptions'>,
  type: InstanceTypeInfo,
): Instance['CpuOptions'] {
  const { CoreCount, ThreadsPerCore } = input.CpuOptions ?? {}
  const { DefaultCores, DefaultThreadsPerCore, ValidCores, ValidThreadsPerCore } = type.VCpuInfo!
  if (CoreCount !== undefined && !ValidCores?.includes(CoreCount)) {
    throw invalidValue(CoreCount, 'coreCount', 'The instance type does not support it.')
  }
  if (ThreadsPerCore !== undefined && !ValidThreadsPerCore?.includes(ThreadsPerCore)) {
    throw invalidValue(ThreadsPerCore, 'threadsPerCore', 'The instance type does not support it.')
  }
  return {
    CoreCount: CoreCount ?? DefaultCores,
    ThreadsPerCore: ThreadsPerCore ?? DefaultThreadsPerCore,
  }
}

/** The document of an instance that is given another type. @throws InvalidParameterValue as a launch would */
export function onOtherType(doc: string, name: string): string {
  const document = JSON.parse(doc) as Instance
  const image = {
    Architecture: document.Architecture,
    BootMode: document.BootMode,
    Platform: document.Platform,
    VirtualizationType: document.VirtualizationType,
  }
  const type = chooseType(name, image)
  return JSON.stringify({
    ...document,
    CpuOptions: checkedCpuOptions({}, type),
    CurrentInstanceBootMode: bootMode(image, type),
  })
}

/** An image that says so (`ImdsSupport`) has its instances ask for tokens, over two hops. */
function metadataOptions(
  input: RunInstancesRequest,
  image: Image,
  scope: Scope,
): Instance['MetadataOptions'] {
  const given = { ...metadataDefaults(scope), ...definedOnly(input.MetadataOptions ?? {}) }
  const tokensOnly = image.ImdsSupport === 'v2.0'
  const hops = given.HttpPutResponseHopLimit ?? (tokensOnly ? 2 : 1)
  if (hops < 1 || hops > 64) throw invalidValue(hops, 'HttpPutResponseHopLimit')
  return {
    State: 'applied',
    HttpTokens: given.HttpTokens ?? (tokensOnly ? 'required' : 'optional'),
    HttpPutResponseHopLimit: hops,
    HttpEndpoint: given.HttpEndpoint ?? 'enabled',
    HttpProtocolIpv6: given.HttpProtocolIpv6 ?? 'disabled',
    InstanceMetadataTags: given.InstanceMetadataTags ?? 'disabled',
  }
}

const definedOnly = <Options extends object>(options: Options): Options =>
  Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Options

function dnsNameOptions(
  input: RunInstancesRequest,
  subnet: SubnetRow,
): Instance['PrivateDnsNameOptions'] {
  const { PrivateDnsNameOptionsOnLaunch } = JSON.parse(subnet.doc) as {
    PrivateDnsNameOptionsOnLaunch: NonNullable<Instance['PrivateDnsNameOptions']>
  }
  return { ...PrivateDnsNameOptionsOnLaunch, ...input.PrivateDnsNameOptions }
}

/** @throws InvalidParameterValue for a profile that IAM does not have */
export function instanceProfile(
  { IamInstanceProfile: given }: Pick<RunInstancesRequest, 'IamInstanceProfile'>,
  call: TimerCall,
): Pick<Instance, 'IamInstanceProfile'> {
  if (!given?.Arn && !given?.Name) return {}
  if (given.Arn && given.Name) {
    throw invalidParameterCombination(
      "The parameter 'iamInstanceProfile.name' may not be used in combination with 'iamInstanceProfile.arn'",
    )
  }
  const profile = call.ports.roles.findInstanceProfile(call.db, call.account, {
    name: given.Name,
    arn: given.Arn,
  })
  if (profile) return { IamInstanceProfile: { Arn: profile.arn, Id: profile.id } }
  throw given.Arn
    ? invalidValue(given.Arn, 'iamInstanceProfile.arn', 'Invalid IAM Instance Profile ARN')
    : invalidValue(given.Name!, 'iamInstanceProfile.name', 'Invalid IAM Instance Profile name')
}
