import type {
  CreateFleetRequest,
  FleetLaunchTemplateOverridesRequest,
  LaunchTemplateOverrides,
  RunInstancesRequest,
  SpotFleetLaunchSpecification,
  SpotFleetRequestConfigData,
} from '@aws-sdk/client-ec2'
import { invalidValue, missingParameter } from '../errors.ts'
import type { Scope } from '../describe/resources.ts'
import { withLaunchTemplate } from '../instances/launch-template.ts'
import type { UsedTemplate } from '../instances/launch-template.ts'
import { parsePrice } from '../spot/requests.ts'
import { matchingTypes } from './instance-requirements.ts'

/** One way in which a fleet can launch an instance. */
export interface FleetPool {
  readonly input: RunInstancesRequest
  readonly template: UsedTemplate | undefined
  /** How many units of the target an instance is. */
  readonly weight: number
  /** Lower goes first. */
  readonly priority: number
  /** USD an hour for an instance; undefined for the fleet's, or the on-demand price. */
  readonly maxPrice: number | undefined
  /** What the fleet's answers call it by. */
  readonly override: FleetLaunchTemplateOverridesRequest | undefined
}

type Override = Omit<FleetLaunchTemplateOverridesRequest, 'InstanceRequirements'> &
  Pick<LaunchTemplateOverrides, 'SpotPrice'> & {
    InstanceRequirements?: FleetLaunchTemplateOverridesRequest['InstanceRequirements'] | undefined
  }

interface TemplateConfig {
  readonly LaunchTemplateSpecification?:
    | {
        readonly LaunchTemplateId?: string | undefined
        readonly LaunchTemplateName?: string | undefined
        readonly Version?: string | undefined
      }
    | undefined
  readonly Overrides?: readonly Override[] | undefined
}

/** The pools of CreateFleet. @throws for templates that are not there */
export const poolsOfFleet = ({ LaunchTemplateConfigs }: CreateFleetRequest, scope: Scope) =>
  poolsOfTemplates(LaunchTemplateConfigs ?? [], scope)

/** The pools of RequestSpotFleet, which knows launch specifications besides templates. */
export function poolsOfSpotFleet(config: SpotFleetRequestConfigData, scope: Scope): FleetPool[] {
  return [
    ...(config.LaunchSpecifications ?? []).flatMap((one) => poolsOfSpecification(one)),
    ...poolsOfTemplates((config.LaunchTemplateConfigs ?? []) as TemplateConfig[], scope),
  ]
}

function poolsOfTemplates(configs: readonly TemplateConfig[], scope: Scope): FleetPool[] {
  return configs.flatMap(({ LaunchTemplateSpecification: named, Overrides }) => {
    if (!named) throw missingParameter('LaunchTemplateSpecification')
    const { input, template } = withLaunchTemplate(
      { LaunchTemplate: named, MinCount: 1, MaxCount: 1 },
      scope,
    )
    const overrides = Overrides?.length ? Overrides : [undefined]
    return overrides.flatMap((override) =>
      typesOf(override, input).map((InstanceType): FleetPool => ({
        input: overridden(
          { ...input, ...(InstanceType ? { InstanceType: InstanceType as 't2.micro' } : {}) },
          override ?? {},
        ),
        template,
        weight: weightOf(override?.WeightedCapacity),
        priority: override?.Priority ?? Infinity,
        maxPrice: priceOf(override?.MaxPrice ?? override?.SpotPrice),
        override:
          override && InstanceType
            ? { ...override, InstanceType: InstanceType as 't2.micro' }
            : override,
      })),
    )
  })
}

/** The types that an override stands for: one, or all that meet its requirements. */
function typesOf(
  override: Override | undefined,
  { InstanceType }: RunInstancesRequest,
): (string | undefined)[] {
  if (override?.InstanceRequirements) return matchingTypes(override.InstanceRequirements)
  return [override?.InstanceType ?? InstanceType]
}

function overridden(input: RunInstancesRequest, override: Override): RunInstancesRequest {
  const { SubnetId, AvailabilityZone, ImageId, Placement, BlockDeviceMappings } = override
  const placement = { ...input.Placement, ...Placement }
  if (AvailabilityZone) placement.AvailabilityZone = AvailabilityZone
  // A subnet is in one zone already.
  if (SubnetId) delete placement.AvailabilityZone
  const [first, ...others] = input.NetworkInterfaces ?? []
  return {
    ...input,
    ...(ImageId ? { ImageId } : {}),
    ...(BlockDeviceMappings?.length ? { BlockDeviceMappings } : {}),
    ...(Object.keys(placement).length > 0 ? { Placement: placement } : {}),
    ...(SubnetId && first ? { NetworkInterfaces: [{ ...first, SubnetId }, ...others] } : {}),
    ...(SubnetId && !first ? { SubnetId } : {}),
  }
}

/** A specification may name several subnets, or zones, and is a pool in each. */
function poolsOfSpecification(specification: SpotFleetLaunchSpecification): FleetPool[] {
  const {
    AddressingType: _,
    SecurityGroups,
    TagSpecifications,
    InstanceRequirements,
    SpotPrice,
    WeightedCapacity,
    SubnetId,
    Placement,
    ...same
  } = specification
  const places = SubnetId
    ? several(SubnetId).map((id) => ({ SubnetId: id }))
    : Placement?.AvailabilityZone
      ? several(Placement.AvailabilityZone).map((zone) => ({
          Placement: { ...Placement, AvailabilityZone: zone },
        }))
      : [Placement ? { Placement } : {}]
  const types = InstanceRequirements
    ? matchingTypes(InstanceRequirements as Override['InstanceRequirements'] & object)
    : [same.InstanceType as string]
  const ids = (SecurityGroups ?? []).flatMap(({ GroupId }) => GroupId ?? [])
  const names = (SecurityGroups ?? []).flatMap(({ GroupId, GroupName }) =>
    GroupId ? [] : (GroupName ?? []),
  )
  return types.flatMap((type) =>
    places.map((place) => ({
      input: {
        ...same,
        ...place,
        InstanceType: type as 't2.micro',
        MinCount: 1,
        MaxCount: 1,
        ...(ids.length > 0 ? { SecurityGroupIds: ids } : {}),
        ...(names.length > 0 ? { SecurityGroups: names } : {}),
        ...(TagSpecifications?.length ? { TagSpecifications } : {}),
      } as RunInstancesRequest,
      template: undefined,
      weight: weightOf(WeightedCapacity),
      priority: Infinity,
      maxPrice: priceOf(SpotPrice),
      override: undefined,
    })),
  )
}

/** @throws InvalidParameterValue for a weight that no target could be reached with */
function weightOf(weight = 1): number {
  if (!(weight >= 0.1 && weight <= 10_000)) throw invalidValue(weight, 'WeightedCapacity')
  return weight
}

const several = (list: string) => list.split(',').map((one) => one.trim())

const priceOf = (text: string | undefined) => (text ? parsePrice(text) : undefined)
