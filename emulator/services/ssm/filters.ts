import type { ParameterStringFilter } from '@aws-sdk/client-ssm'
import { invalidFilterKey, invalidFilterOption, invalidFilterValue, validation } from './errors.ts'
import { keyOf } from './names.ts'
import { tagsOf } from './rows/parameters.ts'
import type { ParameterRow } from './rows/parameters.ts'

// https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ParameterStringFilter.html

type Filterable = ParameterRow & { readonly labels?: readonly string[] }
type Matches = (row: Filterable) => boolean

const nameRequirements =
  'The parameter doesn\'t meet the parameter name requirements. The parameter name must begin with a forward slash "/". It can\'t be prefixed with "aws" or "ssm" (case-insensitive). It must use only letters, numbers, or the following symbols: . (period), - (hyphen), _ (underscore). Special characters are not allowed. All sub-paths, if specified, must use the forward slash symbol "/". Valid example: /get/parameters2-/by1./path0_.'

/** Whether a name is below a path: at the next level, or at any. */
export function isBelow(name: string, path: string, recursive: boolean): boolean {
  const prefix = path.endsWith('/') ? path : `${path}/`
  // A name of one level is below the root, with a slash or without.
  const full = name.startsWith('/') ? name : `/${name}`
  if (!full.startsWith(prefix)) return false
  return recursive || !full.slice(prefix.length).includes('/')
}

/**
 * @param valid the keys that the operation knows; `tag:` besides, where it lists `tag:`
 * @throws InvalidFilterKey, InvalidFilterOption, InvalidFilterValue, ValidationException
 */
export function parseStringFilters(
  filters: readonly ParameterStringFilter[] | undefined,
  valid: readonly string[],
  operationName: 'DescribeParameters' | 'GetParametersByPath',
): Matches {
  const seen = new Set<string>()
  const all = (filters ?? []).map(({ Key = '', Option, Values }) => {
    if (!valid.includes(Key) && !(Key.startsWith('tag:') && valid.includes('tag:'))) {
      throw invalidFilterKey(
        Key,
        valid.filter(
          (key) =>
            key !== 'tag:' &&
            key !== 'DataType' &&
            !(operationName !== 'DescribeParameters' && key === 'Label'),
        ),
      )
    }
    if (seen.has(Key)) {
      throw validation(
        `The following filter is duplicated in the request: ${Key}. A request can contain only one occurrence of a specific filter.`,
      )
    }
    seen.add(Key)
    const isTag = Key.startsWith('tag:')
    if (!isTag && (Values === undefined || Values.length === 0)) {
      throw invalidFilterValue(
        `The following filter values are missing : null for filter key ${Key}`,
      )
    }
    return one(Key, Option, Values ?? [])
  })
  return (row) => all.every((matches) => matches(row))
}

function one(key: string, option: string | undefined, values: readonly string[]): Matches {
  if (key === 'Path') return byPath(option, values)
  const isOneOf = (allowed: readonly string[]) => {
    const bad = values.find((value) => !allowed.includes(value))
    if (bad === undefined) return
    throw invalidFilterValue(
      `The following filter value is not valid: ${bad}. Valid values include: [${allowed.join(', ')}]`,
    )
  }
  if (key === 'Tier') isOneOf(['Standard', 'Advanced', 'Intelligent-Tiering'])
  if (key === 'Type') isOneOf(['String', 'StringList', 'SecureString'])
  const compare = comparison(key, option)
  const any = (text: string) => values.some((value) => compare(text, value))
  switch (key) {
    case 'Name':
      // A name of one level is found with its slash and without.
      return ({ name }) => any(name) || any(keyOf(name)) || any(`/${keyOf(name)}`)
    case 'Type':
      return ({ type }) => any(type)
    case 'KeyId':
      return ({ key_id }) => key_id !== null && any(key_id)
    case 'Tier':
      return ({ tier }) => any(tier)
    case 'DataType':
      return ({ data_type }) => any(data_type)
    case 'Label':
      return ({ labels = [] }) => labels.some(any)
    default: {
      const tag = key.slice('tag:'.length)
      return (row) => {
        const value = tagsOf(row)[tag]
        return value !== undefined && (values.length === 0 || any(value))
      }
    }
  }
}

function comparison(
  key: string,
  option: string | undefined,
): (text: string, value: string) => boolean {
  switch (option) {
    case undefined:
    case 'Equals':
      return (text, value) => text === value
    case 'BeginsWith':
      return (text, value) => text.startsWith(value)
    case 'Contains':
      if (key === 'Name') return (text, value) => text.includes(value)
  }
  throw invalidFilterOption(option, 'BeginsWith, Equals')
}

function byPath(option: string | undefined, values: readonly string[]): Matches {
  if (values.some((value) => /^\/(aws|ssm)/i.test(value))) {
    throw validation(
      'Filters for common parameters can\'t be prefixed with "aws" or "ssm" (case-insensitive). When using global parameters, please specify within a global namespace.',
    )
  }
  if (option !== undefined && option !== 'Recursive' && option !== 'OneLevel') {
    throw invalidFilterOption(option, 'Recursive, OneLevel')
  }
  for (const value of values) {
    if (!/^(\/|(\/[a-zA-Z0-9._-]+)+\/?)$/.test(value)) throw validation(nameRequirements)
  }
  return ({ name }) => values.some((path) => isBelow(name, path, option === 'Recursive'))
}
