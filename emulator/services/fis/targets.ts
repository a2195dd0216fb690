import type { Instance } from '@aws-sdk/client-ec2'
import type { TimerCall } from '../../clock/timers.ts'
import { validation } from './errors.ts'
import type { Target } from './types.ts'

// Which resources an experiment is about.
// https://docs.aws.amazon.com/fis/latest/userguide/targets.html

const mostArns = 5

/** @throws ValidationException for a target that can find nothing, or names what it must not */
export function checkTarget(name: string, target: Target, known: (type: string) => boolean): void {
  if (!target.resourceType) throw validation(`Target ${name} is missing its resourceType.`)
  if (!known(target.resourceType)) {
    throw validation(`Target ${name} has an unknown resource type: ${target.resourceType}`)
  }
  parseMode(target.selectionMode)
  const arns = target.resourceArns?.length ?? 0
  const byTags = Object.keys(target.resourceTags ?? {}).length > 0
  if (arns > mostArns) throw validation(`Target ${name} has more than ${mostArns} resourceArns.`)
  if (arns > 0 && (byTags || target.filters?.length)) {
    throw validation(
      `Target ${name} has resourceArns: resourceTags and filters do not go with them.`,
    )
  }
  if (arns === 0 && !byTags && !target.filters?.length && !target.parameters) {
    throw validation(`Target ${name} must have resourceArns, resourceTags or filters.`)
  }
}

interface Mode {
  readonly count?: number
  readonly percent?: number
}

function parseMode(text: string | undefined): Mode {
  if (text === 'ALL') return {}
  const [, kind, value] = /^(COUNT|PERCENT)\((\d+)\)$/.exec(text ?? '') ?? []
  const amount = Number(value)
  if (!kind || amount < 1 || (kind === 'PERCENT' && amount > 100)) {
    throw validation(`Invalid selectionMode: ${text}`)
  }
  return kind === 'COUNT' ? { count: amount } : { percent: amount }
}

/** The ids of the instances that a target is, picked at random where it wants some of them only. */
export function resolve(target: Target, call: TimerCall): string[] {
  const all = call.ports.instanceActions?.list(call) ?? []
  const ids = new Set(target.resourceArns?.map((arn) => arn.split('/').at(-1)!))
  const found = all.filter(
    (instance) =>
      (target.resourceType !== 'aws:ec2:spot-instance' || instance.InstanceLifecycle === 'spot') &&
      (ids.size === 0 || ids.has(instance.InstanceId!)) &&
      hasTags(instance, target) &&
      inZone(instance, target) &&
      (target.filters ?? []).every(({ path, values }) => holds(instance, path, values)),
  )
  return pick(
    found.map((instance) => instance.InstanceId!),
    parseMode(target.selectionMode),
    call,
  )
}

const hasTags = ({ Tags = [] }: Instance, { resourceTags = {} }: Target) =>
  Object.entries(resourceTags).every(([key, value]) =>
    Tags.some((tag) => tag.Key === key && tag.Value === value),
  )

const inZone = ({ Placement }: Instance, { parameters }: Target) => {
  const zone = parameters?.['availabilityZoneIdentifier']
  return !zone || zone === Placement?.AvailabilityZone || zone === Placement?.AvailabilityZoneId
}

/** A filter is a path into what DescribeInstances shows; of a list, one element has to match. */
function holds(instance: Instance, path: string, values: readonly string[]): boolean {
  const reached = path.split('.').reduce<unknown[]>(
    (from, member) =>
      from.flatMap((one) => {
        const value = (one as Record<string, unknown> | undefined)?.[member]
        return Array.isArray(value) ? value : value === undefined ? [] : [value]
      }),
    [instance],
  )
  return reached.some((value) => values.includes(String(value)))
}

function pick(ids: string[], { count, percent }: Mode, call: TimerCall): string[] {
  if (count === undefined && percent === undefined) return ids
  const wanted = count ?? Math.ceil((ids.length * percent!) / 100)
  const left = [...ids]
  const picked: string[] = []
  while (picked.length < wanted && left.length > 0) {
    picked.push(...left.splice(Math.floor(call.ids.random() * left.length), 1))
  }
  return picked
}
