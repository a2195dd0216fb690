import { NormalizedSchema } from '@smithy/core/schema'
import type { OperationCodec, Protocol, ProtocolName } from './codec.ts'
import { encodeJsonError } from './json-error.ts'
import { parseJson } from './json-text.ts'
import { jsonWriter } from './json-writer.ts'
import { serializationException } from './protocol-errors.ts'
import { readBase64 } from './scalars.ts'
import { epochDate, parseTimestamp } from './timestamps.ts'
import { treeDecoder, type TreeDialect } from './tree-decoder.ts'

/** Values of parsed JSON: blobs are base64 text, times are seconds (or text, which AWS also takes). */
export const jsonDialect = (jsonNames: boolean): TreeDialect => ({
  jsonNames,
  blob: (value) => (typeof value === 'string' ? readBase64(value) : undefined),
  timestamp: (value) => {
    if (typeof value === 'number') return epochDate(value)
    return typeof value === 'string' ? parseTimestamp(value) : undefined
  },
})

const decoder = treeDecoder(jsonDialect(false))
const writer = jsonWriter(false)

/**
 * awsJson 1.0 and 1.1: https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
 * They differ in the content type, and 1.0 names errors with their namespace.
 */
function awsJson(name: ProtocolName, contentType: string, qualified: boolean): Protocol {
  return {
    name,
    compile(model, operation): OperationCodec {
      const [, , , , inputSchema, outputSchema] = model.operations.get(operation)!
      const read = decoder(NormalizedSchema.of(inputSchema))
      const write = writer.members(NormalizedSchema.of(outputSchema))
      return {
        decodeInput({ body }) {
          const value = body.length === 0 ? {} : parseJson(body)
          if (value === null) throw serializationException('Unexpected null')
          return read(value)
        },
        encodeOutput: (output, { requestId }) => ({
          status: 200,
          headers: { 'content-type': contentType, 'x-amzn-RequestId': requestId },
          body: `{${write(output ?? {})}}`,
        }),
      }
    },
    encodeError: (error, context, model) =>
      encodeJsonError(error, context, model, { writer, contentType, withType: true, qualified }),
  }
}

export const awsJson1_0 = awsJson('awsJson1_0', 'application/x-amz-json-1.0', true)
export const awsJson1_1 = awsJson('awsJson1_1', 'application/x-amz-json-1.1', false)
