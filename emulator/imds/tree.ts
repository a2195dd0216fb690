/** What a path of the metadata leads to. Leaves that cost something are functions: nobody pays for what is not asked for. */
export type Entry = Leaf | (() => Leaf | undefined | Promise<Leaf | undefined>) | Directory

type Leaf = string | Uint8Array

export interface Directory {
  /** In the order they are listed; what is undefined is not there. */
  readonly entries: Readonly<Record<string, Entry | undefined>>
  /** Where the listing is not just the names, with a slash after directories. */
  readonly listing?: string
}

/** @param entries in the order they are listed */
export const directory = (entries: Directory['entries'], listing?: string): Directory => ({
  entries,
  ...(listing !== undefined && { listing }),
})

const isDirectory = (entry: Entry): entry is Directory =>
  typeof entry === 'object' && !(entry instanceof Uint8Array)

/**
 * What stands at a path: a leaf's value or a directory's listing, with a slash at the end or without. Undefined where
 * nothing is.
 *
 * @param segments the path's parts, percent-decoded, without empty ones at its end
 */
export async function lookUp(
  root: Directory,
  segments: readonly string[],
): Promise<Leaf | undefined> {
  let entry: Entry = root
  for (const segment of segments) {
    if (!isDirectory(entry) || !Object.hasOwn(entry.entries, segment)) return undefined
    const next: Entry | undefined = entry.entries[segment]
    if (next === undefined) return undefined
    entry = next
  }
  if (isDirectory(entry)) return listingOf(entry)
  return typeof entry === 'function' ? await entry() : entry
}

function listingOf({ entries, listing }: Directory): string {
  if (listing !== undefined) return listing
  return Object.entries(entries)
    .flatMap(([name, entry]) =>
      entry === undefined ? [] : [isDirectory(entry) ? `${name}/` : name],
    )
    .join('\n')
}
