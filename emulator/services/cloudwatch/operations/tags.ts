import type {
  ListTagsForResourceInput,
  ListTagsForResourceOutput,
  TagResourceInput,
  UntagResourceInput,
} from '@aws-sdk/client-cloudwatch'
import { operation } from '../../../operation.ts'
import type { Call, Permission } from '../../../operation.ts'
import { onTagged, requestTags } from '../arns.ts'
import { invalidParameterValue, parameterRequired, resourceNotFound } from '../errors.ts'
import { findAlarm, updateAlarm } from '../rows/alarms.ts'
import { findDashboard, putDashboard } from '../rows/dashboards.ts'
import { findDocument, putDocument } from '../rows/documents.ts'
import { tagList, tagsOf, withTags, type Tags } from '../tags.ts'

/** What has tags: alarms, insight rules and dashboards. */
interface Tagged {
  readonly tags: Tags
  setTags(tags: Tags): void
}

/** @returns undefined for what is not there */
function find(call: Call, arn: string): Tagged | undefined {
  const parts = arn.split(':')
  const [, , service, region, account, kind] = parts
  if (service !== 'cloudwatch' || account !== call.account) return undefined
  if (kind === 'alarm' && region === call.region) {
    const alarm = findAlarm(call, parts.slice(6).join(':'))
    return alarm && { tags: alarm.tags, setTags: (tags) => void updateAlarm(call, alarm, { tags }) }
  }
  const rule = /^insight-rule\/(.+)$/s.exec(kind ?? '')?.[1]
  if (rule !== undefined && region === call.region) {
    const document = findDocument(call, 'insight-rule', rule)
    return (
      document && {
        tags: document.tags,
        setTags: (tags) => putDocument(call, 'insight-rule', { ...document, tags }),
      }
    )
  }
  const name = /^dashboard\/(.+)$/s.exec(kind ?? '')?.[1]
  const dashboard = name === undefined ? undefined : findDashboard(call, name)
  return (
    dashboard && {
      tags: dashboard.tags,
      setTags: (tags) => putDashboard(call, { ...dashboard, tags }),
    }
  )
}

function onResource(call: Call, arn: string | undefined): Permission {
  checkArn(arn)
  return onTagged(arn!, find(call, arn!)?.tags ?? {})
}

function checkArn(arn: string | undefined): void {
  if (!arn) throw parameterRequired('ResourceARN')
  if (!/^arn:aws[\w-]*:cloudwatch:[^:]*:\d{12}:.+/s.test(arn)) {
    throw invalidParameterValue(`The value ${arn} for parameter ResourceARN is invalid.`)
  }
}

function required(call: Call, arn: string): Tagged {
  const found = find(call, arn)
  if (!found) throw resourceNotFound(arn)
  return found
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_TagResource.html */
export const TagResource = operation<TagResourceInput, object>({
  authorize({ ResourceARN, Tags }, call) {
    const { resource, context } = onResource(call, ResourceARN)
    return [{ resource, context: { ...context, ...requestTags(tagsOf(Tags)) } }]
  },
  run({ ResourceARN, Tags }, call) {
    if (!Tags) throw parameterRequired('Tags')
    const resource = required(call, ResourceARN!)
    resource.setTags(withTags(resource.tags, Tags))
    return {}
  },
})

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_UntagResource.html */
export const UntagResource = operation<UntagResourceInput, object>({
  authorize({ ResourceARN, TagKeys = [] }, call) {
    const { resource, context } = onResource(call, ResourceARN)
    return [{ resource, context: { ...context, 'aws:TagKeys': TagKeys } }]
  },
  run({ ResourceARN, TagKeys }, call) {
    if (!TagKeys) throw parameterRequired('TagKeys')
    const resource = required(call, ResourceARN!)
    const rest = Object.entries(resource.tags).filter(([key]) => !TagKeys.includes(key))
    resource.setTags(Object.fromEntries(rest))
    return {}
  },
})

/** Of what is not there, AWS lists no tags. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListTagsForResource.html */
export const ListTagsForResource = operation<ListTagsForResourceInput, ListTagsForResourceOutput>({
  authorize: ({ ResourceARN }, call) => [onResource(call, ResourceARN)],
  run: ({ ResourceARN }, call) => ({ Tags: tagList(find(call, ResourceARN!)?.tags ?? {}) }),
})
