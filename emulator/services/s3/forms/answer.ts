import type { HttpRequest } from '../../../http/request.ts'
import type { ResponseContext, WireResponse } from '../../../protocol/codec.ts'
import { escapeXml } from '../../../protocol/xml-writer.ts'
import { encoded } from '../website/routing.ts'

/** What became of a form. */
export interface Posted {
  readonly Bucket: string
  readonly Key: string
  readonly ETag: string
  readonly VersionId?: string | undefined
  readonly ServerSideEncryption?: string | undefined
  readonly ChecksumType?: string | undefined
  /** The header of the object's checksum. */
  readonly checksum: Readonly<Record<string, string>>
}

/**
 * The answer that the form asks for: a redirection, a document (201), an empty page (200), or nothing (204).
 * https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html
 */
export function encodePosted(
  {
    Bucket,
    Key,
    ETag,
    VersionId,
    ServerSideEncryption: encryption,
    ChecksumType,
    checksum,
  }: Posted,
  fields: ReadonlyMap<string, string>,
  request: HttpRequest,
  { requestId }: ResponseContext,
): WireResponse {
  const base = `${request.secure ? 'https' : 'http'}://${request.host}${request.path}`
  const location = `${base.replace(/\/$/, '')}/${encoded(Key)}`
  const headers: Record<string, string> = {
    'x-amz-request-id': requestId,
    ETag,
    Location: location,
    ...(VersionId !== undefined && { 'x-amz-version-id': VersionId }),
    ...checksum,
    ...(ChecksumType !== undefined && { 'x-amz-checksum-type': ChecksumType }),
    ...(encryption !== undefined && { 'x-amz-server-side-encryption': encryption }),
  }
  const redirect = redirection(fields, { Bucket, Key, ETag })
  if (redirect !== undefined) {
    return { status: 303, headers: { ...headers, Location: redirect }, body: undefined }
  }
  const status = fields.get('success_action_status')
  if (status === '200') return { status: 200, headers, body: undefined }
  if (status !== '201') return { status: 204, headers, body: undefined }
  const members = { Location: location, Bucket, Key, ETag }
  const content = Object.entries(members)
    .map(([name, value]) => `<${name}>${escapeXml(value)}</${name}>`)
    .join('')
  return {
    status: 201,
    headers: { ...headers, 'content-type': 'application/xml' },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n<PostResponse>${content}</PostResponse>`,
  }
}

/** Where the form sends the browser, told what was uploaded; undefined for what is no URL. */
function redirection(
  fields: ReadonlyMap<string, string>,
  { Bucket, Key, ETag }: Pick<Posted, 'Bucket' | 'Key' | 'ETag'>,
): string | undefined {
  const wanted = fields.get('success_action_redirect') ?? fields.get('redirect')
  if (wanted === undefined || !URL.canParse(wanted)) return undefined
  const url = new URL(wanted)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined
  url.searchParams.append('bucket', Bucket)
  url.searchParams.append('key', Key)
  url.searchParams.append('etag', ETag)
  return url.href
}
