import { expect, test } from 'vitest'
import { AwsError } from '../../../emulator/errors.ts'
import { readFixture } from '../../../emulator/fixtures.ts'
import { constraintsOf } from '../../../emulator/protocol/constraints.ts'

interface Fixture {
  readonly operations: Record<string, string>
  readonly shapes: Record<string, { readonly required?: readonly string[] }>
}

/** What is said of an input, or undefined where nothing is wrong with it. */
function saidOf(check: ReturnType<typeof constraintsOf>, operation: string, input: object) {
  try {
    check(input, { operation })
    return undefined
  } catch (error) {
    expect(error).toBeInstanceOf(AwsError)
    return error instanceof AwsError ? error.message : undefined
  }
}

test.each(['iam', 'sts'])('the constraints of every operation of %s can be checked', (service) => {
  const name = `${service}/constraints.json`
  const { operations, shapes }: Fixture = JSON.parse(readFixture(name))
  const check = constraintsOf(name)
  expect(Object.keys(operations).length).toBeGreaterThan(5)
  for (const [operation, shape] of Object.entries(operations)) {
    const required = shapes[shape]!.required?.length ?? 0
    const said = saidOf(check, operation, {})
    if (required === 0) expect(said).toBeUndefined()
    else
      expect(said).toMatch(new RegExp(`^${required} validation errors? detected: Value null at '`))
  }
})

test('a service’s own sentence stands alone, and only where lengths are right', () => {
  const check = constraintsOf('iam/constraints.json', (member) => `${member} is odd`)
  expect(saidOf(check, 'GetUser', { UserName: 'a b' })).toBe('userName is odd')
  expect(saidOf(check, 'GetUser', { UserName: '' })).toMatch(/^2 validation errors detected: /)
  expect(saidOf(check, 'GetUser', { UserName: 'alice' })).toBeUndefined()
})

test('members of lists are named by their place', () => {
  const check = constraintsOf('iam/constraints.json')
  const Tags = [{ Key: 'fine', Value: 'x' }, { Key: 'k' }]
  expect(saidOf(check, 'TagUser', { UserName: 'alice', Tags })).toBe(
    "1 validation error detected: Value null at 'tags.2.member.value' failed to satisfy constraint: " +
      'Member must not be null',
  )
})
