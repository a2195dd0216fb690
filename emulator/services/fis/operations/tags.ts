import { operation } from '../../../operation.ts'
import type { Call, Permission } from '../../../operation.ts'
import { experimentNotFound, templateNotFound, validation } from '../errors.ts'
import { findExperiment, findTemplate, tagsOf, update } from '../rows/store.ts'
import type { Tags } from '../types.ts'

interface ByArn {
  readonly resourceArn: string
}

const mostTags = 50

/** https://docs.aws.amazon.com/fis/latest/APIReference/API_TagResource.html */
export const TagResource = operation<ByArn & { readonly tags?: Tags }, object>({
  authorize: ({ resourceArn, tags = {} }, call) => [
    {
      ...onTagged(resourceArn, call),
      context: {
        ...Object.fromEntries(
          Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value]),
        ),
        'aws:TagKeys': Object.keys(tags),
      },
    },
  ],
  run({ resourceArn, tags = {} }, call) {
    const { table, id, row } = tagged(resourceArn, call)
    const all = { ...tagsOf(row), ...tags }
    if (Object.keys(all).length > mostTags)
      throw validation(`A resource has at most ${mostTags} tags.`)
    update(call, table, id, { tags: JSON.stringify(all) })
    return {}
  },
})

/** Without keys, all tags go. https://docs.aws.amazon.com/fis/latest/APIReference/API_UntagResource.html */
export const UntagResource = operation<ByArn & { readonly tagKeys?: readonly string[] }, object>({
  authorize: ({ resourceArn, tagKeys }, call) => [
    {
      ...onTagged(resourceArn, call),
      ...(tagKeys?.length ? { context: { 'aws:TagKeys': tagKeys } } : {}),
    },
  ],
  run({ resourceArn, tagKeys }, call) {
    const { table, id, row } = tagged(resourceArn, call)
    const left = Object.entries(tagsOf(row)).filter(([key]) => tagKeys && !tagKeys.includes(key))
    update(call, table, id, { tags: JSON.stringify(Object.fromEntries(left)) })
    return {}
  },
})

/** https://docs.aws.amazon.com/fis/latest/APIReference/API_ListTagsForResource.html */
export const ListTagsForResource = operation<ByArn, object>({
  authorize: ({ resourceArn }, call) => [onTagged(resourceArn, call)],
  run: ({ resourceArn }, call) => ({ tags: tagsOf(tagged(resourceArn, call).row) }),
})

const onTagged = (arn = '*', call: Call): Permission => ({
  resource: arn.startsWith('arn:')
    ? arn
    : `arn:aws:fis:${call.region}:${call.account}:experiment-template/${arn}`,
})

function tagged(arn: string, call: Call) {
  const [, region, account, kind, id] =
    /^arn:[^:]+:fis:([^:]*):(\d*):(experiment|experiment-template)\/(.+)$/.exec(arn) ?? []
  if (!id || region !== call.region || account !== call.account) {
    throw validation(`Invalid resource ARN: ${arn}`)
  }
  if (kind === 'experiment') {
    const row = findExperiment(call, id)
    if (!row) throw experimentNotFound(id)
    return { table: 'fis_experiments' as const, id, row }
  }
  const row = findTemplate(call, id)
  if (!row) throw templateNotFound(id)
  return { table: 'fis_templates' as const, id, row }
}
