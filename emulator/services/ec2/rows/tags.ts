import type { Tag, TagDescription } from '@aws-sdk/client-ec2'
import { resource } from '../describe/resources.ts'
import type { Scope } from '../describe/resources.ts'

export interface TagRow {
  readonly seq: number
  readonly resource_id: string
  readonly resource_type: string
  readonly key: string
  readonly value: string
}

/** Tags, as DescribeTags lists them. */
export const tagDescriptions = resource<TagRow>({
  type: 'tag',
  table: 'ec2_tags',
  id: 'resource_id',
  prefix: 'tag',
  taggable: false,
  notFound: { code: 'InvalidID', one: (id) => id, several: (ids) => ids },
  malformed: 'InvalidID',
  limits: { least: 5, most: 1000 },
  filters: {
    key: 't.key',
    value: 't.value',
    'resource-id': 't.resource_id',
    'resource-type': 't.resource_type',
    // Here it means this very tag, not every tag of a resource that has it.
    'tag:': {
      children: 'ec2_tags c',
      owner: 'c.seq',
      owned: 'seq',
      where: 'c.key = ?',
      value: 'c.value',
    },
  },
})

export const toTagDescription = (row: TagRow): TagDescription => ({
  ResourceId: row.resource_id,
  ResourceType: row.resource_type as NonNullable<TagDescription['ResourceType']>,
  Key: row.key,
  Value: row.value,
})

/** The tags of several resources, by resource id; a resource without tags has no entry. */
export function tagsOf({ db, account, region }: Scope, ids: readonly string[]): Map<string, Tag[]> {
  const rows = db.all<TagRow>(
    // Left to itself, SQLite takes the index by key, because it has all the columns, and reads all of it.
    `select resource_id, key, value from ec2_tags indexed by ec2_tags_by_resource
     where account = ? and region = ? and resource_id in (select value from json_each(?)) order by seq`,
    account,
    region,
    JSON.stringify(ids),
  )
  const found = new Map<string, Tag[]>()
  for (const { resource_id, key, value } of rows) {
    const tag = { Key: key, Value: value }
    const tags = found.get(resource_id)
    if (tags) tags.push(tag)
    else found.set(resource_id, [tag])
  }
  return found
}

/** Sets a tag, or the new value of one that is there. */
export function putTag(scope: Scope, id: string, type: string, tag: Tag): void {
  scope.db.run(
    `insert into ec2_tags (account, region, resource_id, resource_type, key, value)
     values (?, ?, ?, ?, ?, ?)
     on conflict (account, region, resource_id, key) do update set value = excluded.value`,
    scope.account,
    scope.region,
    id,
    type,
    tag.Key!,
    tag.Value ?? '',
  )
}

/** How many tags count against the limit: all but AWS's own. */
export const countTags = ({ db, account, region }: Scope, id: string): number =>
  db.get<{ count: number }>(
    `select count(*) as count from ec2_tags
     where account = ? and region = ? and resource_id = ? and key not like 'aws:%'`,
    account,
    region,
    id,
  )!.count

/** Removes one tag; with a value, only if it has that value. */
export function deleteTag(scope: Scope, id: string, key: string, value: string | undefined): void {
  scope.db.run(
    `delete from ec2_tags
     where account = ? and region = ? and resource_id = ? and key = ? and (? is null or value = ?)`,
    scope.account,
    scope.region,
    id,
    key,
    value ?? null,
    value ?? null,
  )
}

/** Removes a resource's tags: all, or all but AWS's own. */
export function deleteTags(scope: Scope, id: string, { keepAws = false } = {}): void {
  scope.db.run(
    `delete from ec2_tags where account = ? and region = ? and resource_id = ?
     and (? = 0 or key not like 'aws:%')`,
    scope.account,
    scope.region,
    id,
    Number(keepAws),
  )
}
