import { createHash } from 'node:crypto'
import type { Call } from '../../operation.ts'
import { invalid } from './errors.ts'

interface PageRequest {
  readonly maxResults?: number | undefined
  readonly nextToken?: string | undefined
}

/** A page of a list, which is read no further than the page; a token is good for the query it was given for. @throws ValidationException */
export function pageOf<Item>(
  items: Iterable<Item>,
  { maxResults = 100, nextToken, ...query }: PageRequest,
  call: Pick<Call, 'account' | 'operation'>,
): { items: Item[]; nextToken?: string } {
  const seal = createHash('sha256')
    .update(JSON.stringify([call.account, call.operation, query]))
    .digest('base64url')
    .slice(0, 16)
  let start = 0
  if (nextToken) {
    const [position = '', sealed] = Buffer.from(nextToken, 'base64url').toString().split(' ')
    if (sealed !== seal || !/^\d{1,9}$/.test(position)) throw invalid('Invalid pagination token.')
    start = Number(position)
  }
  const end = start + maxResults
  const page: Item[] = []
  let position = 0
  let isMore = false
  for (const item of items) {
    isMore = position >= end
    if (isMore) break
    if (position++ >= start) page.push(item)
  }
  return {
    items: page,
    ...(isMore ? { nextToken: Buffer.from(`${end} ${seal}`).toString('base64url') } : {}),
  }
}
