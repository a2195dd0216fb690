import type { Tag, TagSpecification } from '@aws-sdk/client-ec2'
import type { Call, Permission } from '../../operation.ts'
import { arnOf } from './arns.ts'
import { tagsOf } from './rows/tags.ts'

// What EC2 asks of policies: the resource, and the condition keys that go with it.
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html

type Context = Record<string, string | readonly string[]>

/** For describes and other actions without resource types. */
export const anyResource = (): readonly string[] => ['*']

/** An existing resource, with its tags as condition keys. `name` is the ARN's end where that is not the id. */
export function onResource(
  call: Call,
  type: string,
  id: string,
  extra: { name?: string; action?: string; context?: Context } = {},
): Permission {
  const context: Context = { 'ec2:Region': call.region, ...extra.context }
  for (const { Key, Value } of tagsOf(call, [id]).get(id) ?? []) {
    context[`aws:ResourceTag/${Key}`] = Value!
    context[`ec2:ResourceTag/${Key}`] = Value!
  }
  return {
    ...(extra.action ? { action: extra.action } : {}),
    resource: arnOf(call, type, extra.name ?? id),
    context,
  }
}

/**
 * A resource that the call makes: the permission to make it and, when tags travel with it, the one to tag it
 * (`ec2:CreateTags` with `ec2:CreateAction`).
 */
export function onNewResource(
  call: Call,
  type: string,
  specifications: readonly TagSpecification[] | undefined,
  extra: Context = {},
  name = '*',
): Permission[] {
  const tags = (specifications ?? [])
    .filter(({ ResourceType }) => ResourceType === type)
    .flatMap(({ Tags }) => Tags ?? [])
  const context = { 'ec2:Region': call.region, ...requestTags(tags), ...extra }
  const resource = arnOf(call, type, name)
  return [
    { resource, context },
    ...(tags.length > 0
      ? [
          {
            action: 'ec2:CreateTags',
            resource,
            context: { ...context, 'ec2:CreateAction': call.operation },
          },
        ]
      : []),
  ]
}

/** `aws:RequestTag/…` and `aws:TagKeys` of the tags that a request carries. */
export function requestTags(tags: readonly Tag[]): Context {
  const context: Context = {}
  if (tags.length === 0) return context
  for (const { Key = '', Value = '' } of tags) context[`aws:RequestTag/${Key}`] = Value
  context['aws:TagKeys'] = tags.map(({ Key = '' }) => Key)
  return context
}
