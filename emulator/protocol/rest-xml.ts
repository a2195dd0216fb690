import { hash } from 'node:crypto'
import { NormalizedSchema } from '@smithy/core/schema'
import type { AwsError } from '../errors.ts'
import type {
  OperationCodec,
  Protocol,
  ResponseContext,
  WireRequest,
  WireResponse,
} from './codec.ts'
import { wireError, type WireError } from './error-schema.ts'
import { eventStreamWriter } from './event-stream-output.ts'
import { httpInput, type HttpInput } from './http-input.ts'
import { httpOutput } from './http-output.ts'
import { documentXml } from './document-xml.ts'
import {
  invalidArgument,
  invalidUri,
  malformedXml,
  missingHeader,
  missingQueryParameter,
  missingRequestBody,
} from './protocol-errors.ts'
import { membersOf, traitsOf, type Member } from './schema.ts'
import type { ServiceModel } from './service-model.ts'
import { isoMilliseconds } from './timestamps.ts'
import { knownElements } from './xml-known.ts'
import { parseXml, xmlMembersReader, xmlStructReader } from './xml-reader.ts'
import { escapeXml, xmlWriter } from './xml-writer.ts'

const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n'
const contentType = 'application/xml'
const output = xmlWriter(isoMilliseconds)

/** S3 differs from REST XML elsewhere: errors without a wrapper, two request ids, one output that is bare text. */
const isS3 = (model: ServiceModel | undefined): boolean => model?.sdkId === 'S3'

const isStructure = ({ kind }: Member) => kind === 'struct' || kind === 'union'

/** restXml: https://smithy.io/2.0/aws/protocols/aws-restxml-protocol.html (S3) */
export const restXml: Protocol = {
  name: 'restXml',
  compile(model, operation): OperationCodec {
    const schema = model.operations.get(operation)!
    return {
      decodeInput: inputReader(schema[4], isS3(model)),
      encodeOutput: outputWriter(schema, model),
    }
  },
  encodeError(error, context, model) {
    const wire = wireError(error, model)
    const isBodiless = wire.status === 304 || context.method === 'HEAD'
    return {
      status: wire.status,
      headers: {
        // S3 says even of what a HEAD leaves out that it would be XML.
        ...(isBodiless && (wire.status === 304 || !isS3(model))
          ? {}
          : { 'Content-Type': contentType }),
        ...idHeaders(context, model),
        ...error.headers,
      },
      body: isBodiless ? undefined : errorBody(error, wire, context, model),
    }
  },
}

function inputReader(inputSchema: unknown, isValidated: boolean): OperationCodec['decodeInput'] {
  const schema = NormalizedSchema.of(inputSchema as never)
  const http = httpInput(schema, {
    invalidQuery: invalidUri,
    wrongValue,
    onlyTrueIsTrue: isValidated,
  })
  const readBody = bodyReader(schema, http, isValidated)
  return (request) => {
    const input: Record<string, unknown> = {}
    http.read(request, input)
    for (const { name, traits } of http.required) {
      if (input[name] !== undefined) continue
      if (traits.httpHeader !== undefined) throw missingHeader(traits.httpHeader)
      throw missingQueryParameter(traits.httpQuery ?? name)
    }
    readBody(request, input)
    return input
  }
}

function wrongValue(wireName: string, text: string, { kind }: Member): AwsError {
  return kind === 'number'
    ? invalidArgument(wireName, text, `Provided ${wireName} not an integer or within integer range`)
    : invalidArgument(wireName, text, wrongValues[wireName])
}

/** Sentences of S3's own. */
const wrongValues: Readonly<Record<string, string>> = {
  'x-amz-object-lock-retain-until-date':
    'The retain until date must be provided in ISO 8601 format',
}

type ReadBody = (request: WireRequest, input: Record<string, unknown>) => void

