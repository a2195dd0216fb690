import { STATUS_CODES } from 'node:http'
import type { AwsError } from '../../../errors.ts'
import { hostId } from '../../../protocol/rest-xml.ts'
import type { ResponseContext, WireResponse } from '../../../protocol/codec.ts'
import { escapeXml } from '../../../protocol/xml-writer.ts'

/** Why a website's own error document can't be shown. */
export interface DocumentProblem {
  readonly error: AwsError
  readonly key: string
}

/** The page of an error, as AWS's websites show it: https://docs.aws.amazon.com/AmazonS3/latest/userguide/CustomErrorDocSupport.html */
export function errorPage(
  error: AwsError,
  { requestId, method }: ResponseContext,
  problem?: DocumentProblem,
): WireResponse {
  const title = `${error.status} ${STATUS_CODES[error.status] ?? ''}`
  const lines = list([
    ['Code', error.code],
    ['Message', error.message],
    ...details(error),
    ['RequestId', requestId],
    ['HostId', hostId(requestId)],
  ])
  const custom = problem
    ? '<h3>An Error Occurred While Attempting to Retrieve a Custom Error Document</h3>\n' +
      list([
        ['Code', problem.error.code],
        ['Message', problem.error.message],
        ['Key', problem.key],
      ])
    : ''
  return {
    status: error.status,
    headers: {
      'x-amz-error-code': error.code,
      'x-amz-error-message': error.message,
      ...Object.fromEntries(
        details(error).map(([name, value]) => [`x-amz-error-detail-${name}`, headerText(value)]),
      ),
      'x-amz-request-id': requestId,
      'x-amz-id-2': hostId(requestId),
      ...error.headers,
      'Content-Type': 'text/html; charset=utf-8',
    },
    body:
      method === 'HEAD' || error.status === 304
        ? undefined
        : `<html>\n<head><title>${title}</title></head>\n<body>\n<h1>${title}</h1>\n${lines}${custom}<hr/>\n</body>\n</html>\n`,
  }
}

const details = (error: AwsError): [string, string][] =>
  Object.entries(error.fields).flatMap(([name, value]) =>
    typeof value === 'string' || typeof value === 'number' ? [[name, String(value)]] : [],
  )

const list = (items: readonly (readonly [string, string])[]) =>
  `<ul>\n${items.map(([name, value]) => `<li>${name}: ${escapeXml(value)}</li>\n`).join('')}</ul>\n`

/** Headers hold no control characters and nothing beyond Latin-1. */
export const headerText = (text: string) =>
  text.replaceAll(/[^\x20-\x7e]+/gu, (others) => encodeURI(others))
