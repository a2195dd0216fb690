import { NormalizedSchema } from '@smithy/core/schema'
import type { AwsError } from '../errors.ts'
import type {
  OperationCodec,
  Protocol,
  ResponseContext,
  WireRequest,
  WireResponse,
} from './codec.ts'
import { wireError } from './error-schema.ts'
import { parseForm } from './form.ts'
import { malformedInput, membersMissing } from './protocol-errors.ts'
import { queryInput, type QueryDialect } from './query-input.ts'
import { kindOf, type Kind, type Traits } from './schema.ts'
import { scalarReader } from './scalars.ts'
import type { ServiceModel } from './service-model.ts'
import { isoShort } from './timestamps.ts'
import { escapeXml, xmlWriter } from './xml-writer.ts'

const lowerFirst = (name: string) => name.charAt(0).toLowerCase() + name.slice(1)

/** AWS reads booleans by the XML Schema's letter: `TRUE` is none. */
const xsdBooleans: Record<string, boolean> = { true: true, false: false, 1: true, 0: false }
const dialect: QueryDialect = {
  memberKey: (name, { xmlName }: Traits) => xmlName ?? name,
  flat: ({ xmlFlattened }) => xmlFlattened === 1,
  errorName: (_key, name) => lowerFirst(name),
  emptyLists: true,
  readScalar: (kind) =>
    kind === 'boolean'
      ? (text) => (Object.hasOwn(xsdBooleans, text) ? xsdBooleans[text] : undefined)
      : scalarReader(kind),
  wrongScalar: (kind, text) => malformedInput(wrongScalar(kind, text)),
  listExpected: () => malformedInput('Unexpected list element termination'),
  structExpected: () => malformedInput('Unexpected complex element termination'),
  scalarExpected: () => malformedInput('Start of structure or map found where not expected.'),
}

function wrongScalar(kind: Kind, text: string): string {
  if (kind === 'timestamp') return 'timestamp must follow ISO8601'
  if (kind === 'blob') return 'blob must be base64 encoded'
  const name = kind === 'boolean' ? 'boolean' : 'number'
  return text === '' ? `missing value for ${name} type` : `${name} must follow xsd1.1 definition`
}

const input = queryInput(dialect)
const output = xmlWriter(isoShort)

export const contentHeaders = (contentType: string, { requestId }: ResponseContext) => ({
  'content-type': contentType,
  'x-amzn-RequestId': requestId,
})

/** The whole form of a request: the body's parameters and the query string's. */
export const requestForm = ({ body, query }: WireRequest) => parseForm(body.toString('utf8'), query)

/** awsQuery: https://smithy.io/2.0/aws/protocols/aws-query-protocol.html (IAM, STS, RDS, …) */
export const query: Protocol = {
  name: 'query',
  compile(model, operation): OperationCodec {
    const [, , name, , inputSchema, outputSchema] = model.operations.get(operation)!
    const read = input(NormalizedSchema.of(inputSchema))
    const result = NormalizedSchema.of(outputSchema)
    const members = output.members(result)
    const hasResult = kindOf(result) !== 'unit'
    const open = `<${name}Response xmlns="${model.xmlNamespace ?? ''}">`
    return {
      decodeInput(request) {
        const missing: string[] = []
        const value = read(requestForm(request), '', missing)
        if (missing.length > 0) throw membersMissing('ValidationError', missing)
        return value
      },
      encodeOutput(value, context) {
        const inner = hasResult ? members(value ?? {}) : ''
        const wrapped =
          inner === '' ? `<${name}Result/>` : `<${name}Result>${inner}</${name}Result>`
        return {
          status: 200,
          headers: contentHeaders('text/xml', context),
          body: `${open}${hasResult ? wrapped : ''}<ResponseMetadata><RequestId>${escapeXml(context.requestId)}</RequestId></ResponseMetadata></${name}Response>`,
        }
      },
    }
  },
  encodeError: encodeQueryError,
}

function encodeQueryError(
  error: AwsError,
  context: ResponseContext,
  model?: ServiceModel,
): WireResponse {
  const wire = wireError(error, model, true)
  return {
    status: wire.status,
    headers: { ...contentHeaders('text/xml', context), ...error.headers },
    body:
      `<ErrorResponse xmlns="${model?.xmlNamespace ?? ''}"><Error><Type>${wire.type}</Type>` +
      `<Code>${escapeXml(wire.code)}</Code><Message>${escapeXml(error.message)}</Message>` +
      `${errorFields(error, wire.schema)}</Error>` +
      `<RequestId>${escapeXml(context.requestId)}</RequestId></ErrorResponse>`,
  }
}

/** What a modelled error carries besides its message. */
function errorFields(error: AwsError, schema: NormalizedSchema | undefined): string {
  if (!schema) return ''
  return output.members(schema, ({ name }) => name.toLowerCase() !== 'message')(error.fields)
}
