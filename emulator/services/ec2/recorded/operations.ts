import type { Tag, TagSpecification } from '@aws-sdk/client-ec2'
import { operation } from '../../../operation.ts'
import type { Call, Operation, Permission } from '../../../operation.ts'
import { taggableByType } from '../describe/resources.ts'
import type { Condition, DescribeInput } from '../describe/resources.ts'
import { missingParameter } from '../errors.ts'
import {
  onAddress,
  onInstance,
  onInterface,
  onInternetGateway,
  onRouteTable,
  onSubnet,
  onVpc,
} from '../network/permissions.ts'
import { anyResource, onNewResource, onResource } from '../permissions.ts'
import { findByToken, keepToken } from '../rows/client-tokens.ts'
import { specifiedTags } from '../tagging.ts'
import type { Family } from './family.ts'

// The operations that families have in common. What an operation is about it says once, by `uses`: from that come
// the permissions, the check that it was given, and the check that it is there.

/**
 * The input's members that name resources, with the types of these as IAM has them. `vpc?` is one that may be left out,
 * `vpc!` one that the operation itself looks for. Members with lists of ids name several.
 */
export type Uses<Input> = { readonly [Member in keyof Input & string]?: string }

const onType: Readonly<Record<string, (call: Call, id: string) => Permission>> = {
  vpc: onVpc,
  subnet: onSubnet,
  'network-interface': onInterface,
  'route-table': onRouteTable,
  'internet-gateway': onInternetGateway,
  'elastic-ip': onAddress,
  instance: onInstance,
}

/** The permission on an existing resource of a type, with the condition keys that the type has. */
export const on = (call: Call, type: string, id: string): Permission =>
  onType[type]?.(call, id) ?? onResource(call, type, id)

interface Named {
  readonly member: string
  readonly type: string
  readonly ids: readonly string[]
}

function named<Input extends object>(uses: Uses<Input>, input: Input): Named[] {
  const given = input as Readonly<Record<string, unknown>>
  return Object.entries(uses as Record<string, string>).map(([member, type]) => {
    const value = given[member]
    const ids = (Array.isArray(value) ? value : [value]).filter(
      (one): one is string => typeof one === 'string' && one !== '',
    )
    return { member, type: type.replace(/[?!]$/, ''), ids }
  })
}

/** The permissions on everything that an input names. */
export const onUsed = <Input extends object>(
  uses: Uses<Input>,
  input: Input,
  call: Call,
): Permission[] =>
  named(uses, input).flatMap(({ type, ids }) => ids.map((id) => on(call, type, id)))

/** @throws MissingParameter for what must be named, and the NotFound and Malformed of each type */
export function requireUsed<Input extends object>(
  uses: Uses<Input>,
  input: Input,
  call: Call,
): void {
  for (const { member, type, ids } of named(uses, input)) {
    if (ids.length === 0) {
      if ((uses as Record<string, string>)[member]!.endsWith('?')) continue
      throw missingParameter(member)
    }
    if (!(uses as Record<string, string>)[member]!.endsWith('!')) {
      taggableByType(type)?.requireAll(ids, call)
    }
  }
}

/** @throws MissingParameter for the first of the members that the input does not have */
export function requireMembers<Input extends object>(
  input: Input,
  ...members: readonly (keyof Input & string)[]
): void {
  const missing = members.find((member) => input[member] === undefined || input[member] === '')
  if (missing) throw missingParameter(missing)
}

/** How an item becomes the answer: the member that has it, or the answer itself. */
type Answer<Input, Output, Item> =
  | (keyof Output & string)
  | ((item: Item, input: Input, call: Call) => Output)

const answered = <Input, Output, Item>(
  answer: Answer<Input, Output, Item>,
  item: Item,
  input: Input,
  call: Call,
): Output =>
  typeof answer === 'function' ? answer(item, input, call) : ({ [answer]: item } as Output)

interface MaySpecifyTags {
  readonly TagSpecifications?: readonly TagSpecification[] | undefined
  readonly ClientToken?: string | undefined
}

