import type { Call, Permission } from '../../operation.ts'
import type { Tags } from './tags.ts'

type Place = Pick<Call, 'account' | 'region'>

// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html

export const alarmArn = ({ account, region }: Place, name: string): string =>
  `arn:aws:cloudwatch:${region}:${account}:alarm:${name}`

export const insightRuleArn = ({ account, region }: Place, name: string): string =>
  `arn:aws:cloudwatch:${region}:${account}:insight-rule/${name}`

/** Dashboards are the account's, whatever the region. */
export const dashboardArn = ({ account }: Pick<Call, 'account'>, name: string): string =>
  `arn:aws:cloudwatch::${account}:dashboard/${name}`

/** The tags of a resource, as policies ask for them. */
export const onTagged = (resource: string, tags: Tags): Permission => ({
  resource,
  context: Object.fromEntries(
    Object.entries(tags).map(([key, value]) => [`aws:ResourceTag/${key}`, value]),
  ),
})

/** What is asked for with tags. */
export const requestTags = (tags: Tags): Record<string, string | readonly string[]> =>
  Object.keys(tags).length === 0
    ? {}
    : {
        ...Object.fromEntries(
          Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value]),
        ),
        'aws:TagKeys': Object.keys(tags),
      }
