import { AwsError } from '../../errors.ts'

/** One rule of a bucket, as the API has it. https://docs.aws.amazon.com/AmazonS3/latest/userguide/ManageCorsUsing.html */
export interface CorsRule {
  readonly ID?: string | undefined
  readonly AllowedHeaders?: readonly string[] | undefined
  readonly AllowedMethods: readonly string[] | undefined
  readonly AllowedOrigins: readonly string[] | undefined
  readonly ExposeHeaders?: readonly string[] | undefined
  readonly MaxAgeSeconds?: number | undefined
}

/** What a page asks for, in its request or in the browser's preflight for it. */
export interface CorsRequest {
  readonly origin: string
  readonly method: string
  /** As sent: names with commas between them. */
  readonly headers: string | undefined
}

/** What a page says it will do in a request that is none of a browser's preflights decides too. */
export const methodAsked = (
  headers: Readonly<Record<string, string | undefined>>,
  method: string,
) => headers['access-control-request-method'] || method

/** The headers for an answer that the page may read; undefined where no rule lets it. */
export function corsHeaders(
  rules: readonly CorsRule[],
  { origin, method, headers = '' }: CorsRequest,
): Record<string, string> | undefined {
  const wanted = headers
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '')
  const rule = rules.find(
    ({ AllowedOrigins, AllowedMethods, AllowedHeaders = [] }) =>
      AllowedMethods?.includes(method) &&
      AllowedOrigins?.some((pattern) => matchesPattern(pattern, origin)) &&
      wanted.every((name) =>
        AllowedHeaders.some((pattern) => matchesPattern(pattern.toLowerCase(), name)),
      ),
  )
  if (!rule) return undefined
  // The first origin that matches decides: `*` tells nobody apart, and so goes without credentials.
  const matched = rule.AllowedOrigins!.find((pattern) => matchesPattern(pattern, origin))
  const isOpen = matched === '*'
  return {
    'Access-Control-Allow-Origin': isOpen ? '*' : origin,
    'Access-Control-Allow-Methods': rule.AllowedMethods!.join(', '),
    ...(wanted.length > 0 && { 'Access-Control-Allow-Headers': wanted.join(', ') }),
    ...(rule.ExposeHeaders?.length && {
      'Access-Control-Expose-Headers': rule.ExposeHeaders.join(', '),
    }),
    ...(rule.MaxAgeSeconds !== undefined && {
      'Access-Control-Max-Age': String(rule.MaxAgeSeconds),
    }),
    ...(!isOpen && { 'Access-Control-Allow-Credentials': 'true' }),
    Vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
  }
}

/** A pattern has one asterisk at most. */
function matchesPattern(pattern: string, text: string): boolean {
  const star = pattern.indexOf('*')
  if (star < 0) return pattern === text
  const end = pattern.slice(star + 1)
  return (
    text.length >= pattern.length - 1 &&
    text.startsWith(pattern.slice(0, star)) &&
    text.endsWith(end)
  )
}

const forbidden = (sentence: string) => (method: string, resourceType: string) =>
  new AwsError('AccessForbidden', `CORSResponse: ${sentence}`, {
    status: 403,
    fields: { Method: method, ResourceType: resourceType },
  })

export const corsNotEnabled = forbidden('CORS is not enabled for this bucket.')

export const corsNoBucket = forbidden('Bucket not found')

export const corsNotAllowed = forbidden(
  'This CORS request is not allowed. This is usually because the evalution of Origin, request method / ' +
    "Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.",
)

export const originNeeded = () =>
  new AwsError('BadRequest', 'Insufficient information. Origin request header needed.')

export const requestMethodInvalid = (method: string) =>
  new AwsError('BadRequest', `Invalid Access-Control-Request-Method: ${method}`)
