import { readFixture } from '../../fixtures.ts'
import { mustBeProvided } from './groups/errors.ts'

let required: Readonly<Record<string, readonly string[]>> | undefined

/**
 * Refuses a request without what the API model requires: `fixtures/rds/required.json` has it from there.
 *
 * @throws InvalidParameterValue
 */
export function checkRequired(input: object, { operation }: { readonly operation: string }): void {
  required ??= JSON.parse(readFixture('rds/required.json')) as Record<string, string[]>
  for (const member of required[operation] ?? []) {
    if ((input as Record<string, unknown>)[member] === undefined) throw mustBeProvided(member)
  }
}
