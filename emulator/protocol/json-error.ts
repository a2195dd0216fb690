import type { AwsError } from '../errors.ts'
import type { ResponseContext, WireResponse } from './codec.ts'
import { wireError, type WireError } from './error-schema.ts'
import { documentJson, type JsonWriter } from './json-writer.ts'
import { membersOf } from './schema.ts'
import type { ServiceModel } from './service-model.ts'

/** `x-amzn-query-error`: what a service that once spoke query tells clients that still look for its old codes. */
export function queryErrorHeader(
  { code, type }: WireError,
  model?: ServiceModel,
): Record<string, string> {
  return model?.queryCompatible ? { 'x-amzn-query-error': `${code};${type}` } : {}
}

/** The values of an error's members: its message under the name that the model gives it, and its fields. */
export function errorValues(error: AwsError, { schema }: WireError): Record<string, unknown> {
  const message = schema
    ? membersOf(schema).find(({ name }) => name.toLowerCase() === 'message')?.name
    : undefined
  // Where AWS says nothing, it does not even say so.
  return { ...error.fields, [message ?? 'message']: error.message || undefined }
}

/**
 * The JSON protocols of RPC answer 400 for whatever a caller does wrong; the model's own statuses are for those that spoke
 * query once.
 */
function rpcStatus({ status }: WireError, model: ServiceModel | undefined): number {
  const isFaultOfCaller = status > 400 && status <= 412
  return isFaultOfCaller && model && !model.queryCompatible ? 400 : status
}

/** The names of a modelled error's members: the message, where the model has none, is written besides. */
export function knownMembers({ schema }: WireError): ReadonlySet<string> {
  return new Set(schema ? membersOf(schema).map(({ name }) => name) : [])
}

/**
 * An error of a JSON protocol.
 *
 * @param withType whether the body names the error as `__type` (the RPC protocols do, restJson1 has the header)
 */
export function encodeJsonError(
  error: AwsError,
  { requestId }: ResponseContext,
  model: ServiceModel | undefined,
  options: { writer: JsonWriter; contentType: string; withType: boolean; qualified: boolean },
): WireResponse {
  const wire = wireError(error, model)
  const type = options.qualified && wire.namespace ? `${wire.namespace}#${wire.shape}` : wire.shape
  const values = errorValues(error, wire)
  const known = knownMembers(wire)
  const parts = options.withType ? [`"__type":${JSON.stringify(type)}`] : []
  const modelled = wire.schema ? options.writer.members(wire.schema)(values) : ''
  if (modelled !== '') parts.push(modelled)
  for (const [name, value] of Object.entries(values)) {
    if (!known.has(name) && value !== undefined)
      parts.push(`${JSON.stringify(name)}:${documentJson(value)}`)
  }
  return {
    status: options.withType ? rpcStatus(wire, model) : wire.status,
    headers: {
      'content-type': options.contentType,
      'x-amzn-RequestId': requestId,
      'x-amzn-errortype': wire.shape,
      ...queryErrorHeader(wire, model),
      ...error.headers,
    },
    body: `{${parts.join(',')}}`,
  }
}
