import type {
  AssociateInstanceEventWindowRequest,
  AssociateInstanceEventWindowResult,
  CreateInstanceEventWindowRequest,
  CreateInstanceEventWindowResult,
  DeleteInstanceEventWindowRequest,
  DeleteInstanceEventWindowResult,
  DeregisterInstanceEventNotificationAttributesRequest,
  DeregisterInstanceEventNotificationAttributesResult,
  DescribeInstanceEventNotificationAttributesRequest,
  DescribeInstanceEventNotificationAttributesResult,
  DescribeInstanceEventWindowsRequest,
  DescribeInstanceEventWindowsResult,
  DisassociateInstanceEventWindowRequest,
  DisassociateInstanceEventWindowResult,
  InstanceEventWindow,
  InstanceTagNotificationAttribute,
  ModifyInstanceEventStartTimeRequest,
  ModifyInstanceEventStartTimeResult,
  ModifyInstanceEventWindowRequest,
  ModifyInstanceEventWindowResult,
  RegisterInstanceEventNotificationAttributesRequest,
  RegisterInstanceEventNotificationAttributesResult,
} from '@aws-sdk/client-ec2'
import { AwsError } from '../../../errors.ts'
import { operation } from '../../../operation.ts'
import { idDoesNotExist } from '../describe/resources.ts'
import { json, jsonEach } from '../describe/sql.ts'
import { invalidParameterCombination, invalidValue, missingParameter } from '../errors.ts'
import { family } from '../recorded/family.ts'
import { acts, creates, deletes, describes, modifies } from '../recorded/operations.ts'
import { keepSetting, settingOf } from '../recorded/settings.ts'
import { onResource } from '../permissions.ts'
import { instances } from '../rows/instances.ts'

// When scheduled events may happen, and what of tags their notices tell. There are no scheduled events here.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/event-windows.html

export const instanceEventWindows = family<InstanceEventWindow>({
  type: 'instance-event-window',
  prefix: 'iew',
  id: 'InstanceEventWindowId',
  notFound: idDoesNotExist('InvalidInstanceEventWindowID.NotFound', 'instanceEventWindow'),
  limits: { least: 20, most: 500 },
  life: {
    first: 'active',
    next: { creating: 'active', deleting: 'deleted' },
    last: 'deleting',
    gone: ['deleted'],
  },
  filters: {
    'event-window-name': json('Name'),
    'dedicated-host-id': jsonEach('AssociationTarget.DedicatedHostIds'),
    'instance-id': jsonEach('AssociationTarget.InstanceIds'),
    'instance-tag': jsonEach('AssociationTarget.Tags', 'Key'),
    'instance-tag-key': jsonEach('AssociationTarget.Tags', 'Key'),
    'instance-tag-value': jsonEach('AssociationTarget.Tags', 'Value'),
  },
})

type Times = Pick<InstanceEventWindow, 'TimeRanges' | 'CronExpression'>

/** @throws InvalidParameterCombination unless the window is given in one of its two forms */
function timesOf({ TimeRanges, CronExpression }: CreateInstanceEventWindowRequest): Times {
  if (TimeRanges?.length && CronExpression) {
    throw invalidParameterCombination('Specify either TimeRanges or CronExpression, and not both.')
  }
  for (const { StartHour = 0, EndHour = 0 } of TimeRanges ?? []) {
    if (StartHour < 0 || StartHour > 23) throw invalidValue(StartHour, 'startHour')
    if (EndHour < 0 || EndHour > 23) throw invalidValue(EndHour, 'endHour')
  }
  if (TimeRanges?.length) return { TimeRanges }
  return CronExpression ? { CronExpression } : {}
}

export const CreateInstanceEventWindow = creates<
  CreateInstanceEventWindowRequest,
  CreateInstanceEventWindowResult,
  InstanceEventWindow
>(instanceEventWindows, {
  make(input) {
    const times = timesOf(input)
    if (!times.TimeRanges && !times.CronExpression) throw missingParameter('TimeRanges')
    return { ...(input.Name ? { Name: input.Name } : {}), ...times }
  },
  answer: 'InstanceEventWindow',
})

export const DescribeInstanceEventWindows = describes<
  DescribeInstanceEventWindowsRequest,
  DescribeInstanceEventWindowsResult
>(instanceEventWindows, 'InstanceEventWindows', 'InstanceEventWindowIds')

export const ModifyInstanceEventWindow = modifies<
  ModifyInstanceEventWindowRequest,
  ModifyInstanceEventWindowResult,
  InstanceEventWindow
>(instanceEventWindows, 'InstanceEventWindowId', {
  change(_, input) {
    const times = timesOf(input)
    return {
      ...(input.Name ? { Name: input.Name } : {}),
      ...(times.TimeRanges ? { TimeRanges: times.TimeRanges, CronExpression: undefined } : {}),
      ...(times.CronExpression
        ? { CronExpression: times.CronExpression, TimeRanges: undefined }
        : {}),
    }
  },
  answer: 'InstanceEventWindow',
})

export const DeleteInstanceEventWindow = deletes<
  DeleteInstanceEventWindowRequest,
  DeleteInstanceEventWindowResult,
  InstanceEventWindow
