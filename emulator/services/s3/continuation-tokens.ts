import { invalidArgument } from './errors.ts'

/**
 * Where the next page of a listing begins, in a form that nobody is tempted to read or write: AWS promises nothing about
 * it but that it comes back.
 */
export const toToken = (from: string): string => veiled(Buffer.from(`1${from}`)).toString('base64')

/** @throws AwsError `InvalidArgument` for a token that was not made here */
export function fromToken(token: string | undefined): string | undefined {
  if (token === undefined) return undefined
  const text = veiled(Buffer.from(token, 'base64')).toString()
  if (!text.startsWith('1') || toToken(text.slice(1)) !== token) {
    throw incorrectToken()
  }
  return text.slice(1)
}

export const incorrectToken = () =>
  invalidArgument('The continuation token provided is incorrect', 'continuation-token', undefined)

const veiled = (bytes: Buffer) => Buffer.from(bytes.map((byte) => byte ^ 0x5a))