function bodyReader(
  schema: NormalizedSchema,
  { payload, body }: HttpInput,
  isValidated: boolean,
): ReadBody {
  if (payload) return payloadReader(payload, isValidated)
  if (body.length === 0) return () => {}
  const read = xmlMembersReader(schema, new Set(body.map(({ name }) => name)))
  const required = body.filter((member) => member.required)
  return (request, input) => {
    if (request.body.length > 0) Object.assign(input, read(parseXml(request.body).root))
    if (required.some(({ name }) => input[name] === undefined)) throw malformedXml()
  }
}

/** A list of what is there already, which clients fill with more than S3 asks for. */
const tolerated = new Set(['CompleteMultipartUpload'])

/** @param isValidated whether elements that the schema does not know make the document invalid */
function payloadReader(payload: Member, isValidated: boolean): ReadBody {
  const { name, kind, schema, traits, required } = payload
  if (traits.streaming) return () => {}
  if (!isStructure(payload)) {
    return ({ body }, input) => {
      if (body.length > 0 || required) input[name] = kind === 'blob' ? body : body.toString('utf8')
    }
  }
  const read = xmlStructReader(schema)
  const root = traits.xmlName ?? schema.getName()
  const areKnown = knownElements(schema)
  return ({ body }, input) => {
    if (body.length === 0) {
      if (required) throw missingRequestBody()
      return
    }
    const document = parseXml(body)
    if (document.name !== root) throw malformedXml()
    if (isValidated && !tolerated.has(root) && !areKnown(document.root)) throw malformedXml()
    input[name] = read(document.root)
  }
}

function outputWriter(
  [, , , operationTraits, , outputSchema]: NonNullable<
    ReturnType<ServiceModel['operations']['get']>
  >,
  model: ServiceModel,
): OperationCodec['encodeOutput'] {
  const schema = NormalizedSchema.of(outputSchema)
  const { http: route } = operationTraits as { http?: readonly [string, string, number] }
  const http = httpOutput(schema, route?.[2] ?? 200)
  const writeBody = bodyWriter(schema, http, model)
  return (value, context) => {
    const result = (value ?? {}) as Record<string, unknown>
    const headers: Record<string, string> = idHeaders(context, model)
    const body = writeBody(result, headers)
    http.writeHeaders(result, headers)
    return { status: http.status(result), headers, body }
  }
}

type WriteBody = (
  output: Record<string, unknown>,
  headers: Record<string, string>,
) => WireResponse['body']

function bodyWriter(
  schema: NormalizedSchema,
  { payload, body }: ReturnType<typeof httpOutput>,
  model: ServiceModel,
): WriteBody {
  const namespace = ` xmlns="${model.xmlNamespace ?? ''}"`
  if (payload?.traits.streaming && isStructure(payload)) return eventStreamBody(payload)
  if (payload && !isStructure(payload)) {
    return (result) => result[payload.name] as WireResponse['body']
  }
  if (!payload && body.length === 0) {
    // AWS says of what type the body would be that a HEAD of a bucket does not have.
    if (!isS3(model) || schema.getName() !== 'HeadBucketOutput') return () => undefined
    return (_result, headers) => void (headers['Content-Type'] = contentType)
  }
  const target = payload?.schema ?? schema
  const names = new Set(body.map(({ name }) => name))
  const isWritten = ({ name }: Member) => payload !== undefined || names.has(name)
  const members = isS3(model) ? inOrderOfS3(target, isWritten) : output.members(target, isWritten)
  const root =
    unwrapped(schema, model) ??
    rootsOfS3[schema.getName() ?? ''] ??
    traitsOf(target).xmlName ??
    target.getName() ??
    ''
  return (result, headers) => {
    const value = payload ? result[payload.name] : result
    if (value === undefined || value === null) return undefined
    headers['Content-Type'] = contentType
    const inner = unwrapped(schema, model) ? bareText(result, body) : members(value)
    const end = inner === '' ? '/>' : `>${inner}</${root}>`
    return `${declaration}<${root}${namespace}${end}`
  }
}

