import type { SpotFleetRequestConfig } from '@aws-sdk/client-ec2'
import {
  DescribeSpotFleetRequestHistoryCommand,
  DescribeSpotFleetRequestsCommand,
} from '@aws-sdk/client-ec2'
import type { Cloud } from '../../checker/cloud.ts'
import type { Verdict } from '../../checker/lab.ts'
import { failed, passed } from '../../checker/lab.ts'

/** Looks at the student's newest fleet. */
export const onFleet =
  (check: (fleet: SpotFleetRequestConfig, cloud: Cloud) => Promise<Verdict> | Verdict) =>
  async (cloud: Cloud): Promise<Verdict> => {
    const { SpotFleetRequestConfigs = [] } = await cloud.ec2.send(
      new DescribeSpotFleetRequestsCommand({}),
    )
    const fleet = SpotFleetRequestConfigs.toSorted(
      (one, other) => Number(one.CreateTime) - Number(other.CreateTime),
    ).at(-1)
    return fleet === undefined
      ? failed('You have requested no spot fleet yet.')
      : check(fleet, cloud)
  }

export const checkCapacity = onFleet(
  ({ SpotFleetRequestId, SpotFleetRequestConfig }, { values }) => {
    const target = SpotFleetRequestConfig?.TargetCapacity
    return target === Number(values['capacity'])
      ? passed()
      : failed(
          `Your fleet ${SpotFleetRequestId} wants ${target} instances. Expected ${values['capacity']}.`,
        )
  },
)

export const checkKinds = onFleet(({ SpotFleetRequestId, SpotFleetRequestConfig }) => {
  const types = new Set(
    SpotFleetRequestConfig?.LaunchSpecifications?.map(({ InstanceType }) => InstanceType),
  )
  for (const { Overrides = [] } of SpotFleetRequestConfig?.LaunchTemplateConfigs ?? []) {
    for (const { InstanceType } of Overrides) types.add(InstanceType)
  }
  return types.size >= 2
    ? passed()
    : failed(
        `Your fleet ${SpotFleetRequestId} may launch ${[...types].join(', ')} only. Expected at least two types.`,
      )
})

export const checkSpread = onFleet(({ SpotFleetRequestId, SpotFleetRequestConfig }) => {
  const strategy = SpotFleetRequestConfig?.AllocationStrategy ?? 'lowestPrice'
  return strategy === 'diversified'
    ? passed()
    : failed(`Your fleet ${SpotFleetRequestId} chooses by ${strategy}. Expected diversified.`)
})

export const checkMaintained = onFleet(({ SpotFleetRequestId, SpotFleetRequestConfig }) => {
  const type = SpotFleetRequestConfig?.Type ?? 'maintain'
  return type === 'maintain'
    ? passed()
    : failed(
        `Your fleet ${SpotFleetRequestId} is of type ${type}: it replaces nothing. Expected maintain.`,
      )
})

/** More launches than it wants, after the student had terminated one while the fleet stood. */
export const checkReplaced = onFleet(async ({ SpotFleetRequestId }, cloud) => {
  const { HistoryRecords = [] } = await cloud.ec2.send(
    new DescribeSpotFleetRequestHistoryCommand({
      SpotFleetRequestId: SpotFleetRequestId!,
      StartTime: new Date(0),
    }),
  )
  const launched = HistoryRecords.filter(
    ({ EventInformation }) => EventInformation?.EventSubType === 'launched',
  )
  const ids = new Set(launched.map(({ EventInformation }) => EventInformation?.InstanceId))
  if (ids.size === 0) return failed(`Your fleet ${SpotFleetRequestId} has launched nothing yet.`)
  const terminated = cloud.events.last({
    service: 'ec2',
    operation: 'TerminateInstances',
    where: ({ parameters }) =>
      [parameters?.['InstanceIds']].flat().some((id) => ids.has(String(id))),
  })
  if (terminated === undefined) {
    return failed(`Nobody has terminated an instance of your fleet ${SpotFleetRequestId} yet.`)
  }
  return ids.size > Number(cloud.values['capacity'])
    ? passed()
    : failed(
        `Your fleet ${SpotFleetRequestId} has launched ${ids.size} instances in all, none of them for the one that you terminated. Expected another one: does it maintain its number, and did you give it time?`,
        terminated,
      )
})