>(instanceEventWindows, 'InstanceEventWindowId', {
  before({ AssociationTarget: target }, { ForceDelete }) {
    const lists = [target?.InstanceIds, target?.Tags, target?.DedicatedHostIds]
    if (!ForceDelete && lists.some((list) => list?.length)) {
      throw new AwsError(
        'InvalidInstanceEventWindowState',
        'The event window is associated with targets. Disassociate them, or force the deletion.',
      )
    }
  },
  answer: ({ InstanceEventWindowId }) => ({
    InstanceEventWindowState: { InstanceEventWindowId, State: 'deleting' },
  }),
})

type Target = NonNullable<InstanceEventWindow['AssociationTarget']>

export const AssociateInstanceEventWindow = modifies<
  AssociateInstanceEventWindowRequest,
  AssociateInstanceEventWindowResult,
  InstanceEventWindow
>(instanceEventWindows, 'InstanceEventWindowId', {
  change({ AssociationTarget: before = {} }, { AssociationTarget: given }, call) {
    if (!given) throw missingParameter('AssociationTarget')
    const kinds = [given.InstanceIds, given.InstanceTags, given.DedicatedHostIds]
    if (kinds.filter((list) => list?.length).length !== 1) {
      throw invalidParameterCombination(
        'Specify one kind of target: instance IDs, Dedicated Host IDs or tags.',
      )
    }
    if (given.InstanceIds?.length) instances.requireAll(given.InstanceIds, call)
    const joined = <One>(old: One[] = [], added: One[] = []) => [
      ...old.filter((one) => !added.some((two) => JSON.stringify(one) === JSON.stringify(two))),
      ...added,
    ]
    const AssociationTarget: Target = {
      InstanceIds: joined(before.InstanceIds, given.InstanceIds),
      Tags: joined(before.Tags, given.InstanceTags),
      DedicatedHostIds: joined(before.DedicatedHostIds, given.DedicatedHostIds),
    }
    return { AssociationTarget }
  },
  answer: 'InstanceEventWindow',
})

export const DisassociateInstanceEventWindow = modifies<
  DisassociateInstanceEventWindowRequest,
  DisassociateInstanceEventWindowResult,
  InstanceEventWindow
>(instanceEventWindows, 'InstanceEventWindowId', {
  change({ AssociationTarget: before = {} }, { AssociationTarget: given = {} }) {
    const without = <One>(old: One[] = [], removed: One[] = []) =>
      old.filter((one) => !removed.some((two) => JSON.stringify(one) === JSON.stringify(two)))
    const AssociationTarget: Target = {
      InstanceIds: without(before.InstanceIds, given.InstanceIds),
      Tags: without(before.Tags, given.InstanceTags),
      DedicatedHostIds: without(before.DedicatedHostIds, given.DedicatedHostIds),
    }
    return { AssociationTarget }
  },
  answer: 'InstanceEventWindow',
})

const setting = 'instance-event-notification-attributes'
const none: InstanceTagNotificationAttribute = {
  InstanceTagKeys: [],
  IncludeAllTagsOfInstance: false,
}

export const RegisterInstanceEventNotificationAttributes = acts<
  RegisterInstanceEventNotificationAttributesRequest,
  RegisterInstanceEventNotificationAttributesResult
>({}, ({ InstanceTagAttribute: given = {} }, call) => {
  const before = settingOf(call, setting, none)
  const InstanceTagAttribute = {
    InstanceTagKeys: [...new Set([...before.InstanceTagKeys!, ...(given.InstanceTagKeys ?? [])])],
    IncludeAllTagsOfInstance: given.IncludeAllTagsOfInstance ?? before.IncludeAllTagsOfInstance,
  }
  keepSetting(call, setting, InstanceTagAttribute)
  return { InstanceTagAttribute }
})

export const DeregisterInstanceEventNotificationAttributes = acts<
  DeregisterInstanceEventNotificationAttributesRequest,
  DeregisterInstanceEventNotificationAttributesResult
>({}, ({ InstanceTagAttribute: given = {} }, call) => {
  const before = settingOf(call, setting, none)
  const InstanceTagAttribute = {
    InstanceTagKeys: before.InstanceTagKeys!.filter((key) => !given.InstanceTagKeys?.includes(key)),
    IncludeAllTagsOfInstance:
      given.IncludeAllTagsOfInstance === true ? false : before.IncludeAllTagsOfInstance,
  }
  keepSetting(call, setting, InstanceTagAttribute)
  return { InstanceTagAttribute }
})

export const DescribeInstanceEventNotificationAttributes = acts<
  DescribeInstanceEventNotificationAttributesRequest,
  DescribeInstanceEventNotificationAttributesResult
>({}, (_, call) => ({ InstanceTagAttribute: settingOf(call, setting, none) }))

/** No event is ever scheduled here. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceEventStartTime.html */
export const ModifyInstanceEventStartTime = operation<
  ModifyInstanceEventStartTimeRequest,
  ModifyInstanceEventStartTimeResult
>({
  coverage: 'recorded',
  authorize: ({ InstanceId = '' }, call) => [onResource(call, 'instance', InstanceId)],
  run({ InstanceId, InstanceEventId, NotBefore }, call) {
    if (!InstanceId) throw missingParameter('InstanceId')
    if (!InstanceEventId) throw missingParameter('InstanceEventId')
    if (!NotBefore) throw missingParameter('NotBefore')
    instances.require(InstanceId, call)
    throw new AwsError(
      'InvalidInstanceEventID.NotFound',
      `The instance event ID '${InstanceEventId}' does not exist`,
    )
  },
})
