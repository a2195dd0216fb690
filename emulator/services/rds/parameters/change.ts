import type { Parameter as Requested } from '@aws-sdk/client-rds'
import type { Call } from '../../../operation.ts'
import { invalidParameterValue } from '../errors.ts'
import { recordEvent } from '../events/record-event.ts'
import {
  defaultGroupIsFixed,
  mustBeProvided,
  parameterIsFixed,
  staticParameterNow,
  tooManyParameters,
  unknownParameter,
} from '../groups/errors.ts'
import { isDefaultGroup } from '../groups/parameter-groups.ts'
import { setChanges, type ParameterChange, type ParameterGroup } from '../rows/parameter-groups.ts'
import { parametersOf, type Parameter } from './catalogue.ts'
import { groupChanged } from './members.ts'
import { checkValue } from './values.ts'

/** https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBParameterGroup.html */
const mostAtOnce = 20

/** @throws InvalidParameterValue, InvalidParameterCombination; then nothing is changed */
export function modifyParameters(
  call: Call,
  group: ParameterGroup,
  requested: readonly Requested[],
): void {
  if (isDefaultGroup(group)) throw defaultGroupIsFixed()
  if (requested.length === 0) throw mustBeProvided('Parameters')
  if (requested.length > mostAtOnce) throw tooManyParameters(mostAtOnce)
  const changes = { ...group.changes }
  for (const { ParameterName, ParameterValue, ApplyMethod } of requested) {
    const parameter = requireParameter(group, ParameterName)
    const method = methodOf(parameter, ApplyMethod)
    if (ParameterValue === undefined) throw mustBeProvided('ParameterValue')
    checkValue(parameter, ParameterValue)
    changes[parameter.name] = { value: ParameterValue, method }
    recordEvent(call, {
      sourceType: 'db-parameter-group',
      source: group.name,
      id: 'RDS-EVENT-0037',
      fill: { name: parameter.name, value: ParameterValue, method },
    })
  }
  setChanges(call.db, group, changes)
  groupChanged(call, group, requested.map(toName), appliedNow(group, requested))
}

/** Parameters, or all of them, get the default group's values again. */
export function resetParameters(
  call: Call,
  group: ParameterGroup,
  { all, Parameters = [] }: { all: boolean; Parameters: readonly Requested[] | undefined },
): void {
  if (isDefaultGroup(group)) throw defaultGroupIsFixed()
  if (all && Parameters.length > 0) {
    throw invalidParameterValue('Parameters cannot be specified when resetting all parameters.')
  }
  if (!all && Parameters.length > mostAtOnce) throw tooManyParameters(mostAtOnce)
  const changes = { ...group.changes }
  const wanted: readonly Requested[] = all
    ? Object.keys(changes).map((ParameterName) => ({ ParameterName }))
    : Parameters
  for (const { ParameterName, ApplyMethod } of wanted) {
    const parameter = requireParameter(group, ParameterName)
    if (!all) methodOf(parameter, ApplyMethod)
    delete changes[parameter.name]
  }
  setChanges(call.db, group, changes)
  const now = all
    ? wanted.map(toName).filter((name) => isDynamic(group, name))
    : appliedNow(group, wanted)
  groupChanged(call, group, wanted.map(toName), now)
}

function requireParameter({ family }: ParameterGroup, name: string | undefined): Parameter {
  if (!name) throw mustBeProvided('ParameterName')
  const parameter = parametersOf(family).get(name) ?? parametersOf(family).get(name.toLowerCase())
  if (!parameter) throw unknownParameter(name)
  if (!parameter.modifiable) throw parameterIsFixed(name)
  return parameter
}

function methodOf({ apply }: Parameter, method: string | undefined): ParameterChange['method'] {
  if (method !== 'immediate' && method !== 'pending-reboot') {
    throw method === undefined
      ? mustBeProvided('ApplyMethod')
      : invalidParameterValue(`Invalid apply method: ${method}`)
  }
  if (apply === 'static' && method === 'immediate') throw staticParameterNow()
  return method
}

/** Those that take effect at once: dynamic ones, where it was asked for. */
const appliedNow = (group: ParameterGroup, requested: readonly Requested[]): string[] =>
  requested
    .filter(
      ({ ParameterName, ApplyMethod }) =>
        ApplyMethod === 'immediate' && isDynamic(group, ParameterName!),
    )
    .map(toName)

const isDynamic = ({ family }: ParameterGroup, name: string): boolean =>
  parametersOf(family).get(name)?.apply === 'dynamic'

const toName = ({ ParameterName }: Requested) => ParameterName!
