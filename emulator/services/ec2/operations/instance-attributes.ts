import type {
  DescribeInstanceAttributeRequest,
  Instance,
  InstanceAttribute,
  InstanceAttributeName,
  ModifyInstanceAttributeRequest,
  ResetInstanceAttributeRequest,
} from '@aws-sdk/client-ec2'
import { operation } from '../../../operation.ts'
import type { Call } from '../../../operation.ts'
import {
  differentNetworks,
  instanceNotStopped,
  invalidParameterCombination,
  invalidValue,
  missingParameter,
  noSuchDevice,
} from '../errors.ts'
import { onOtherType } from '../instances/launch-options.ts'
import { onResource } from '../permissions.ts'
import { instances, toInstances } from '../rows/instances.ts'
import { updateInstance } from '../rows/instance-changes.ts'
import type { InstanceRow } from '../rows/instances.ts'
import { interfacesOf } from '../rows/network-interfaces.ts'
import { replaceGroups, setSourceDestCheck } from '../rows/network-interface-changes.ts'
import { securityGroups } from '../rows/security-groups.ts'
import { attachmentsOf, setDeleteOnTermination } from '../rows/volumes.ts'

type Describer = (instance: Instance, row: InstanceRow) => Omit<InstanceAttribute, 'InstanceId'>

