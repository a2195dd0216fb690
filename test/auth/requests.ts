import type { SignedRequest } from '../../emulator/auth/canonical-request.ts'

/** A request as Node's HTTP server would give it. */
export function requestOf(
  line: string,
  headerList: readonly (readonly [name: string, value: string])[],
): SignedRequest & { rawHeaders: string[]; headers: Record<string, string> } {
  const space = line.indexOf(' ')
  // A byte a character, as Node reads the wire.
  const target = Buffer.from(line.slice(space + 1)).toString('latin1')
  const [path, query] = splitOnce(target, '?')
  const headers: Record<string, string> = {}
  for (const [name, value] of headerList) {
    const key = name.toLowerCase()
    headers[key] = key in headers ? `${headers[key]}, ${value}` : value
  }
  return { method: line.slice(0, space), path, query, headers, rawHeaders: headerList.flat() }
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator)
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
}

/** The parameters of a presigned URL, without its signature. */
export function presignedQuery(
  query: string,
  parameters: {
    credential: string
    date: string
    expires: number
    signedHeaders: string
    token?: string
  },
): string {
  const added = [
    'X-Amz-Algorithm=AWS4-HMAC-SHA256',
    `X-Amz-Credential=${encodeURIComponent(parameters.credential)}`,
    `X-Amz-Date=${parameters.date}`,
    `X-Amz-SignedHeaders=${encodeURIComponent(parameters.signedHeaders)}`,
    `X-Amz-Expires=${parameters.expires}`,
    ...(parameters.token ? [`X-Amz-Security-Token=${encodeURIComponent(parameters.token)}`] : []),
  ]
  return [...(query ? [query] : []), ...added].join('&')
}

export const namesOf = (
  request: { headers: Record<string, string> },
  except: readonly string[] = [],
) =>
  Object.keys(request.headers)
    .filter((name) => !except.includes(name))
    .toSorted()
    .join(';')
