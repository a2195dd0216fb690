import { createHash, createHmac } from 'node:crypto'
import { SignatureV4 } from '@smithy/signature-v4'
import { student } from '../../support/emulator.ts'
import { raw } from './raw-http.ts'

/** The hash that the signer wants: SHA-256, or its HMAC. */
class Sha256 {
  readonly #hash
  constructor(key?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash =
      key === undefined ? createHash('sha256') : createHmac('sha256', key as NodeJS.ArrayBufferView)
  }
  update(data: Uint8Array | string) {
    this.#hash.update(data)
  }
  async digest() {
    return new Uint8Array(this.#hash.digest())
  }
  reset() {}
}

const signer = new SignatureV4({
  credentials: student,
  region: 'us-east-1',
  service: 's3',
  sha256: Sha256,
  uriEscapePath: false,
})

export interface SignedRequest {
  readonly query?: Record<string, string>
  readonly headers?: Record<string, string>
  readonly body?: string
  /** Sent as it is: nobody's. */
  readonly anonymous?: boolean
}

/** What an answer to a request made by hand says. */
export interface SignedAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly text: string
  /** Of an error. */
  readonly code: string | undefined
}

/** Sends what no SDK would, correctly signed. @param path percent-encoded, sent as it is */
export async function send(
  emulator: { readonly url: string },
  method: string,
  path: string,
  { query = {}, headers = {}, body, anonymous = false }: SignedRequest = {},
): Promise<SignedAnswer> {
  const { host, hostname, port } = new URL(emulator.url)
  const hash = createHash('sha256')
    .update(body ?? '')
    .digest('hex')
  const unsigned = { host, 'x-amz-content-sha256': hash, ...headers }
  const request = { method, protocol: 'http:', hostname, port: Number(port), path, query, body }
  const signed = anonymous
    ? { headers: { host, ...headers } }
    : await signer.sign({ ...request, headers: unsigned })
  const parameters = Object.entries(query)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&')
  const answer = await raw(emulator, {
    method,
    path: parameters === '' ? path : `${path}?${parameters}`,
    headers: {
      ...signed.headers,
      ...(body !== undefined && { 'content-length': String(Buffer.byteLength(body)) }),
    },
    ...(body !== undefined && { body }),
  })
  const { status, body: text } = answer
  return { status, headers: answer.headers, text, code: /<Code>(.*?)<\/Code>/.exec(text)?.[1] }
}

export const md5 = (body: string) => ({
  'content-md5': createHash('md5').update(body).digest('base64'),
})
