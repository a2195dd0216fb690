import { createHash } from 'node:crypto'
import type { Call } from '../../operation.ts'
import { invalidNextToken } from './errors.ts'

interface PageRequest {
  readonly MaxResults?: number | undefined
  readonly NextToken?: string | undefined
}

/**
 * A page of a list. A token is good for the query that it was given for.
 *
 * @throws InvalidNextToken
 */
export function pageOf<Item>(
  items: readonly Item[],
  { MaxResults, NextToken, ...query }: PageRequest,
  byDefault: number,
  call: Pick<Call, 'account' | 'region' | 'operation'>,
): { items: Item[]; NextToken?: string } {
  const seal = createHash('sha256')
    .update(JSON.stringify([call.account, call.region, call.operation, query]))
    .digest('base64url')
    .slice(0, 16)
  const start = NextToken ? positionOf(NextToken, seal) : 0
  const end = start + (MaxResults ?? byDefault)
  return {
    items: items.slice(start, end),
    ...(end < items.length
      ? { NextToken: Buffer.from(`${end} ${seal}`).toString('base64url') }
      : {}),
  }
}

function positionOf(token: string, seal: string): number {
  const [position = '', sealed] = Buffer.from(token, 'base64url').toString('latin1').split(' ')
  if (sealed !== seal || !/^\d{1,9}$/.test(position)) throw invalidNextToken()
  return Number(position)
}
