import { validation } from './errors.ts'

export interface PageInput {
  readonly maxResults?: number | undefined
  readonly nextToken?: string | undefined
}

const most = 100

/** Where a page starts and how long it is. @throws ValidationException for a size or token that is none */
export function pageOf({ maxResults = most, nextToken }: PageInput): {
  after: number
  size: number
} {
  if (maxResults < 1 || maxResults > most) {
    throw validation(`maxResults must be between 1 and ${most}.`)
  }
  if (!nextToken) return { after: 0, size: maxResults }
  const after = Number(Buffer.from(nextToken, 'base64url').toString('latin1'))
  if (!Number.isSafeInteger(after) || after < 1) throw validation('Invalid nextToken.')
  return { after, size: maxResults }
}

/** What was found is one more than the page has, where there is another page. */
export function cut<Row>(
  found: readonly Row[],
  size: number,
  placeOf: (row: Row) => number,
): { rows: readonly Row[]; nextToken: string | undefined } {
  const rows = found.slice(0, size)
  return {
    rows,
    nextToken:
      found.length > size
        ? Buffer.from(String(placeOf(rows.at(-1)!))).toString('base64url')
        : undefined,
  }
}
