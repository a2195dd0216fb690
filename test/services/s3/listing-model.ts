/** S3's listing rules in their plainest form, for all keys at once: what pages are compared with. */
export interface Listed {
  readonly keys: string[]
  readonly commonPrefixes: string[]
}

export function listAll(
  keys: readonly string[],
  {
    prefix = '',
    delimiter = '',
    after = '',
  }: { prefix?: string; delimiter?: string; after?: string },
): Listed {
  const sorted = [...new Set(keys)].toSorted((a, b) =>
    Buffer.compare(Buffer.from(a), Buffer.from(b)),
  )
  const listed: Listed = { keys: [], commonPrefixes: [] }
  for (const key of sorted) {
    if (Buffer.compare(Buffer.from(key), Buffer.from(after)) <= 0) continue
    if (!key.startsWith(prefix)) continue
    const at = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length)
    if (at < 0) listed.keys.push(key)
    else {
      const common = key.slice(0, at + delimiter.length)
      if (listed.commonPrefixes.at(-1) !== common) listed.commonPrefixes.push(common)
    }
  }
  return listed
}