const describers: Readonly<Record<InstanceAttributeName, Describer>> = {
  instanceType: ({ InstanceType }) => ({ InstanceType: { Value: InstanceType } }),
  kernel: () => ({ KernelId: {} }),
  ramdisk: () => ({ RamdiskId: {} }),
  userData: (_, { user_data }) => ({ UserData: user_data === null ? {} : { Value: user_data } }),
  disableApiTermination: (_, row) => ({
    DisableApiTermination: { Value: row.disable_api_termination === 1 },
  }),
  disableApiStop: (_, row) => ({ DisableApiStop: { Value: row.disable_api_stop === 1 } }),
  instanceInitiatedShutdownBehavior: (_, row) => ({
    InstanceInitiatedShutdownBehavior: { Value: row.shutdown_behavior },
  }),
  rootDeviceName: ({ RootDeviceName }) => ({ RootDeviceName: { Value: RootDeviceName } }),
  blockDeviceMapping: ({ BlockDeviceMappings }) => ({ BlockDeviceMappings }),
  productCodes: () => ({ ProductCodes: [] }),
  sourceDestCheck: ({ SourceDestCheck }) => ({ SourceDestCheck: { Value: SourceDestCheck } }),
  groupSet: ({ SecurityGroups }) => ({ Groups: SecurityGroups }),
  ebsOptimized: ({ EbsOptimized }) => ({ EbsOptimized: { Value: EbsOptimized } }),
  sriovNetSupport: () => ({ SriovNetSupport: { Value: 'simple' } }),
  enaSupport: ({ EnaSupport }) => ({ EnaSupport: { Value: EnaSupport } }),
  enclaveOptions: ({ EnclaveOptions }) => ({ EnclaveOptions }),
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceAttribute.html */
export const DescribeInstanceAttribute = operation<
  DescribeInstanceAttributeRequest,
  InstanceAttribute
>({
  authorize: ({ InstanceId = '', Attribute = '' }, call) => [
    onResource(call, 'instance', InstanceId, { context: { 'ec2:Attribute': Attribute } }),
  ],
  run({ InstanceId, Attribute }, call) {
    if (!InstanceId) throw missingParameter('InstanceId')
    if (!Attribute) throw missingParameter('Attribute')
    const row = instances.require(InstanceId, call)
    if (!Object.hasOwn(describers, Attribute)) {
      throw invalidValue(Attribute, 'attribute', 'Unknown attribute.')
    }
    const instance = toInstances([row], call)[0]!
    return { InstanceId, ...describers[Attribute](instance, row) }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceAttribute.html */
export const ModifyInstanceAttribute = operation<ModifyInstanceAttributeRequest, {}>({
  authorize: ({ InstanceId = '' }, call) => [onResource(call, 'instance', InstanceId)],
  run(input, call) {
    if (!input.InstanceId) throw missingParameter('InstanceId')
    const row = instances.require(input.InstanceId, call)
    const named = input.Attribute ? { ...input, ...byName(input.Attribute, input.Value) } : input
    const changes = modifiers.filter(([member]) => named[member] !== undefined)
    if (changes.length === 0) throw missingParameter('attribute')
    if (changes.length > 1) {
      throw invalidParameterCombination('Fields for multiple attribute types specified')
    }
    changes[0]![1](row, named, call)
    return {}
  },
})

/** The older form: the attribute's name and its value as text. */
function byName(
  attribute: InstanceAttributeName,
  value: string | undefined,
): Partial<ModifyInstanceAttributeRequest> {
  if (value === undefined) return {}
  switch (attribute) {
    case 'instanceType':
      return { InstanceType: { Value: value } }
    case 'instanceInitiatedShutdownBehavior':
      return { InstanceInitiatedShutdownBehavior: { Value: value } }
    case 'userData':
      return { UserData: { Value: Buffer.from(value, 'base64') } }
    case 'disableApiTermination':
      return { DisableApiTermination: { Value: value === 'true' } }
    case 'disableApiStop':
      return { DisableApiStop: { Value: value === 'true' } }
    case 'sourceDestCheck':
      return { SourceDestCheck: { Value: value === 'true' } }
    case 'ebsOptimized':
      return { EbsOptimized: { Value: value === 'true' } }
    default:
      throw invalidValue(attribute, 'attribute', 'Unknown attribute.')
  }
}

type Modifier = (row: InstanceRow, input: ModifyInstanceAttributeRequest, call: Call) => void

const modifiers: readonly (readonly [keyof ModifyInstanceAttributeRequest, Modifier])[] = [
  [
    'InstanceType',
    (row, { InstanceType }, call) => {
      requireStopped(row)
      if (!InstanceType?.Value) throw missingParameter('instanceType')
      updateInstance(call, row.instance_id, {
        instance_type: InstanceType.Value,
        doc: onOtherType(row.doc, InstanceType.Value),
      })
    },
  ],
  [
    'UserData',
    (row, { UserData }, call) => {
      requireStopped(row)
      const data = UserData?.Value
      updateInstance(call, row.instance_id, {
        user_data: data?.length ? Buffer.from(data).toString('base64') : null,
      })
    },
  ],
  [
    'EbsOptimized',
    (row, { EbsOptimized }, call) => {
      requireStopped(row)
      updateInstance(call, row.instance_id, { ebs_optimized: Number(EbsOptimized?.Value === true) })
    },
  ],
  [
    'DisableApiTermination',
    (row, { DisableApiTermination }, call) =>
      updateInstance(call, row.instance_id, {
        disable_api_termination: Number(DisableApiTermination?.Value === true),
      }),
  ],
  [
    'DisableApiStop',
    (row, { DisableApiStop }, call) =>
      updateInstance(call, row.instance_id, {
        disable_api_stop: Number(DisableApiStop?.Value === true),
      }),
  ],
  [
    'InstanceInitiatedShutdownBehavior',
    (row, { InstanceInitiatedShutdownBehavior }, call) => {
      const behavior = InstanceInitiatedShutdownBehavior?.Value
      if (behavior !== 'stop' && behavior !== 'terminate') {
        throw invalidValue(behavior ?? '', 'instanceInitiatedShutdownBehavior')
      }
      updateInstance(call, row.instance_id, { shutdown_behavior: behavior })
    },
  ],
  [
    'SourceDestCheck',
    (row, { SourceDestCheck }, call) => {
      const value = SourceDestCheck?.Value === true
      updateInstance(call, row.instance_id, { source_dest_check: Number(value) })
      const primary = interfacesOf(call, [row.instance_id]).get(row.instance_id)?.[0]
      if (primary) setSourceDestCheck(call, primary.network_interface_id, value)
    },
  ],
  [
    'Groups',
    (row, { Groups = [] }, call) => {
      const groups = securityGroups.requireAll(Groups, call)
      const foreign = groups.find((group) => group.vpc_id !== row.vpc_id)
      if (foreign) throw differentNetworks(foreign.group_id, row.subnet_id)
      if (groups.length === 0) throw missingParameter('groupId')
      const primary = interfacesOf(call, [row.instance_id]).get(row.instance_id)?.[0]
      if (primary) {
        replaceGroups(
          call,
          primary.network_interface_id,
          groups.map((group) => group.group_id),
        )
      }
    },
  ],
  [
    'BlockDeviceMappings',
    (row, { BlockDeviceMappings = [] }, call) => {
      const attached = attachmentsOf(call, [row.instance_id]).get(row.instance_id) ?? []
      for (const { DeviceName = '', Ebs } of BlockDeviceMappings) {
        if (!attached.some(({ device }) => device === DeviceName)) {
          throw noSuchDevice(row.instance_id, DeviceName)
        }
        if (Ebs?.DeleteOnTermination !== undefined) {
          setDeleteOnTermination(call, row.instance_id, DeviceName, Ebs.DeleteOnTermination)
        }
      }
    },
  ],
]

function requireStopped({ instance_id, state }: InstanceRow): void {
  if (state !== 'stopped') throw instanceNotStopped(instance_id)
}

/** Back to the value that an instance has by default. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ResetInstanceAttribute.html */
export const ResetInstanceAttribute = operation<ResetInstanceAttributeRequest, {}>({
  authorize: ({ InstanceId = '' }, call) => [onResource(call, 'instance', InstanceId)],
  run({ InstanceId, Attribute }, call) {
    if (!InstanceId) throw missingParameter('InstanceId')
    const row = instances.require(InstanceId, call)
    if (Attribute === 'sourceDestCheck') {
      updateInstance(call, row.instance_id, { source_dest_check: 1 })
      const primary = interfacesOf(call, [row.instance_id]).get(row.instance_id)?.[0]
      if (primary) setSourceDestCheck(call, primary.network_interface_id, true)
      return {}
    }
    if (Attribute !== 'kernel' && Attribute !== 'ramdisk') {
      throw invalidValue(Attribute ?? '', 'attribute', 'Unknown attribute.')
    }
    requireStopped(row)
    return {}
  },
})
