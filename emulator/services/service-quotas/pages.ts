import { createHash } from 'node:crypto'
import type { Call } from '../../operation.ts'
import { invalidToken } from './errors.ts'

const byDefault = 100

/** A page of a list. @throws InvalidPaginationTokenException for a token that was given for another query */
export function pageOf<Item>(
  items: readonly Item[],
  {
    MaxResults = byDefault,
    NextToken,
    ...query
  }: { MaxResults?: number | undefined; NextToken?: string | undefined },
  call: Pick<Call, 'account' | 'region' | 'operation'>,
): { items: Item[]; NextToken?: string } {
  const seal = createHash('sha256')
    .update(JSON.stringify([call.account, call.region, call.operation, query]))
    .digest('base64url')
    .slice(0, 16)
  let start = 0
  if (NextToken) {
    const [position = '', sealed] = Buffer.from(NextToken, 'base64url')
      .toString('latin1')
      .split(' ')
    if (sealed !== seal || !/^\d{1,9}$/.test(position)) throw invalidToken()
    start = Number(position)
  }
  const end = start + MaxResults
  return {
    items: items.slice(start, end),
    ...(end < items.length
      ? { NextToken: Buffer.from(`${end} ${seal}`).toString('base64url') }
      : {}),
  }
}
