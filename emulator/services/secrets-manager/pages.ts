import { invalidToken } from './errors.ts'

/** A page of a list that has an order, and where the next one begins. */
export function page<Item>(
  items: readonly Item[],
  { limit, token }: { readonly limit: number; readonly token: string | undefined },
): { readonly page: readonly Item[]; readonly NextToken?: string } {
  const start = token === undefined ? 0 : readToken(token)
  const end = start + limit
  return {
    page: items.slice(start, end),
    ...(end < items.length && { NextToken: Buffer.from(`from:${end}`).toString('base64') }),
  }
}

function readToken(token: string): number {
  const match = /^from:(\d+)$/.exec(Buffer.from(token, 'base64').toString())
  if (!match) throw invalidToken()
  return Number(match[1])
}
