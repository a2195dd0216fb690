/** What the filters of lifecycle and replication rules ask of an object: all of it. */
export interface ObjectFilter {
  readonly prefix: string
  readonly tags: Readonly<Record<string, string>>
  /** In bytes; the object has to be larger. */
  readonly sizeGreaterThan?: number | undefined
  /** In bytes; the object has to be smaller. */
  readonly sizeLessThan?: number | undefined
}

export interface FilteredObject {
  readonly key: string
  readonly size: number
  readonly tags: Readonly<Record<string, string>>
}

/** The filters as the API has them: one condition, or several in `And`. */
export interface GivenFilter {
  readonly Prefix?: string | undefined
  readonly Tag?: GivenTag | undefined
  readonly ObjectSizeGreaterThan?: number | undefined
  readonly ObjectSizeLessThan?: number | undefined
  readonly And?:
    | {
        readonly Prefix?: string | undefined
        readonly Tags?: readonly GivenTag[] | undefined
        readonly ObjectSizeGreaterThan?: number | undefined
        readonly ObjectSizeLessThan?: number | undefined
      }
    | undefined
}

export interface GivenTag {
  readonly Key?: string | undefined
  readonly Value?: string | undefined
}

/** @param given null for a rule of the old form, which has a prefix instead */
export function readFilter(
  given: GivenFilter | null | undefined,
  prefix: string | undefined,
): ObjectFilter {
  if (!given) return { prefix: prefix ?? '', tags: {} }
  const { And: and, Tag: tag } = given
  const all = and ?? given
  const tags = and?.Tags ?? (tag ? [tag] : [])
  return {
    prefix: all.Prefix ?? '',
    tags: Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value])),
    sizeGreaterThan: all.ObjectSizeGreaterThan,
    sizeLessThan: all.ObjectSizeLessThan,
  }
}

export const matchesFilter = (filter: ObjectFilter, { key, size, tags }: FilteredObject): boolean =>
  key.startsWith(filter.prefix) &&
  (filter.sizeGreaterThan === undefined || size > filter.sizeGreaterThan) &&
  (filter.sizeLessThan === undefined || size < filter.sizeLessThan) &&
  Object.entries(filter.tags).every(([name, value]) => tags[name] === value)

export const filtersBySize = ({ sizeGreaterThan, sizeLessThan }: ObjectFilter): boolean =>
  sizeGreaterThan !== undefined || sizeLessThan !== undefined

export const filtersByTags = ({ tags }: ObjectFilter): boolean => Object.keys(tags).length > 0

/** A delete marker has neither size nor tags: only a prefix can mean it. */
export const matchesMarker = (filter: ObjectFilter, key: string): boolean =>
  key.startsWith(filter.prefix) && !filtersBySize(filter) && !filtersByTags(filter)
