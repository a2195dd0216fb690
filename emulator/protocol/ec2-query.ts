import { NormalizedSchema } from '@smithy/core/schema'
import type { OperationCodec, Protocol } from './codec.ts'
import { wireError } from './error-schema.ts'
import { invalidParameterValue, missingParameter, unknownParameter } from './protocol-errors.ts'
import { queryInput, type QueryDialect } from './query-input.ts'
import { contentHeaders, requestForm } from './query.ts'
import { kindOf, type Kind } from './schema.ts'
import { scalarReader } from './scalars.ts'
import { isoMilliseconds } from './timestamps.ts'
import { escapeXml, xmlWriter } from './xml-writer.ts'

const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n'
const contentType = 'text/xml;charset=UTF-8'

const capitalized = (name: string) => name.charAt(0).toUpperCase() + name.slice(1)

const expected: Partial<Record<Kind, string>> = {
  boolean: 'a boolean (true or false)',
  timestamp: 'a date in ISO 8601 format',
  blob: 'base64 encoded data',
}

const dialect: QueryDialect = {
  memberKey: (name, { ec2QueryName, xmlName }) => ec2QueryName ?? capitalized(xmlName ?? name),
  flat: () => true,
  errorName: (key) => key,
  emptyLists: false,
  readScalar: scalarReader,
  wrongScalar: (kind, text, path) =>
    invalidParameterValue(text, path, expected[kind] ?? 'a number'),
  listExpected: unknownParameter,
  structExpected: unknownParameter,
  scalarExpected: unknownParameter,
}

const input = queryInput(dialect)
const output = xmlWriter(isoMilliseconds)

/** ec2Query: https://smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html */
export const ec2Query: Protocol = {
  name: 'ec2Query',
  compile(model, operation): OperationCodec {
    const [, , name, , inputSchema, outputSchema] = model.operations.get(operation)!
    const read = input(NormalizedSchema.of(inputSchema))
    const result = NormalizedSchema.of(outputSchema)
    const members = output.members(result)
    // EC2 says `true` where an operation returns nothing.
    const nothing = kindOf(result) === 'unit' ? '<return>true</return>' : ''
    // The SDK's schema leaves out the slash that EC2's own answers have.
    const open = `${declaration}<${name}Response xmlns="${model.xmlNamespace ?? ''}/"><requestId>`
    return {
      decodeInput(request) {
        const missing: string[] = []
        const value = read(requestForm(request), '', missing)
        if (missing[0] !== undefined) throw missingParameter(missing[0])
        return value
      },
      encodeOutput: (value, context) => ({
        status: 200,
        headers: contentHeaders(contentType, context),
        body: `${open}${context.requestId}</requestId>${nothing || members(value ?? {})}</${name}Response>`,
      }),
    }
  },
  encodeError(error, context, model) {
    const wire = wireError(error, model, true)
    return {
      status: wire.status,
      headers: { ...contentHeaders(contentType, context), ...error.headers },
      body:
        `${declaration}<Response><Errors><Error><Code>${escapeXml(wire.code)}</Code>` +
        `<Message>${escapeXml(error.message)}</Message></Error></Errors>` +
        `<RequestID>${escapeXml(context.requestId)}</RequestID></Response>`,
    }
  },
}
