/** What CloudTrail writes in place of a secret. */
export const hidden = 'HIDDEN_DUE_TO_SECURITY_REASONS'

const secretNames = new Set(
  [
    'SecretAccessKey',
    'SecretKey',
    'SecretString',
    'SecretBinary',
    'ClientSecret',
    'Token',
    'SessionToken',
    'SecurityToken',
    'WebIdentityToken',
    'AuthToken',
    'AuthorizationToken',
    'TokenCode',
    'AuthenticationCode1',
    'AuthenticationCode2',
    'SAMLAssertion',
    'PrivateKey',
    'AddPrivateKey',
    'ServiceCredentialSecret',
    'KeyMaterial',
    'Base32StringSeed',
    'QRCodePNG',
    'PreSharedKey',
    'Plaintext',
  ].map((name) => name.toLowerCase()),
)
/** `MasterUserPassword`, `TdeCredentialPassword`; S3's `SSECustomerKey`, `CopySourceSSECustomerKey`. */
const secretEndings = /(?:password|ssecustomerkey)$/

const isSecretByName = new Map<string, boolean>()

function isSecret(name: string): boolean {
  let secret = isSecretByName.get(name)
  if (secret === undefined) {
    const lower = name.toLowerCase()
    secret = secretNames.has(lower) || secretEndings.test(lower)
    // Names come from schemas, but also from maps that callers fill.
    if (isSecretByName.size < 10_000) isSecretByName.set(name, secret)
  }
  return secret
}

const maximumDepth = 32

/**
 * JSON of an operation's input or output, for the record: members that are secret by their name are hidden, bytes and streams
 * are named by their length, and what would make it longer than `limit` characters (more or less) is left out, with a mark.
 * Takes time in proportion to what it writes, not to what it is given.
 */
export function redactedJson(value: unknown, limit = 32 * 1024): string {
  return write(value, { left: limit }, 0)
}

interface Writer {
  /** How many characters may still be written. */
  left: number
}

function write(value: unknown, writer: Writer, depth: number): string {
  const text = scalar(value, writer)
  if (text !== undefined) {
    writer.left -= text.length
    return text
  }
  if (depth >= maximumDepth) return '"…"'
  if (Array.isArray(value)) return writeList(value, writer, depth)
  return writeMembers(value as object, writer, depth)
}

/** The text of what has no members, or undefined. */
function scalar(value: unknown, writer: Writer): string | undefined {
  switch (typeof value) {
    case 'string':
      if (value.length <= writer.left) return JSON.stringify(value)
      return JSON.stringify(
        `${value.slice(0, Math.max(writer.left, 0))}… (${value.length} characters)`,
      )
    case 'number':
    case 'boolean':
      return JSON.stringify(value)
    case 'bigint':
      return value.toString()
    case 'object':
      break
    default:
      return 'null'
  }
  if (value === null) return 'null'
  if (value instanceof Date) return JSON.stringify(value)
  if (ArrayBuffer.isView(value)) return `"<${value.byteLength} bytes>"`
  if (Array.isArray(value)) return undefined
  // Streams, files that arrived: their members say nothing about the call.
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null ? undefined : '"<bytes>"'
}

function writeList(list: readonly unknown[], writer: Writer, depth: number): string {
  let text = '['
  for (const [index, item] of list.entries()) {
    if (index > 0) text += ','
    if (writer.left <= 0) return `${text}"… (${list.length} items)"]`
    text += write(item, writer, depth + 1)
    writer.left -= 1
  }
  return `${text}]`
}

function writeMembers(object: object, writer: Writer, depth: number): string {
  let text = '{'
  for (const [name, member] of Object.entries(object)) {
    if (member === undefined) continue
    if (text.length > 1) text += ','
    if (writer.left <= 0) return `${text}"…":"left out"}`
    const quoted = JSON.stringify(name.length > 1024 ? name.slice(0, 1024) : name)
    writer.left -= quoted.length + 2
    const secret = isSecret(name) && member !== null
    text += `${quoted}:${secret ? `"${hidden}"` : write(member, writer, depth + 1)}`
  }
  return `${text}}`
}
