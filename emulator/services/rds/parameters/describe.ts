import type { EngineDefaults, Filter, Parameter as Described } from '@aws-sdk/client-rds'
import { invalidParameterValue } from '../errors.ts'
import { filtered, type FilterDefinition } from '../filters.ts'
import { invalidFamily } from '../groups/errors.ts'
import { page, type PageRequest } from '../pages.ts'
import type { ParameterGroup } from '../rows/parameter-groups.ts'
import { parametersOf, type Parameter } from './catalogue.ts'
import { families } from './families.ts'

interface ParameterRequest extends PageRequest {
  readonly Source?: string | undefined
  readonly Filters?: readonly Filter[] | undefined
}

const sources = ['user', 'system', 'engine-default']

/** A group's parameters, as it has them. @throws InvalidParameterValue for an unknown source */
export function describeParameters(group: ParameterGroup, request: ParameterRequest) {
  const { Source, Filters } = request
  if (Source !== undefined && !sources.includes(Source)) {
    throw invalidParameterValue(
      `Invalid value for Source: ${Source}. Must be one of ${sources.join(', ')}`,
    )
  }
  const all = [...parametersOf(group.family).values()].map((parameter) =>
    describe(parameter, group.changes[parameter.name]),
  )
  const found = filtered(
    Source === undefined ? all : all.filter((one) => one.Source === Source),
    Filters,
    filters,
  )
  const { records, Marker } = page(request, found, ({ ParameterName }) => ParameterName!)
  return { Parameters: [...records], ...(Marker && { Marker }) }
}

/** What a family's default group has. @throws InvalidParameterValue for an unknown family */
export function describeDefaults(family: string, request: ParameterRequest): EngineDefaults {
  const name = family.toLowerCase()
  if (!families().has(name)) throw invalidFamily(family)
  const all = [...parametersOf(name).values()].map((parameter) => {
    const { ApplyMethod: _, ...described } = describe(parameter)
    return described
  })
  const found = filtered(all, request.Filters, filters)
  const { records, Marker } = page(request, found, ({ ParameterName }) => ParameterName!)
  return { DBParameterGroupFamily: name, Parameters: [...records], ...(Marker && { Marker }) }
}

const filters: Readonly<Record<string, FilterDefinition<Described>>> = {
  'parameter-name': { values: 'Parameter Names', of: ({ ParameterName }) => ParameterName },
}

function describe(parameter: Parameter, change?: ParameterGroup['changes'][string]): Described {
  const value = change?.value ?? parameter.value
  return {
    ParameterName: parameter.name,
    ...(value !== undefined && { ParameterValue: value }),
    Description: parameter.description,
    Source: change ? 'user' : parameter.source,
    ApplyType: parameter.apply,
    DataType: parameter.type,
    ...(parameter.allowed !== undefined && { AllowedValues: parameter.allowed }),
    IsModifiable: parameter.modifiable,
    ApplyMethod: change?.method ?? 'pending-reboot',
  }
}
