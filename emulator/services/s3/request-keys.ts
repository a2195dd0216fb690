import { parseAmzDate } from '../../auth/amz-date.ts'
import { unsignedPayload } from '../../auth/sigv4.ts'
import type { Call, Permission } from '../../operation.ts'

type Context = Record<string, string | readonly string[]>

/**
 * The condition keys that every request to S3 has: how it was authenticated.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/bucket-policy-s3-sigv4-conditions.html
 */
export function requestKeys({ caller, http, wallNow }: Call): Context {
  const { headers, query } = http
  const keys: Context = {}
  const sha256 = headers['x-amz-content-sha256']
  if (sha256 !== undefined) keys['s3:x-amz-content-sha256'] = sha256
  if (caller.type === 'Anonymous') return keys
  const parameters =
    headers.authorization === undefined && query !== '' ? new URLSearchParams(query) : undefined
  if (sha256 === undefined && parameters?.has('X-Amz-Credential')) {
    keys['s3:x-amz-content-sha256'] = parameters.get('X-Amz-Content-Sha256') ?? unsignedPayload
  }
  const isUrl = parameters?.has('X-Amz-Credential') || parameters?.has('AWSAccessKeyId')
  if (headers.authorization !== undefined) keys['s3:authType'] = 'REST-HEADER'
  else keys['s3:authType'] = isUrl ? 'REST-QUERY-STRING' : 'POST'
  const isVersionTwo =
    parameters?.has('AWSAccessKeyId') ||
    // A form's fields stand for its headers.
    (keys['s3:authType'] === 'POST' && headers['awsaccesskeyid'] !== undefined)
  keys['s3:signatureversion'] = isVersionTwo ? 'AWS' : 'AWS4-HMAC-SHA256'
  const date = parameters?.get('X-Amz-Date') ?? headers['x-amz-date']
  const signedAt = date === undefined ? undefined : parseAmzDate(date)
  if (signedAt !== undefined) keys['s3:signatureAge'] = String(Math.max(0, wallNow - signedAt))
  return keys
}

/** `s3:RequestObjectTag/<key>` and `s3:RequestObjectTagKeys`. */
export function requestTagKeys(tags: Readonly<Record<string, string>>): Context {
  const names = Object.keys(tags)
  if (names.length === 0) return {}
  const keys: Context = { 's3:RequestObjectTagKeys': names }
  for (const name of names) keys[`s3:RequestObjectTag/${name}`] = tags[name]!
  return keys
}

/** `s3:ExistingObjectTag/<key>` */
export function existingTagKeys(tags: Readonly<Record<string, string>>): Permission['context'] {
  const keys: Context = {}
  for (const name of Object.keys(tags)) keys[`s3:ExistingObjectTag/${name}`] = tags[name]!
  return keys
}
