import { cbor, tag } from '@smithy/core/cbor'
import { NormalizedSchema } from '@smithy/core/schema'
import type { OperationCodec, Protocol, WireResponse } from './codec.ts'
import { parseCbor } from './cbor-reader.ts'
import { wireError } from './error-schema.ts'
import { errorValues, queryErrorHeader } from './json-error.ts'
import { compiledOnce, kindOf, membersOf, setEntry } from './schema.ts'
import { treeDecoder } from './tree-decoder.ts'

const decoder = treeDecoder({
  jsonNames: false,
  blob: (value) => (value instanceof Uint8Array ? value : undefined),
  timestamp: (value) => (value instanceof Date ? value : undefined),
})

type ToCbor = (value: unknown) => unknown

interface Part {
  readonly name: string
  readonly convert: ToCbor
}

const struct = compiledOnce<readonly Part[]>((schema) =>
  membersOf(schema).map(({ name, schema: member }) => ({ name, convert: converter(member) })),
)

/** Prepares values for the SDK's CBOR encoder, which takes plain values and tags but neither undefined nor dates. */
function converter(schema: NormalizedSchema): ToCbor {
  const kind = kindOf(schema)
  if (kind === 'struct' || kind === 'union') {
    const compiled = struct(schema)
    return (value) => {
      const result: Record<string, unknown> = {}
      for (const { name, convert } of compiled()) {
        const member = (value as Record<string, unknown>)[name]
        if (member !== undefined && member !== null) result[name] = convert(member)
      }
      return result
    }
  }
  if (kind === 'list' || kind === 'map') {
    const convert = converter(schema.getValueSchema())
    const sparse = Boolean(schema.getMergedTraits().sparse)
    return kind === 'list'
      ? (value) => list(value, convert, sparse)
      : (value) => map(value, convert, sparse)
  }
  if (kind === 'timestamp')
    return (value) => tag({ tag: 1, value: (value as Date).getTime() / 1000 })
  if (kind === 'blob') return (value) => (typeof value === 'string' ? Buffer.from(value) : value)
  return kind === 'unit' ? () => ({}) : (value) => value
}

function list(value: unknown, convert: ToCbor, sparse: boolean): unknown[] {
  const items: unknown[] = []
  for (const item of value as unknown[]) {
    if (item !== undefined && item !== null) items.push(convert(item))
    else if (sparse) items.push(null)
  }
  return items
}

function map(value: unknown, convert: ToCbor, sparse: boolean): Record<string, unknown> {
  const entries: Record<string, unknown> = {}
  for (const [key, item] of Object.entries(value as Record<string, unknown>)) {
    if (item !== undefined && item !== null) setEntry(entries, key, convert(item))
    else if (sparse) setEntry(entries, key, null)
  }
  return entries
}

const answer = (
  status: number,
  requestId: string,
  value: unknown,
  headers: Record<string, string> = {},
): WireResponse => ({
  status,
  headers: {
    'content-type': 'application/cbor',
    'smithy-protocol': 'rpc-v2-cbor',
    'x-amzn-RequestId': requestId,
    ...headers,
  },
  body: cbor.serialize(value),
})

/** Smithy RPC v2 CBOR, which boto3 speaks to CloudWatch: https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html */
export const rpcv2Cbor: Protocol = {
  name: 'rpcv2Cbor',
  compile(model, operation): OperationCodec {
    const [, , , , inputSchema, outputSchema] = model.operations.get(operation)!
    const read = decoder(NormalizedSchema.of(inputSchema))
    const convert = converter(NormalizedSchema.of(outputSchema))
    return {
      decodeInput: ({ body }) => read(body.length === 0 ? {} : parseCbor(body)),
      encodeOutput: (output, { requestId }) => answer(200, requestId, convert(output ?? {})),
    }
  },
  encodeError(error, { requestId }, model) {
    const wire = wireError(error, model)
    const values = errorValues(error, wire)
    const type = wire.namespace ? `${wire.namespace}#${wire.shape}` : wire.shape
    const modelled = wire.schema ? (converter(wire.schema)(values) as object) : {}
    const message = Object.keys(values).find((name) => name.toLowerCase() === 'message')!
    return answer(
      wire.status,
      requestId,
      { __type: type, ...modelled, [message]: error.message },
      { ...queryErrorHeader(wire, model), ...error.headers },
    )
  },
}
