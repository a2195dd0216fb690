import { validation } from './errors.ts'
import type { Action, Target } from './types.ts'

// The actions that experiments can be made of here.
// https://docs.aws.amazon.com/fis/latest/userguide/fis-actions-reference.html

export interface ActionFact {
  readonly description: string
  /** The role has to be allowed to do this to each target. */
  readonly permission?: string
  /** What the action calls its target, and what that has to be. */
  readonly target?: { readonly name: string; readonly resourceType: string }
  readonly parameters: Readonly<
    Record<string, { readonly description: string; readonly required: boolean }>
  >
}

const onInstances = { name: 'Instances', resourceType: 'aws:ec2:instance' }

export const actionFacts: Readonly<Record<string, ActionFact>> = {
  'aws:ec2:reboot-instances': {
    description: 'Reboot the specified EC2 instances.',
    permission: 'ec2:RebootInstances',
    target: onInstances,
    parameters: {},
  },
  'aws:ec2:send-spot-instance-interruptions': {
    description: 'Send interruption notices to the specified EC2 Spot Instances.',
    permission: 'ec2:SendSpotInstanceInterruptions',
    target: { name: 'SpotInstances', resourceType: 'aws:ec2:spot-instance' },
    parameters: {
      durationBeforeInterruption: {
        description: 'The time to wait before interrupting the instances (ISO 8601 duration).',
        required: true,
      },
    },
  },
  'aws:ec2:stop-instances': {
    description: 'Stop the specified EC2 instances.',
    permission: 'ec2:StopInstances',
    target: onInstances,
    parameters: {
      startInstancesAfterDuration: {
        description: 'The time to wait before the instances are started (ISO 8601 duration).',
        required: false,
      },
      completeIfInstancesTerminated: {
        description: 'Complete the action if the instances have been terminated.',
        required: false,
      },
    },
  },
  'aws:ec2:terminate-instances': {
    description: 'Terminate the specified EC2 instances.',
    permission: 'ec2:TerminateInstances',
    target: onInstances,
    parameters: {},
  },
  'aws:fis:wait': {
    description: 'Wait for the specified duration.',
    parameters: {
      duration: {
        description: 'The duration to wait (ISO 8601 duration).',
        required: true,
      },
    },
  },
}

export const resourceTypeFacts: Readonly<Record<string, string>> = {
  'aws:ec2:instance': 'An EC2 instance',
  'aws:ec2:spot-instance': 'An EC2 Spot Instance',
}

export const factOf = (id: string): ActionFact | undefined =>
  Object.hasOwn(actionFacts, id) ? actionFacts[id] : undefined

const minute = 60_000
/** No action takes longer. */
const longest = 12 * 60 * minute

/** An ISO 8601 duration in ms: `PT2M`, `P1DT12H`. @throws ValidationException */
export function duration(text: string): number {
  const match = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(text)
  if (!match || /^PT?$/.test(text)) throw validation(`Invalid duration: ${text}`)
  const [days = 0, hours = 0, minutes = 0, seconds = 0] = match
    .slice(1)
    .map((one) => Number(one ?? 0))
  return ((days * 24 + hours) * 60 + minutes) * minute + seconds * 1000
}

/** @throws ValidationException for an action that is unknown, or lacks what it needs */
export function checkAction(
  name: string,
  action: Action,
  targets: Readonly<Record<string, Target>>,
  actionNames: readonly string[],
): void {
  const fact = factOf(action.actionId)
  if (!fact) throw validation(`Action ${name} has an unknown action ID: ${action.actionId}`)
  const given = action.parameters ?? {}
  const unknown = Object.keys(given).find((one) => !Object.hasOwn(fact.parameters, one))
  if (unknown !== undefined) throw validation(`Action ${name} has an unknown parameter: ${unknown}`)
  for (const [parameter, { required }] of Object.entries(fact.parameters)) {
    if (required && !given[parameter]) {
      throw validation(`Action ${name} is missing the required parameter: ${parameter}`)
    }
  }
  for (const [parameter, value] of Object.entries(given)) {
    if (parameter === 'completeIfInstancesTerminated') continue
    const time = duration(value)
    if (time > longest) throw validation(`Action ${name}: ${parameter} must be at most PT12H.`)
    if (parameter === 'durationBeforeInterruption' && (time < 2 * minute || time > 15 * minute)) {
      throw validation(`Action ${name}: durationBeforeInterruption must be between PT2M and PT15M.`)
    }
  }
  const late = action.startAfter?.find((one) => !actionNames.includes(one) || one === name)
  if (late !== undefined) throw validation(`Action ${name} starts after an unknown action: ${late}`)
  if (!fact.target) return
  const named = action.targets?.[fact.target.name]
  const target = named !== undefined && Object.hasOwn(targets, named) ? targets[named] : undefined
  if (!target) throw validation(`Action ${name} has no target ${fact.target.name}.`)
  if (target.resourceType !== fact.target.resourceType) {
    throw validation(
      `Action ${name} needs a target of the type ${fact.target.resourceType}, not ${target.resourceType}.`,
    )
  }
}
