// The pieces that a resource's table of filters is written in. `t` is the resource's own row.

/** A filter over an array inside the resource: one of its elements has to match. */
export interface Elements {
  /** A table expression over `t`. */
  readonly elements: string
  readonly value: string
}

/** A filter over rows of another table, `c`, that know the resource: one of them has to match. */
export interface Children {
  /** A table called `c`, which has `account` and `region`, and what is joined to it. */
  readonly children: string
  /** The column of the children that names the resource, and the column of `t` that it names. */
  readonly owner: string
  readonly owned: string
  readonly where?: string
  readonly value: string
}

/** A filter is an SQL expression that gives AWS's text for the attribute, or one of the above. */
export type SqlFilter = string | Elements | Children

/** A column of 0 and 1, as AWS writes it. */
export const flag = (column: string) => `iif(${column}, 'true', 'false')`

/** A column of ms since the epoch, as AWS writes times: `2026-09-29T11:04:43.305Z`. */
export const time = (column: string) =>
  `strftime('%Y-%m-%dT%H:%M:%fZ', ${column} / 1000.0, 'unixepoch')`

/** A member of the JSON document; true and false as AWS writes them. */
export const json = (path: string, column = 't.doc') =>
  `case json_type(${column}, '$.${path}') when 'true' then 'true' when 'false' then 'false'
   else cast(json_extract(${column}, '$.${path}') as text) end`

/** The member of every element of an array in the JSON document; without `member`, the elements themselves. */
export const jsonEach = (array: string, member?: string, column = 't.doc'): Elements => ({
  elements: `json_each(${column}, '$.${array}') e`,
  value: member ? `cast(json_extract(e.value, '$.${member}') as text)` : 'cast(e.value as text)',
})

/** An expression over rows of a table of children, `c`, that have the resource's id in a column of the same name. */
export const child = (table: string, key: string, value: string): Children => ({
  children: `${table} c`,
  owner: `c.${key}`,
  owned: key,
  value,
})

/** Attributes that resources here never have: the filter is known, and matches nothing. */
export const never = 'null'

/** The filters by tag that every tagged resource has, given the column of its id. */
export function tagFilters(id: string): Record<string, Children> {
  const tags = { children: 'ec2_tags c', owner: 'c.resource_id', owned: id }
  return {
    'tag:': { ...tags, where: 'c.key = ?', value: 'c.value' },
    'tag-key': { ...tags, value: 'c.key' },
    'tag-value': { ...tags, value: 'c.value' },
  }
}
