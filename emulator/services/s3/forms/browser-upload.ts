import { rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import type { PutObjectRequest, PutObjectTaggingRequest } from '@aws-sdk/client-s3'
import { authenticatePolicy, missingField } from '../../../auth/posted-policy.ts'
import { unsignedPayload } from '../../../auth/sigv4.ts'
import { planPayload } from '../../../http/payload/plan.ts'
import { receiveFile } from '../../../http/payload/receive.ts'
import type { HttpRequest } from '../../../http/request.ts'
import { operation, type Call, type Unmodelled } from '../../../operation.ts'
import type { OperationCodec } from '../../../protocol/codec.ts'
import { parseXml } from '../../../protocol/xml-reader.ts'
import { entityTooLarge, entityTooSmallForPolicy } from '../errors.ts'
import { PutObject } from '../operations/put-object.ts'
import { encodePosted, type Posted } from './answer.ts'
import { readForm, type UploadForm } from './form.ts'
import { readPostPolicy, requireMet } from './policy.ts'

type Codecs = (operation: string) => OperationCodec

/** What PutObject takes, with the form's fields in place of the request's headers. */
interface FormInput extends PutObjectRequest {
  readonly formHeaders: Readonly<Record<string, string>>
}

/** As one call sees another's headers: a form's fields are what a request of PutObject has for headers. */
const asPut = (input: FormInput, call: Call): Call => ({
  ...call,
  http: { ...call.http, headers: { ...onlyWho(call), ...input.formHeaders } },
})

const onlyWho = ({ http: { headers } }: Call) => ({
  'user-agent': headers['user-agent'],
  referer: headers['referer'],
})

const PostObject = operation<FormInput, Posted>({
  streamsInput: true,
  authorize: (input, call) => PutObject.authorize(input, asPut(input, call)),
  run(input, call) {
    const { ETag, VersionId, ServerSideEncryption, ChecksumType, ...rest } = PutObject.run(
      input,
      asPut(input, call),
      undefined,
    )
    return {
      Bucket: input.Bucket!,
      Key: input.Key!,
      ETag: ETag!,
      VersionId,
      ServerSideEncryption,
      ChecksumType,
      checksum: checksumHeader(rest),
    }
  },
})

/** The one checksum of the object, under its header's name. */
function checksumHeader(output: object): Readonly<Record<string, string>> {
  const [name, value] =
    Object.entries(output).find(([member]) => member.startsWith('Checksum')) ?? []
  if (name === undefined || typeof value !== 'string') return {}
  return { [`x-amz-checksum-${name.slice('Checksum'.length).toLowerCase()}`]: value }
}

/**
 * An upload by a browser's form.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html
 */
export async function browserUpload(
  request: HttpRequest,
  bucket: string,
  codec: Codecs,
): Promise<Unmodelled> {
  const form = await readForm(request)
  const fields = expanded(form, bucket)
  const labels = { Bucket: bucket, Key: fields.get('key') ?? '' }
  const formHeaders = headersOf(fields, codec)
  let size = { min: 0, max: Infinity }
  return {
    name: 'PostObject',
    operation: PostObject,
    labels,
    signedText: fields.get('policy'),
    identify(options) {
      const { authentication, now } = authenticatePolicy(fields, options)
      const policy = fields.get('policy')
      // A policy that nobody signed allows nothing, and forbids nothing that the bucket lets everybody do.
      const isSigned = authentication.caller.type !== 'Anonymous'
      if (policy !== undefined && isSigned) size = requireMet(readPostPolicy(policy), fields, now)
      return authentication
    },
    codec: {
      decodeInput(wire) {
        if (labels.Key === '') throw missingField('key')
        const input = codec('PutObject').decodeInput({
          ...wire,
          query: '',
          headers: formHeaders,
          labels,
        })
        return { ...(input as PutObjectRequest), formHeaders }
      },
      encodeOutput: (output, context) => encodePosted(output as Posted, fields, request, context),
    },
    async receive(path, cipher) {
      const plan = planPayload(formHeaders, {
        also: ['CRC64NVME'],
        payloadHash: unsignedPayload,
      })
      const received = await receiveFile(upTo(size.max, form.file), path, plan, cipher)
      if (received.size >= size.min) return received
      await rm(path, { force: true })
      throw entityTooSmallForPolicy(received.size, size.min)
    },
    discard: () => form.discard(),
  }
}

/** Variables are put in before anything is checked. */
function expanded({ fields, filename }: UploadForm, bucket: string): Map<string, string> {
  const all = new Map(fields)
  // A file without a name leaves the variable as it stands.
  if (filename === '') return all.set('bucket', bucket)
  for (const [name, value] of all) {
    if (name !== 'policy')
      all.set(
        name,
        value.replaceAll('${filename}', () => filename),
      )
  }
  return all.set('bucket', bucket)
}

/** Five GiB, as with PutObject. */
const largest = 5 * 1024 ** 3

function upTo(max: number, file: Readable): Readable {
  const limit = Math.min(max, largest)
  async function* limited() {
    let size = 0
    for await (const chunk of file as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size > limit) throw entityTooLarge(size, limit)
      yield chunk
    }
  }
  return Readable.from(limited(), { objectMode: false })
}

/** A form's fields are UTF-8; what a header can't carry becomes a space, as on AWS. */
const asLatin1 = (value: string) => value.replaceAll(/[^\x20-\x7e\xa0-\xff\t]/gu, ' ')

const plainHeaders = new Set([
  'cache-control',
  'content-type',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-md5',
  'expires',
  // No header: tells forms signed by version 2 apart.
  'awsaccesskeyid',
])

/** Of the policy, not of the object. */
const ofTheSignature = /^x-amz-(?:algorithm|credential|date|signature|security-token)$/

function headersOf(fields: ReadonlyMap<string, string>, codec: Codecs): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [name, value] of fields) {
    const isHeader =
      plainHeaders.has(name) || (name.startsWith('x-amz-') && !ofTheSignature.test(name))
    if (isHeader) headers[name] = name.startsWith('x-amz-meta-') ? value : asLatin1(value)
  }
  const acl = fields.get('acl')
  if (acl !== undefined) headers['x-amz-acl'] = acl
  const tagging = fields.get('tagging')
  if (tagging !== undefined) headers['x-amz-tagging'] = taggingHeader(tagging, codec)
  return headers
}

/** A form's tags are a document; a header's are a query. */
function taggingHeader(xml: string, codec: Codecs): string {
  // Another document has no tags, and is no mistake.
  if (parseXml(Buffer.from(xml)).name !== 'Tagging') return ''
  const { Tagging } = codec('PutObjectTagging').decodeInput({
    method: 'PUT',
    path: '/',
    query: 'tagging',
    headers: {},
    body: Buffer.from(xml),
    labels: { Bucket: '-', Key: '-' },
  }) as PutObjectTaggingRequest
  return (Tagging?.TagSet ?? [])
    .map(({ Key = '', Value = '' }) => `${encodeURIComponent(Key)}=${encodeURIComponent(Value)}`)
    .join('&')
}
