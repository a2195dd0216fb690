import type {
  LaunchTemplate,
  LaunchTemplateVersion,
  ResponseLaunchTemplateData,
} from '@aws-sdk/client-ec2'
import { insertRow } from '../describe/insert.ts'
import { resource } from '../describe/resources.ts'
import type { Scope } from '../describe/resources.ts'
import { time } from '../describe/sql.ts'
import { tagsOf } from './tags.ts'

export interface LaunchTemplateRow {
  readonly seq: number
  readonly launch_template_id: string
  readonly launch_template_name: string
  readonly default_version: number
  readonly last_version: number
  readonly created_at: number
  readonly created_by: string
}

export interface LaunchTemplateVersionRow {
  readonly launch_template_id: string
  readonly version: number
  readonly description: string | null
  readonly created_at: number
  readonly created_by: string
  /** The data as JSON. */
  readonly doc: string
}

export const launchTemplates = resource<LaunchTemplateRow>({
  type: 'launch-template',
  table: 'ec2_launch_templates',
  id: 'launch_template_id',
  prefix: 'lt',
  notFound: {
    code: 'InvalidLaunchTemplateId.NotFound',
    one: (id) => `The specified launch template, with template ID ${id}, does not exist.`,
    several: (ids) => `The specified launch templates, with template IDs ${ids}, do not exist.`,
  },
  malformed: 'InvalidLaunchTemplateId.Malformed',
  limits: { least: 1, most: 200 },
  filters: {
    'create-time': time('t.created_at'),
    'launch-template-name': 't.launch_template_name',
  },
})

export const findTemplateByName = (
  { db, account, region }: Scope,
  name: string,
): LaunchTemplateRow | undefined =>
  db.get<LaunchTemplateRow>(
    `select * from ec2_launch_templates
     where account = ? and region = ? and launch_template_name = ?`,
    account,
    region,
    name,
  )

export const templateVersions = (
  { db, account, region }: Scope,
  id: string,
): LaunchTemplateVersionRow[] =>
  db.all<LaunchTemplateVersionRow>(
    `select * from ec2_launch_template_versions
     where account = ? and region = ? and launch_template_id = ? order by version desc`,
    account,
    region,
    id,
  )

export function toLaunchTemplates(
  rows: readonly LaunchTemplateRow[],
  scope: Scope,
): LaunchTemplate[] {
  const tags = tagsOf(
    scope,
    rows.map((row) => row.launch_template_id),
  )
  return rows.map((row) => ({
    LaunchTemplateId: row.launch_template_id,
    LaunchTemplateName: row.launch_template_name,
    CreateTime: new Date(row.created_at),
    CreatedBy: row.created_by,
    DefaultVersionNumber: row.default_version,
    LatestVersionNumber: templateVersions(scope, row.launch_template_id)[0]!.version,
    Operator: { Managed: false },
    Tags: tags.get(row.launch_template_id),
  }))
}

export const toTemplateVersion = (
  row: LaunchTemplateVersionRow,
  template: LaunchTemplateRow,
): LaunchTemplateVersion => ({
  LaunchTemplateId: row.launch_template_id,
  LaunchTemplateName: template.launch_template_name,
  VersionNumber: row.version,
  ...(row.description === null ? {} : { VersionDescription: row.description }),
  CreateTime: new Date(row.created_at),
  CreatedBy: row.created_by,
  DefaultVersion: row.version === template.default_version,
  LaunchTemplateData: JSON.parse(row.doc) as ResponseLaunchTemplateData,
  Operator: { Managed: false },
})

export function insertTemplate(
  scope: Scope,
  template: { id: string; name: string; createdAt: number; createdBy: string },
): void {
  insertRow(scope, 'ec2_launch_templates', {
    launch_template_id: template.id,
    launch_template_name: template.name,
    default_version: 1,
    last_version: 0,
    created_at: template.createdAt,
    created_by: template.createdBy,
  })
}

/** Adds the next version. @returns its number */
export function insertTemplateVersion(
  scope: Scope,
  id: string,
  version: { description: string | null; createdAt: number; createdBy: string; data: object },
): number {
  const number = launchTemplates.require(id, scope).last_version + 1
  insertRow(scope, 'ec2_launch_template_versions', {
    launch_template_id: id,
    version: number,
    description: version.description,
    created_at: version.createdAt,
    created_by: version.createdBy,
    doc: JSON.stringify(version.data),
  })
  scope.db.run(
    `update ec2_launch_templates set last_version = ?
     where account = ? and region = ? and launch_template_id = ?`,
    number,
    scope.account,
    scope.region,
    id,
  )
  return number
}

export function setDefaultVersion(
  { db, account, region }: Scope,
  id: string,
  version: number,
): void {
  db.run(
    `update ec2_launch_templates set default_version = ?
     where account = ? and region = ? and launch_template_id = ?`,
    version,
    account,
    region,
    id,
  )
}

export function deleteTemplateVersion(
  { db, account, region }: Scope,
  id: string,
  version: number,
): void {
  db.run(
    `delete from ec2_launch_template_versions
     where account = ? and region = ? and launch_template_id = ? and version = ?`,
    account,
    region,
    id,
    version,
  )
}

export function deleteTemplate({ db, account, region }: Scope, id: string): void {
  for (const table of ['ec2_launch_template_versions', 'ec2_launch_templates']) {
    db.run(
      `delete from ${table} where account = ? and region = ? and launch_template_id = ?`,
      account,
      region,
      id,
    )
  }
}
