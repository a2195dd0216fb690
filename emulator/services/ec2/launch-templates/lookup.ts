import type { LaunchTemplateSpecification } from '@aws-sdk/client-ec2'
import type { Scope } from '../describe/resources.ts'
import { findTemplateByName, launchTemplates, templateVersions } from '../rows/launch-templates.ts'
import type { LaunchTemplateRow, LaunchTemplateVersionRow } from '../rows/launch-templates.ts'
import {
  idOrName,
  missingTemplate,
  templateNameNotFound,
  templateVersionNotFound,
} from './errors.ts'

export type TemplateName = Pick<
  LaunchTemplateSpecification,
  'LaunchTemplateId' | 'LaunchTemplateName'
>

/** @throws as AWS does when neither or both are given, or when there is no such template */
export function requireTemplate(
  { LaunchTemplateId: id, LaunchTemplateName: name }: TemplateName,
  scope: Scope,
): LaunchTemplateRow {
  if (id && name) throw idOrName()
  if (id) return launchTemplates.require(id, scope)
  if (!name) throw missingTemplate()
  const row = findTemplateByName(scope, name)
  if (!row) throw templateNameNotFound(name)
  return row
}

/** @param version a number, `$Latest` or `$Default`. @throws InvalidLaunchTemplateId.VersionNotFound */
export function requireVersion(
  template: LaunchTemplateRow,
  version: string,
  scope: Scope,
): LaunchTemplateVersionRow {
  const versions = templateVersions(scope, template.launch_template_id)
  const found =
    version === '$Latest'
      ? versions[0]
      : versions.find(
          (one) =>
            one.version === (version === '$Default' ? template.default_version : Number(version)),
        )
  if (!found) throw templateVersionNotFound(version, template.launch_template_id)
  return found
}
