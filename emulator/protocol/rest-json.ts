import { NormalizedSchema } from '@smithy/core/schema'
import { jsonDialect } from './aws-json.ts'
import type { OperationCodec, Protocol, WireRequest, WireResponse } from './codec.ts'
import { httpInput, type HttpInput } from './http-input.ts'
import { httpOutput } from './http-output.ts'
import { encodeJsonError } from './json-error.ts'
import { parseJson } from './json-text.ts'
import { jsonWriter } from './json-writer.ts'
import { membersMissing, serializationException, unsupportedMediaType } from './protocol-errors.ts'
import type { Kind, Member } from './schema.ts'
import { treeDecoder } from './tree-decoder.ts'

const contentType = 'application/json'
const decoder = treeDecoder(jsonDialect(true))
const writer = jsonWriter(true)

const isDocument = (kind: Kind) => kind !== 'blob' && kind !== 'string'
const lowerFirst = (name: string) => name.charAt(0).toLowerCase() + name.slice(1)

/** restJson1: https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html (Lambda) */
export const restJson1: Protocol = {
  name: 'restJson1',
  compile(model, operation): OperationCodec {
    const [, , , traits, inputSchema, outputSchema] = model.operations.get(operation)!
    const { http: route } = traits as { http?: readonly [string, string, number] }
    return {
      decodeInput: inputReader(NormalizedSchema.of(inputSchema)),
      encodeOutput: outputWriter(NormalizedSchema.of(outputSchema), route?.[2] ?? 200),
    }
  },
  encodeError: (error, context, model) =>
    encodeJsonError(error, context, model, {
      writer,
      contentType,
      withType: false,
      qualified: false,
    }),
}

function inputReader(schema: NormalizedSchema): OperationCodec['decodeInput'] {
  const http = httpInput(schema, {
    invalidQuery: () => serializationException('The query string is not percent-encoded correctly'),
    wrongValue: (wireName, text) =>
      serializationException(`Value '${text}' at '${lowerFirst(wireName)}' is of the wrong type`),
  })
  const readBody = bodyReader(schema, http)
  return (request) => {
    const input: Record<string, unknown> = {}
    http.read(request, input)
    const body = readBody(request)
    const missing = http.required.filter(({ name }) => input[name] === undefined)
    if (missing.length > 0) {
      throw membersMissing(
        'ValidationException',
        missing.map(({ name }) => lowerFirst(name)),
      )
    }
    return Object.assign(input, body)
  }
}

type ReadBody = (request: WireRequest) => Record<string, unknown>

function bodyReader(schema: NormalizedSchema, { payload, body }: HttpInput): ReadBody {
  if (payload) return payloadReader(payload)
  if (body.length === 0) return () => ({})
  const read = decoder(bodySchema(schema, body))
  return (request) => {
    const value = jsonBody(request)
    return read(value === undefined || value === null ? {} : value) as Record<string, unknown>
  }
}

/** The members in the body, as a structure of their own. */
function bodySchema(schema: NormalizedSchema, body: readonly Member[]): NormalizedSchema {
  const names = body.map(({ name }) => name)
  const members = body.map(({ schema: member }) => member)
  // Smithy's form of a structure: kind, namespace, name, traits, names, members, how many are required.
  const source = [
    3,
    '',
    `${schema.getName()}Body`,
    0,
    names,
    members,
    body.filter(({ required }) => required).length,
  ]
  return NormalizedSchema.of(source as never)
}

function payloadReader({ name, kind, schema, traits }: Member): ReadBody {
  if (traits.streaming) return () => ({})
  if (!isDocument(kind)) {
    return ({ body }) =>
      body.length === 0 ? {} : { [name]: kind === 'blob' ? body : body.toString('utf8') }
  }
  const read = decoder(schema)
  return (request) => {
    const value = jsonBody(request)
    return value === undefined || value === null ? {} : { [name]: read(value) }
  }
}

function jsonBody({ body, headers }: WireRequest): unknown {
  if (body.length === 0) return undefined
  const sent = headers['content-type']
  if (sent !== undefined && !/^application\/(?:[\w.+-]*\+)?(?:x-amz-)?json\b/i.test(sent))
    throw unsupportedMediaType()
  return parseJson(body)
}

function outputWriter(schema: NormalizedSchema, usual: number): OperationCodec['encodeOutput'] {
  const http = httpOutput(schema, usual)
  const { payload, body } = http
  const write =
    payload && isDocument(payload.kind) && !payload.traits.streaming
      ? writer.value(payload.schema)
      : undefined
  const members = writer.members(schema, new Set(body.map(({ name }) => name)))
  const rawType =
    payload?.traits.mediaType ??
    (payload?.kind === 'string' ? 'text/plain' : 'application/octet-stream')

  function content(
    result: Record<string, unknown>,
    headers: Record<string, string>,
  ): WireResponse['body'] {
    if (!payload) {
      headers['content-type'] = contentType
      return usual === 204 ? undefined : `{${members(result)}}`
    }
    const value = result[payload.name]
    if (value === undefined || value === null) return undefined
    headers['content-type'] = write ? contentType : rawType
    return write ? write(value) : value
  }

  return (value, { requestId }) => {
    const result = (value ?? {}) as Record<string, unknown>
    const headers: Record<string, string> = { 'x-amzn-RequestId': requestId }
    const encoded = content(result, headers)
    http.writeHeaders(result, headers)
    return { status: http.status(result), headers, body: encoded }
  }
}
