import type {
  DeleteDashboardsInput,
  GetDashboardInput,
  GetDashboardOutput,
  ListDashboardsInput,
  ListDashboardsOutput,
  PutDashboardInput,
  PutDashboardOutput,
} from '@aws-sdk/client-cloudwatch'
import { operation } from '../../../operation.ts'
import type { Call, Permission } from '../../../operation.ts'
import { dashboardArn, onTagged, requestTags } from '../arns.ts'
import {
  dashboardInvalid,
  dashboardNotFound,
  invalidParameterValue,
  parameterRequired,
} from '../errors.ts'
import { isTexts, placeOf, tokenOf } from '../pages.ts'
import { deleteDashboard, findDashboard, listDashboards, putDashboard } from '../rows/dashboards.ts'
import { tagsOf, withTags } from '../tags.ts'

// Dashboards are kept and given back: there is no console here that draws them.

const pageSize = 1000

const onDashboard = (call: Call, name = '*'): Permission =>
  onTagged(dashboardArn(call, name), findDashboard(call, name)?.tags ?? {})

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html */
export const PutDashboard = operation<PutDashboardInput, PutDashboardOutput>({
  coverage: 'recorded',
  authorize({ DashboardName, Tags }, call) {
    const { resource, context } = onDashboard(call, DashboardName)
    const tags = requestTags(tagsOf(Tags))
    const making = { resource, context: { ...context, ...tags } }
    return Tags?.length ? [making, { ...making, action: 'cloudwatch:TagResource' }] : [making]
  },
  run({ DashboardName: name, DashboardBody: body, Tags }, call) {
    checkName(name)
    if (body === undefined) throw parameterRequired('DashboardBody')
    checkBody(body)
    const before = findDashboard(call, name!)
    putDashboard(call, {
      name: name!,
      body,
      modifiedAt: call.now,
      tags: before?.tags ?? withTags({}, Tags),
    })
    return { DashboardValidationMessages: [] }
  },
})

function checkName(name: string | undefined): void {
  if (!name) throw parameterRequired('DashboardName')
  if (name.length > 255) {
    throw invalidParameterValue(
      'The value for field DashboardName is too long. It must not be longer than 255 characters.',
    )
  }
  if (!/^[\w-]+$/.test(name)) {
    throw invalidParameterValue(
      'The value for field DashboardName contains invalid characters. It can only contain alphanumerics, dash (-) and underscore (_).\n',
    )
  }
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html */
function checkBody(body: string): void {
  const invalid = (dataPath: string, message: string) =>
    dashboardInvalid('The dashboard body is invalid, please see the validation messages.', [
      { DataPath: dataPath, Message: message },
    ])
  let parsed: unknown
  try {
    parsed = JSON.parse(body)
  } catch {
    throw dashboardInvalid('The field DashboardBody must be a valid JSON object')
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw dashboardInvalid('The field DashboardBody must be a valid JSON object')
  }
  const { widgets } = parsed as { widgets?: unknown }
  if (!Array.isArray(widgets)) throw invalid('/widgets', 'Should be an array')
  if (widgets.length > 500) throw invalid('/widgets', 'Should not have more than 500 items')
  widgets.forEach((widget: unknown, index) => {
    const { type } = (widget ?? {}) as { type?: unknown }
    if (typeof type !== 'string') {
      throw invalid(`/widgets/${index}`, "Should have required property 'type'")
    }
  })
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetDashboard.html */
export const GetDashboard = operation<GetDashboardInput, GetDashboardOutput>({
  coverage: 'recorded',
  authorize: ({ DashboardName }, call) => [onDashboard(call, DashboardName)],
  run({ DashboardName: name }, call) {
    checkName(name)
    const dashboard = findDashboard(call, name!)
    if (!dashboard) throw dashboardNotFound(name!)
    return {
      DashboardArn: dashboardArn(call, name!),
      DashboardBody: dashboard.body,
      DashboardName: name,
    }
  },
})

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListDashboards.html */
export const ListDashboards = operation<ListDashboardsInput, ListDashboardsOutput>({
  coverage: 'recorded',
  authorize: () => ['*'],
  run({ DashboardNamePrefix = '', NextToken }, call) {
    const [after = ''] = NextToken
      ? placeOf(NextToken, isTexts(1), () => invalidParameterValue('The NextToken is invalid.'))
      : []
    const found = listDashboards(call, DashboardNamePrefix, after, pageSize + 1)
    const page = found.slice(0, pageSize)
    return {
      DashboardEntries: page.map(({ name, body, modifiedAt }) => ({
        DashboardName: name,
        DashboardArn: dashboardArn(call, name),
        LastModified: new Date(modifiedAt),
        Size: Buffer.byteLength(body),
      })),
      ...(found.length > page.length && { NextToken: tokenOf([page.at(-1)!.name]) }),
    }
  },
})

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DeleteDashboards.html */
export const DeleteDashboards = operation<DeleteDashboardsInput, object>({
  coverage: 'recorded',
  authorize: ({ DashboardNames = [] }, call) =>
    DashboardNames.length === 0
      ? [onDashboard(call)]
      : DashboardNames.map((name) => onDashboard(call, name)),
  run({ DashboardNames = [] }, call) {
    if (DashboardNames.length === 0) {
      throw invalidParameterValue('Need to specify at least one dashboard.')
    }
    const gone = DashboardNames.find((name) => !findDashboard(call, name))
    if (gone !== undefined) throw dashboardNotFound(gone)
    for (const name of DashboardNames) deleteDashboard(call, name)
    return {}
  },
})
