import type { HttpFacts } from '../../operation.ts'
import { AwsError } from '../../errors.ts'
import { headerNotImplemented, invalidStorageClass } from './errors.ts'
import type { SystemHeaders } from './rows/object-versions.ts'

/** What every request that makes an object may say of it: PutObject, CopyObject, CreateMultipartUpload. */
export interface SettingsInput {
  readonly ContentType?: string | undefined
  readonly CacheControl?: string | undefined
  readonly ContentDisposition?: string | undefined
  readonly ContentEncoding?: string | undefined
  readonly ContentLanguage?: string | undefined
  readonly WebsiteRedirectLocation?: string | undefined
  readonly StorageClass?: string | undefined
  readonly WriteOffsetBytes?: number | undefined
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-class-intro.html */
const storageClasses = new Set([
  'STANDARD',
  'REDUCED_REDUNDANCY',
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER',
  'GLACIER_IR',
  'DEEP_ARCHIVE',
])

/** The classes whose objects can't be read until they are restored. */
export const isArchived = (storageClass: string) =>
  storageClass === 'GLACIER' || storageClass === 'DEEP_ARCHIVE'

export function storageClassOf({ StorageClass = 'STANDARD' }: SettingsInput): string {
  if (!storageClasses.has(StorageClass)) throw invalidStorageClass(StorageClass)
  return StorageClass
}

/** @param http `Expires` is kept as sent: it need not be a date, and a decoder would have lost what it was */
export function systemHeaders(input: SettingsInput, http: HttpFacts): SystemHeaders {
  const { WebsiteRedirectLocation: redirect } = input
  if (redirect !== undefined && !/^(?:\/|https?:\/\/)/.test(redirect)) {
    throw new AwsError(
      'InvalidRedirectLocation',
      "The website redirect location must have a prefix of 'http://' or 'https://' or '/'.",
    )
  }
  return withoutAbsent({
    ContentType: input.ContentType || 'binary/octet-stream',
    CacheControl: input.CacheControl,
    ContentDisposition: input.ContentDisposition,
    ContentEncoding: withoutAwsChunked(input.ContentEncoding),
    ContentLanguage: input.ContentLanguage,
    Expires: http.headers.expires,
    WebsiteRedirectLocation: redirect,
  })
}

/** `aws-chunked` is how the request travelled, not what the object is. */
function withoutAwsChunked(encoding: string | undefined): string | undefined {
  if (encoding === undefined || !/aws-chunked/i.test(encoding)) return encoding || undefined
  const kept = encoding
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '' && one.toLowerCase() !== 'aws-chunked')
  return kept.length > 0 ? kept.join(',') : undefined
}

/** What asks for a bucket feature that no bucket here has. */
export function refuseUnsupported(input: SettingsInput): void {
  // Appending is for directory buckets.
  if (input.WriteOffsetBytes !== undefined) throw headerNotImplemented('x-amz-write-offset-bytes')
}

/** Outputs and rows leave out what was not said. */
export function withoutAbsent<T extends object>(
  object: T,
): { [Key in keyof T]?: Exclude<T[Key], undefined> } {
  const present: Record<string, unknown> = {}
  for (const name in object) {
    const value = object[name]
    if (value !== undefined) present[name] = value
  }
  return present as never
}
