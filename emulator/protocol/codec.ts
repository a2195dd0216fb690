import type { AwsError } from '../errors.ts'
import type { ServiceModel } from './service-model.ts'

export const protocolNames = [
  'query',
  'ec2Query',
  'restXml',
  'awsJson1_0',
  'awsJson1_1',
  'restJson1',
  'rpcv2Cbor',
] as const
export type ProtocolName = (typeof protocolNames)[number]

/** A request after its body was read, as the codecs see it. */
export interface WireRequest {
  readonly method: string
  /** The path as sent, still percent-encoded, without the query. */
  readonly path: string
  /** The query as sent, without the question mark. */
  readonly query: string
  /** Names in lower case; repeated headers joined by `, ` as Node does. */
  readonly headers: Readonly<Record<string, string | undefined>>
  /** The whole body; empty for an operation whose payload streams, which finds it elsewhere. */
  readonly body: Buffer
  /** What a REST route found in the path, decoded: `{ Bucket: 'b', Key: 'a/b c' }`. */
  readonly labels?: Readonly<Record<string, string>>
}

/** An answer, ready for HTTP. A `body` that is not text or bytes is a streaming payload's value, passed through. */
export interface WireResponse {
  readonly status: number
  readonly headers: Record<string, string>
  readonly body: string | Uint8Array | object | undefined
}

export interface ResponseContext {
  readonly requestId: string
  /** The request's method: an answer to HEAD has no body. */
  readonly method?: string
}

/** One operation in one protocol, compiled from the SDK's schema into closures. Made once, at its first use. */
export interface OperationCodec {
  /** @throws AwsError what AWS answers for such a body: never anything else, whatever the bytes */
  decodeInput(request: WireRequest): unknown
  encodeOutput(output: unknown, context: ResponseContext): WireResponse
}

/** What a protocol is: a compiler of operations, and the form of its errors. */
export interface Protocol {
  readonly name: ProtocolName
  compile(model: ServiceModel, operation: string): OperationCodec
  /** Errors have a form per protocol, also where no operation was found; `model` is absent where no service was. */
  encodeError(error: AwsError, context: ResponseContext, model?: ServiceModel): WireResponse
}
