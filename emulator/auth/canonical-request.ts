/** A request as it came, before anything was decoded: signatures are over these characters. */
export interface SignedRequest {
  readonly method: string
  /** The path as sent, still percent-encoded, without the query. */
  readonly path: string
  /** The query as sent, without the question mark. */
  readonly query: string
  /** Names in lower case, values as Node gives them (one character a byte); repeated headers joined by `, `. */
  readonly headers: Readonly<Record<string, string | undefined>>
  /** Node's `rawHeaders`. Only they tell a repeated header from one value with a comma and a space in it. */
  readonly rawHeaders?: readonly string[]
}

/** `verbatim` is S3's way with paths: keys like `a//b` and `a/../b` are real, and nothing is encoded twice. */
export type PathRule = 'verbatim' | 'normalized'

const percent = 0x25
const slash = 0x2f
const plus = 0x2b

const unreserved = new Uint8Array(256)
for (const character of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~') {
  unreserved[character.charCodeAt(0)] = 1
}

const escapes = Array.from(
  { length: 256 },
  (_, byte) => '%' + byte.toString(16).toUpperCase().padStart(2, '0'),
)

/**
 * The text that a client hashed to sign: method, path, query, signed headers and the payload's hash.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#create-canonical-request
 *
 * @param signedHeaders as sent: names in lower case, joined by `;`
 * @returns one character a byte (hash it as latin1: clients may sign UTF-8 in header values)
 */
export function canonicalRequest(
  request: SignedRequest,
  signedHeaders: string,
  payloadHash: string,
  pathRule: PathRule,
): string {
  const path =
    pathRule === 'verbatim' ? canonicalObjectPath(request.path) : canonicalPath(request.path)
  return `${request.method}\n${path}\n${canonicalQuery(request.query)}\n${canonicalHeaders(
    request,
    signedHeaders,
  )}\n${signedHeaders}\n${payloadHash}`
}

/** S3: the key's bytes encoded once, however the client chose to write them. An encoded slash stays encoded. */
export function canonicalObjectPath(path: string): string {
  return path === '' ? '/' : recode(path, true)
}

/** Everything but S3: dot segments and doubled slashes are resolved, then the path is encoded as it stands. */
export function canonicalPath(path: string): string {
  if (path === '/' || path === '') return '/'
  const segments: string[] = []
  for (const segment of path.split('/')) {
    if (segment === '' || segment === '.') continue
    if (segment === '..') segments.pop()
    else segments.push(segment)
  }
  if (segments.length === 0) return '/'
  const last = path.endsWith('/') ? '/' : ''
  return encode(`/${segments.join('/')}${last}`)
}

/** Names and values encoded, then sorted by encoded name and value; the signature itself left out. */
export function canonicalQuery(query: string): string {
  if (query === '') return ''
  const pairs: (readonly [name: string, value: string])[] = []
  for (const pair of query.split('&')) {
    if (pair === '') continue
    const equals = pair.indexOf('=')
    const name = recode(equals < 0 ? pair : pair.slice(0, equals), false)
    if (name === 'X-Amz-Signature') continue
    pairs.push([name, equals < 0 ? '' : recode(pair.slice(equals + 1), false)])
  }
  if (pairs.length > 1) pairs.sort(byNameAndValue)
  let canonical = ''
  for (const [name, value] of pairs) {
    canonical += canonical === '' ? `${name}=${value}` : `&${name}=${value}`
  }
  return canonical
}

function byNameAndValue(
  [name, value]: readonly [string, string],
  [otherName, otherValue]: readonly [string, string],
): number {
  if (name !== otherName) return name < otherName ? -1 : 1
  if (value === otherValue) return 0
  return value < otherValue ? -1 : 1
}

function canonicalHeaders(request: SignedRequest, signedHeaders: string): string {
  let canonical = ''
  for (const name of signedHeaders.split(';')) {
    canonical += `${name}:${signedValue(request, name)}\n`
  }
  return canonical
}

function signedValue(request: SignedRequest, name: string): string {
  const value = request.headers[name]
  // A name like `constructor` finds a function on any object.
  if (typeof value !== 'string') return ''
  if (request.rawHeaders && value.includes(', ')) {
    const values = repeatedValues(request.rawHeaders, name)
    if (values.length > 1) return values.map(withoutExtraSpace).join(',')
  }
  return withoutExtraSpace(value)
}

function repeatedValues(rawHeaders: readonly string[], name: string): string[] {
  const values: string[] = []
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    if (rawHeaders[i]!.toLowerCase() === name) values.push(rawHeaders[i + 1]!)
  }
  return values
}

// Not `\s`: that would take the bytes 0x85 and 0xA0 out of UTF-8 text.
const extraSpace = /^[ \t\r\n\f\v]|[ \t\r\n\f\v]$|[ \t\r\n\f\v]{2}|[\t\r\n\f\v]/
const outerSpace = /^[ \t\r\n\f\v]+|[ \t\r\n\f\v]+$/g
const innerSpace = /[ \t\r\n\f\v]+/g

function withoutExtraSpace(value: string): string {
  return extraSpace.test(value) ? value.replace(outerSpace, '').replace(innerSpace, ' ') : value
}

/** Encodes every byte that is not unreserved, a percent sign too; slashes stay. */
function encode(text: string): string {
  let encoded = ''
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === slash || (code < 256 && unreserved[code])) encoded += text[i]
    else encoded += encodeCharacter(text, i)
    if (isHighSurrogate(code)) i++
  }
  return encoded
}

/** Brings text that may be encoded one way or another to the one way that is canonical. */
function recode(text: string, isPath: boolean): string {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if ((code < 256 && unreserved[code]) || (isPath && code === slash)) continue
    if (code !== percent || !isCanonicalEscape(text, i)) return recodeFrom(text, i, isPath)
    i += 2
  }
  return text
}

function recodeFrom(text: string, start: number, isPath: boolean): string {
  let encoded = text.slice(0, start)
  for (let i = start; i < text.length; i++) {
    const code = text.charCodeAt(i)
    const byte = code === percent ? escapedByte(text, i) : -1
    if (byte >= 0) {
      encoded += unreserved[byte] ? String.fromCharCode(byte) : escapes[byte]
      i += 2
    } else if ((code < 256 && unreserved[code]) || (isPath && code === slash)) {
      encoded += text[i]
    } else if (code === plus && !isPath) {
      // A plus in a query is a space to every server that reads forms; a signer writes %20.
      encoded += '%20'
    } else {
      encoded += encodeCharacter(text, i)
      if (isHighSurrogate(code)) i++
    }
  }
  return encoded
}

function isCanonicalEscape(text: string, at: number): boolean {
  const byte = escapedByte(text, at)
  return byte >= 0 && !unreserved[byte] && text.startsWith(escapes[byte]!, at)
}

/** @returns the byte that `%XX` stands for, or -1 */
function escapedByte(text: string, at: number): number {
  const high = hexDigit(text.charCodeAt(at + 1))
  const low = hexDigit(text.charCodeAt(at + 2))
  return high < 0 || low < 0 ? -1 : high * 16 + low
}

function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48
  if (code >= 65 && code <= 70) return code - 55
  if (code >= 97 && code <= 102) return code - 87
  return -1
}

const isHighSurrogate = (code: number) => code >= 0xd800 && code < 0xdc00

/** Node gives a byte a character; text from elsewhere is encoded as UTF-8. */
function encodeCharacter(text: string, at: number): string {
  const code = text.codePointAt(at)!
  if (code < 256) return escapes[code]!
  return Array.from(Buffer.from(String.fromCodePoint(code)), (byte) => escapes[byte]).join('')
}