/** Roots that S3 writes otherwise than its model has them. */
const rootsOfS3: Readonly<Record<string, string>> = {
  GetObjectAttributesOutput: 'GetObjectAttributesResponse',
}

/** What S3 writes before the members that its model lists first: Java's old SDK reads the buckets' owner in this order. */
const leadingMembers: Readonly<Record<string, string>> = { ListBucketsOutput: 'Owner' }

/** A listing's own members come before what it lists: readers that stream learn of which bucket the objects are. */
function inOrderOfS3(target: NormalizedSchema, isWritten: (member: Member) => boolean) {
  const leading = leadingMembers[target.getName() ?? '']
  const place = ({ name, traits }: Member) =>
    name === leading ? 0 : traits.xmlFlattened === 1 ? 2 : 1
  const writers = [0, 1, 2].map((wanted) =>
    output.members(target, (member) => isWritten(member) && place(member) === wanted),
  )
  return (value: unknown) => writers.map((write) => write(value)).join('')
}

function eventStreamBody({ name, schema }: Member): WriteBody {
  const write = eventStreamWriter(schema, {
    contentType: 'text/xml',
    write(member) {
      const content = output.members(member.schema)
      const root = traitsOf(member.schema).xmlName ?? member.schema.getName() ?? member.name
      return (value) => `${declaration}<${root}>${content(value)}</${root}>`
    },
  })
  return (result, headers) => {
    headers['Content-Type'] = 'application/vnd.amazon.eventstream'
    return write(result[name] as AsyncIterable<Record<string, unknown>>)
  }
}

/**
 * GetBucketLocation answers its one member as the whole document, `<LocationConstraint>eu-west-1</LocationConstraint>`:
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html
 */
function unwrapped(schema: NormalizedSchema, model: ServiceModel): string | undefined {
  return isS3(model) && schema.getName() === 'GetBucketLocationOutput'
    ? 'LocationConstraint'
    : undefined
}

function bareText(result: Record<string, unknown>, [only]: readonly Member[]): string {
  const text = only && result[only.name]
  return typeof text === 'string' ? escapeXml(text) : ''
}

function idHeaders(
  { requestId }: ResponseContext,
  model: ServiceModel | undefined,
): Record<string, string> {
  return isS3(model)
    ? { 'x-amz-request-id': requestId, 'x-amz-id-2': hostId(requestId), Server: 'AmazonS3' }
    : { 'x-amzn-RequestId': requestId }
}

/** S3's second request id: opaque, and different for every request. */
export const hostId = (requestId: string): string => hash('sha512', requestId, 'base64')

function errorBody(
  error: AwsError,
  wire: WireError,
  context: ResponseContext,
  model: ServiceModel | undefined,
): string {
  const requestId = `<RequestId>${escapeXml(context.requestId)}</RequestId>`
  const code = `<Code>${escapeXml(wire.code)}</Code><Message>${escapeXml(error.message)}</Message>`
  const content = code + errorFields(error, wire)
  if (isS3(model)) {
    return `${declaration}<Error>${content}${requestId}<HostId>${hostId(context.requestId)}</HostId></Error>`
  }
  return (
    `${declaration}<ErrorResponse xmlns="${model?.xmlNamespace ?? ''}"><Error><Type>${wire.type}</Type>` +
    `${content}</Error>${requestId}</ErrorResponse>`
  )
}

/** What the model knows goes by the model; S3 says more than that (`BucketName`, `Key`, `Resource`). */
function errorFields(error: AwsError, { schema }: WireError): string {
  const modelled = schema ? output.members(schema, notMessage)(error.fields) : ''
  const known = new Set(schema ? membersOf(schema).map(({ name }) => name) : [])
  let others = ''
  for (const [name, value] of Object.entries(error.fields)) {
    if (!known.has(name)) others += documentXml(name, value)
  }
  return modelled + others
}

const notMessage = ({ name }: Member) => name.toLowerCase() !== 'message'