/** The operation that makes an item of a family. */
export function creates<Input extends object, Output, Item extends object>(
  family: Family<Item>,
  definition: {
    readonly uses?: Uses<Input>
    readonly needs?: readonly (keyof Input & string)[]
    /** More permissions than those on the new item and on what it names. */
    readonly also?: (input: Input, call: Call) => readonly Permission[]
    /** Checks the rest of the input, and says what the item is. */
    readonly make: (input: Input, call: Call) => Partial<Item>
    /** What comes into being with the item. */
    readonly made?: (item: Item, input: Input, call: Call) => void
    readonly answer: Answer<Input, Output, Item>
  },
): Operation<Input, Output, undefined> {
  const { type, id: idMember } = family.definition
  const { uses = {}, needs = [], make, made, answer } = definition
  return operation<Input, Output>({
    coverage: 'recorded',
    authorize: (input, call) => [
      ...onNewResource(call, type, (input as MaySpecifyTags).TagSpecifications),
      ...onUsed(uses, input, call),
      ...(definition.also?.(input, call) ?? []),
    ],
    run(input, call) {
      const { ClientToken, TagSpecifications } = input as MaySpecifyTags
      const before = findByToken<string>(ClientToken, input, call)
      if (before) return answered(answer, family.require(before, call), input, call)
      const tags: readonly Tag[] = specifiedTags(TagSpecifications, type)[type]!
      requireMembers(input, ...needs)
      requireUsed(uses, input, call)
      let item = family.insert(make(input, call), tags, call)
      const id = item[idMember] as string
      if (made) {
        made(item, input, call)
        item = family.require(id, call)
      }
      keepToken(ClientToken, input, id, call)
      return answered(answer, item, input, call)
    },
  })
}

/** The operation that lists a family's items. @param ids the input's member with their ids */
export function describes<Input extends DescribeInput, Output, Item extends object = object>(
  family: Family<Item>,
  list: keyof Output & string,
  ids?: keyof Input & string,
  where?: Condition,
): Operation<Input, Output, undefined> {
  return operation<Input, Output>({
    coverage: 'recorded',
    authorize: anyResource,
    run(input, call) {
      const wanted = ids ? (input[ids] as readonly string[] | undefined) : undefined
      const { items, nextToken } = family.page(input, wanted, call, where)
      return { [list]: items, NextToken: nextToken } as Output
    },
  })
}

/** The operation that changes an item. @param member the input's member with its id */
export function modifies<Input extends object, Output, Item extends object>(
  family: Family<Item>,
  member: keyof Input & string,
  definition: {
    readonly uses?: Uses<Input>
    readonly change: (item: Item, input: Input, call: Call) => Partial<Item>
    /** The passing state that a change goes through. */
    readonly state?: string
    readonly answer: Answer<Input, Output, Item>
  },
): Operation<Input, Output, undefined> {
  const { uses = {}, change, state, answer } = definition
  const all = { [member]: family.definition.type, ...uses } as Uses<Input>
  return operation<Input, Output>({
    coverage: 'recorded',
    authorize: (input, call) => onUsed(all, input, call),
    run(input, call) {
      requireUsed(all, input, call)
      const id = input[member] as string
      const changes = change(family.require(id, call), input, call)
      return answered(answer, family.change(id, changes, call, state), input, call)
    },
  })
}

/** The operation that deletes an item. @param member the input's member with its id */
export function deletes<Input extends object, Output, Item extends object>(
  family: Family<Item>,
  member: keyof Input & string,
  definition: {
    readonly uses?: Uses<Input>
    /** Refuses where something depends on the item, and lets go of what goes with it. */
    readonly before?: (item: Item, input: Input, call: Call) => void
    readonly answer: Answer<Input, Output, Item>
  },
): Operation<Input, Output, undefined> {
  const all = { [member]: family.definition.type, ...definition.uses } as Uses<Input>
  return operation<Input, Output>({
    coverage: 'recorded',
    authorize: (input, call) => onUsed(all, input, call),
    run(input, call) {
      requireUsed(all, input, call)
      const id = input[member] as string
      definition.before?.(family.require(id, call), input, call)
      return answered(definition.answer, family.remove(id, call), input, call)
    },
  })
}

/** An operation of another form on what its input names. */
export function acts<Input extends object, Output>(
  uses: Uses<Input>,
  run: (input: Input, call: Call) => Output,
): Operation<Input, Output, undefined> {
  return operation<Input, Output>({
    coverage: 'recorded',
    authorize: (input, call) =>
      Object.keys(uses).length === 0 ? anyResource() : onUsed(uses, input, call),
    run(input, call) {
      requireUsed(uses, input, call)
      return run(input, call)
    },
  })
}
