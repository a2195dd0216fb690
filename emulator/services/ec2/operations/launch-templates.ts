import type {
  CreateLaunchTemplateRequest,
  CreateLaunchTemplateResult,
  DeleteLaunchTemplateRequest,
  DeleteLaunchTemplateResult,
  DescribeLaunchTemplatesRequest,
  DescribeLaunchTemplatesResult,
  ModifyLaunchTemplateRequest,
  ModifyLaunchTemplateResult,
} from '@aws-sdk/client-ec2'
import { AwsError } from '../../../errors.ts'
import { operation } from '../../../operation.ts'
import type { Call, Permission } from '../../../operation.ts'
import { missingParameter } from '../errors.ts'
import { checkUserData } from '../instances/launch-options.ts'
import {
  idOrNameToModify,
  templateNameMalformed,
  newDefaultNotFound,
  someTemplateMissing,
  templateNameTaken,
} from '../launch-templates/errors.ts'
import { requireTemplate, requireVersion } from '../launch-templates/lookup.ts'
import type { TemplateName } from '../launch-templates/lookup.ts'
import { anyResource, onNewResource, onResource } from '../permissions.ts'
import { findByToken, keepToken } from '../rows/client-tokens.ts'
import {
  deleteTemplate,
  findTemplateByName,
  insertTemplate,
  insertTemplateVersion,
  launchTemplates,
  setDefaultVersion,
  toLaunchTemplates,
} from '../rows/launch-templates.ts'
import type { LaunchTemplateRow } from '../rows/launch-templates.ts'
import { deleteTags } from '../rows/tags.ts'
import { specifiedTags, tagResource } from '../tagging.ts'

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateLaunchTemplate.html */
export const CreateLaunchTemplate = operation<
  CreateLaunchTemplateRequest,
  CreateLaunchTemplateResult
>({
  authorize: ({ TagSpecifications }, call) =>
    onNewResource(call, 'launch-template', TagSpecifications),
  run(input, call) {
    const id = findByToken<string>(input.ClientToken, input, call) ?? create(input, call)
    return { LaunchTemplate: toLaunchTemplates([launchTemplates.require(id, call)], call)[0] }
  },
})

function create(input: CreateLaunchTemplateRequest, call: Call): string {
  const { LaunchTemplateName: name, VersionDescription: description } = input
  if (!name) throw missingParameter('LaunchTemplateName')
  if (!/^[a-zA-Z0-9().\-/_]{3,128}$/.test(name)) throw templateNameMalformed()
  const data = checkedData(input.LaunchTemplateData)
  if (findTemplateByName(call, name)) throw templateNameTaken()
  const { 'launch-template': tags } = specifiedTags(input.TagSpecifications, 'launch-template')
  const id = call.ids.ec2('lt')
  const made = { createdAt: call.now, createdBy: call.caller.arn ?? call.account }
  insertTemplate(call, { id, name, ...made })
  insertTemplateVersion(call, id, { description: description ?? null, data, ...made })
  tagResource(call, id, 'launch-template', tags)
  keepToken(input.ClientToken, input, id, call)
  return id
}

/** @throws MissingParameter, or InvalidParameterValue for user data that is not base64 */
export function checkedData<Data extends { UserData?: string | undefined }>(
  data: Data | undefined,
): Data {
  if (!data || Object.keys(data).length === 0) throw missingParameter('LaunchTemplateData')
  checkUserData(data.UserData)
  return data
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeLaunchTemplates.html */
export const DescribeLaunchTemplates = operation<
  DescribeLaunchTemplatesRequest,
  DescribeLaunchTemplatesResult
>({
  authorize: anyResource,
  run({ LaunchTemplateNames: names = [], ...input }, call) {
    if (names.some((name) => !findTemplateByName(call, name))) throw someTemplateMissing()
    const byName = {
      sql: 't.launch_template_name in (select value from json_each(?))',
      values: [JSON.stringify(names)],
    }
    const { rows, nextToken } = launchTemplates.page(
      input,
      input.LaunchTemplateIds,
      call,
      names.length > 0 ? byName : undefined,
    )
    return { LaunchTemplates: toLaunchTemplates(rows, call), NextToken: nextToken }
  },
})

/** Chooses the default version. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyLaunchTemplate.html */
export const ModifyLaunchTemplate = operation<
  ModifyLaunchTemplateRequest,
  ModifyLaunchTemplateResult
>({
  authorize: onTemplate,
  run(input, call) {
    if (input.LaunchTemplateId && input.LaunchTemplateName) throw idOrNameToModify()
    const row = requireTemplate(input, call)
    if (!input.DefaultVersion) throw missingParameter('DefaultVersion')
    const version = newDefault(row, input.DefaultVersion, call)
    setDefaultVersion(call, row.launch_template_id, version)
    const changed = launchTemplates.require(row.launch_template_id, call)
    return { LaunchTemplate: toLaunchTemplates([changed], call)[0] }
  },
})

function newDefault(row: LaunchTemplateRow, version: string, call: Call): number {
  try {
    return requireVersion(row, version, call).version
  } catch (error) {
    throw error instanceof AwsError ? newDefaultNotFound(version) : error
  }
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DeleteLaunchTemplate.html */
export const DeleteLaunchTemplate = operation<
  DeleteLaunchTemplateRequest,
  DeleteLaunchTemplateResult
>({
  authorize: onTemplate,
  run(input, call) {
    const row = requireTemplate(input, call)
    const [shown] = toLaunchTemplates([row], call)
    deleteTemplate(call, row.launch_template_id)
    deleteTags(call, row.launch_template_id)
    return { LaunchTemplate: shown }
  },
})

/** The template that a request names by id or name. */
export function onTemplate(
  { LaunchTemplateId: id, LaunchTemplateName: name }: TemplateName,
  call: Call,
): Permission[] {
  const known = id ?? (name ? findTemplateByName(call, name)?.launch_template_id : undefined)
  return [onResource(call, 'launch-template', known ?? '*')]
}
