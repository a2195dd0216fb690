import { invalidNextToken } from './errors.ts'

/** Where the next page of a list begins. AWS promises nothing about a token but that it comes back. */
export const toNextToken = (from: string): string => Buffer.from(`1${from}`).toString('base64url')

/** @throws AwsError `InvalidRequest` for a token that was not made here */
export function fromNextToken(token: string | undefined): string {
  if (token === undefined) return ''
  const text = Buffer.from(token, 'base64url').toString()
  if (!text.startsWith('1') || toNextToken(text.slice(1)) !== token) throw invalidNextToken()
  return text.slice(1)
}
