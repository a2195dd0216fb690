import type { Filter } from '@aws-sdk/client-rds'
import { emptyFilter, unknownFilter } from './errors.ts'

/** A filter that a describe operation knows. */
export interface FilterDefinition<Item> {
  /** What its values are, for the sentence when there are none: `DB Instance Identifiers`. */
  readonly values: string
  /** What an item has for this filter: one of its values must be among those asked for. */
  readonly of: (item: Item) => string | undefined | readonly string[]
  /** How a value is read, where it may stand in several forms (an ARN for a name). */
  readonly read?: (value: string) => string
}

/**
 * An identifier is one more value of the filter that is for it, as RDS has it: a name together with a filter for another name finds both.
 *
 * @returns undefined where there is no such filter: then only what is named can be found
 */
export function withIdentifier(
  filters: readonly Filter[] = [],
  name: string,
  identifier: string,
): readonly Filter[] | undefined {
  if (!filters.some((one) => one.Name === name && one.Values?.length)) return undefined
  return filters.map((one) =>
    one.Name === name ? { ...one, Values: [...(one.Values ?? []), identifier] } : one,
  )
}

/**
 * The items that pass every filter: of a filter's values, one is enough.
 *
 * @throws InvalidParameterValue for a filter that the operation does not know, InvalidParameterCombination for one without values
 */
export function filtered<Item>(
  items: readonly Item[],
  filters: readonly Filter[] = [],
  definitions: Readonly<Record<string, FilterDefinition<Item>>>,
): readonly Item[] {
  const tests = filters.map(({ Name = '', Values = [] }) => {
    const definition = Object.hasOwn(definitions, Name) ? definitions[Name] : undefined
    if (!definition) throw unknownFilter(Name)
    if (Values.length === 0) throw emptyFilter(definition.values)
    const wanted = new Set(Values.map(definition.read ?? String))
    return (item: Item) => [definition.of(item) ?? []].flat().some((value) => wanted.has(value))
  })
  return tests.length === 0 ? items : items.filter((item) => tests.every((test) => test(item)))
}
