import { createHash } from 'node:crypto'
import type { Call } from '../../../operation.ts'
import {
  idsWithMaxResults,
  invalidNextToken,
  maxResultsTooLarge,
  maxResultsTooSmall,
} from '../errors.ts'

/** How a describe lets its answer be cut into pages. */
export interface PageLimits {
  readonly least: number
  readonly most: number
  /** What AWS calls the list of ids where ids and MaxResults exclude each other (`instancesSet`). */
  readonly idsExclude?: string
  /** How many items a page has when nobody asked for a size; everything, where this is absent. */
  readonly unasked?: number
}

/** Most describes of EC2: 5 to 1,000. */
export const usualLimits: PageLimits = { least: 5, most: 1000 }

export interface PageRequest {
  readonly MaxResults?: number | undefined
  readonly NextToken?: string | undefined
}

/** Where a page starts and how long it may be; `size` is undefined for everything. */
export interface PageBounds {
  readonly after: number
  readonly size: number | undefined
  /** The token for the page after the one that ends with the item at `position`. */
  tokenAfter(position: number): string
}

/**
 * @param query everything that says what is listed: a token works only for the query it was given for
 * @throws InvalidParameterValue for a page size out of range or a token from elsewhere
 */
export function pageBounds(
  { MaxResults: maxResults, NextToken: nextToken }: PageRequest,
  limits: PageLimits,
  hasIds: boolean,
  query: readonly unknown[],
  call: Pick<Call, 'account' | 'region' | 'operation'>,
): PageBounds {
  if (maxResults !== undefined) {
    if (hasIds && limits.idsExclude) throw idsWithMaxResults(limits.idsExclude)
    if (maxResults < limits.least) throw maxResultsTooSmall(maxResults, limits.least)
    if (maxResults > limits.most) throw maxResultsTooLarge(maxResults, limits.most)
  }
  const seal = (position: string) =>
    createHash('sha256')
      .update(JSON.stringify([call.account, call.region, call.operation, query, position]))
      .digest('base64url')
      .slice(0, 22)
  return {
    after: nextToken ? openToken(nextToken, seal) : 0,
    size: maxResults ?? (hasIds ? undefined : limits.unasked),
    tokenAfter: (position) =>
      Buffer.from(`${position} ${seal(String(position))}`).toString('base64url'),
  }
}

function openToken(token: string, seal: (position: string) => string): number {
  const [position = '', sealed] = Buffer.from(token, 'base64url').toString('latin1').split(' ')
  if (!/^\d{1,15}$/.test(position) || sealed !== seal(position)) throw invalidNextToken(token)
  return Number(position)
}
