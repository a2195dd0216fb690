import type { Call, Permission } from '../../operation.ts'
import type { Tags } from './types.ts'

type Kind = 'action' | 'experiment' | 'experiment-template'

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsfaultinjectionservice.html */
export const arnOf = (
  { account, region }: Pick<Call, 'account' | 'region'>,
  kind: Kind,
  id: string,
): string => `arn:aws:fis:${region}:${account}:${kind}/${id}`

/** An existing resource, with its tags as condition keys. */
export const onResource = (call: Call, kind: Kind, id: string, tags: Tags): Permission => ({
  resource: arnOf(call, kind, id),
  context: Object.fromEntries(
    Object.entries(tags).map(([key, value]) => [`aws:ResourceTag/${key}`, value]),
  ),
})

/** A resource that the call makes and, where tags come with it, tags. */
export function onNew(call: Call, kind: Kind, tags: Tags = {}): Permission[] {
  const keys = Object.keys(tags)
  const resource = arnOf(call, kind, '*')
  if (keys.length === 0) return [{ resource }]
  const context = {
    ...Object.fromEntries(keys.map((key) => [`aws:RequestTag/${key}`, tags[key]!])),
    'aws:TagKeys': keys,
  }
  return [
    { resource, context },
    { action: 'fis:TagResource', resource, context },
  ]
}
