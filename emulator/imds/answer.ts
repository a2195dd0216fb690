import type { IncomingHttpHeaders } from 'node:http'
import { isLoopbackHost } from '../http/loopback.ts'
import type { InstanceFacts } from './facts.ts'
import type { DocumentSigner } from './identity/signer.ts'
import { dynamicData } from './instance-identity.ts'
import { metaData } from './meta-data.ts'
import type { RoleCredentials } from './role-credentials.ts'
import { longestTtl, makeToken, tokenLifeLeft } from './tokens.ts'
import { directory, lookUp, type Directory } from './tree.ts'

export interface MetadataRequest {
  readonly method: string
  /** As sent, with its query. */
  readonly path: string
  readonly headers: IncomingHttpHeaders
}

export interface MetadataAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
}

/** What an answer is made from, besides the request. */
export interface MetadataService {
  /** Undefined for an instance that does not run. */
  readonly facts: InstanceFacts | undefined
  readonly credentials: RoleCredentials
  readonly signer: () => Promise<DocumentSigner>
  readonly tokenKey: () => Buffer
  /** Virtual time in ms since the epoch. */
  readonly now: number
}

/**
 * The versions of the metadata service. Each has the whole tree here: of AWS's old ones, nobody asks for what is missing.
 */
const versions = [
  '1.0',
  '2007-01-19',
  '2007-03-01',
  '2007-08-29',
  '2007-10-10',
  '2007-12-15',
  '2008-02-01',
  '2008-09-01',
  '2009-04-04',
  '2011-01-01',
  '2011-05-01',
  '2012-01-12',
  '2014-02-25',
  '2014-11-05',
  '2015-10-20',
  '2016-04-19',
  '2016-06-30',
  '2016-09-02',
  '2018-03-28',
  '2018-08-17',
  '2018-09-24',
  '2019-10-01',
  '2020-10-27',
  '2021-01-03',
  '2021-03-23',
  '2021-07-15',
  '2022-09-24',
  '2024-04-11',
  'latest',
] as const

const tokenHeader = 'x-aws-ec2-metadata-token'
const ttlHeader = 'X-Aws-Ec2-Metadata-Token-Ttl-Seconds'

/**
 * Answers one request to an instance's metadata service.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-v2-how-it-works.html
 */
export async function answerMetadata(
  { method, path, headers }: MetadataRequest,
  service: MetadataService,
): Promise<MetadataAnswer> {
  const { facts, now } = service
  if (isFromBrowser(headers) || !isOwnHost(headers.host)) return refusal(403)
  if (!facts) return refusal(503)
  if (facts.instance.MetadataOptions?.HttpEndpoint === 'disabled') return refusal(403)
  const segments = segmentsOf(path)
  if (!segments) return refusal(404)
  if (isTokenPath(segments)) return giveToken(method, headers, facts, service)
  if (method !== 'GET' && method !== 'HEAD') return notAllowed('GET, HEAD, OPTIONS')

  const token = headers[tokenHeader]
  const isV2 = typeof token === 'string'
  const left = isV2 ? tokenLifeLeft(service.tokenKey(), instanceId(facts), token, now) : undefined
  if (isV2 && left === undefined) return refusal(401)
  if (!isV2 && facts.instance.MetadataOptions?.HttpTokens === 'required') return refusal(401)

  const found = await lookUp(treeOf(service, facts, isV2), segments)
  if (found === undefined) return refusal(404)
  const type = segments[1] === 'user-data' ? 'application/octet-stream' : 'text/plain'
  return {
    status: 200,
    headers: {
      'Content-Type': type,
      'Accept-Ranges': 'none',
      'Last-Modified': facts.instance.LaunchTime!.toUTCString(),
      ...(left !== undefined && { [ttlHeader]: String(Math.ceil(left / 1000)) }),
    },
    body: found,
  }
}

/** Without one in the path, or with a slash at its end, it is the same. @returns undefined for what is not percent-encoded right */
function segmentsOf(path: string): string[] | undefined {
  try {
    return path
      .replace(/\?.*$/s, '')
      .split('/')
      .filter((segment) => segment !== '')
      .map(decodeURIComponent)
  } catch {
    return undefined
  }
}

function treeOf(
  { credentials, signer }: MetadataService,
  facts: InstanceFacts,
  isV2: boolean,
): Directory {
  const entries = {
    dynamic: dynamicData(facts, signer),
    'meta-data': metaData(facts, credentials, isV2 ? '2.0' : '1.0'),
    ...(facts.userData && { 'user-data': facts.userData }),
  }
  // Up here, AWS's listings have no slashes.
  const tree = directory(entries, Object.keys(entries).join('\n'))
  return directory(
    Object.fromEntries(versions.map((version) => [version, tree])),
    versions.join('\n'),
  )
}

const isTokenPath = ([version, api, token, ...rest]: readonly string[]): boolean =>
  version === 'latest' && api === 'api' && token === 'token' && rest.length === 0

function giveToken(
  method: string,
  headers: IncomingHttpHeaders,
  facts: InstanceFacts,
  { tokenKey, now }: MetadataService,
): MetadataAnswer {
  if (method !== 'PUT') return notAllowed('OPTIONS, PUT')
  // A request that a proxy passes on may be somebody else's.
  if (headers['x-forwarded-for'] !== undefined) return refusal(403)
  const text = headers['x-aws-ec2-metadata-token-ttl-seconds']
  const ttl = typeof text === 'string' && /^\d{1,5}$/.test(text) ? Number(text) : 0
  if (ttl < 1 || ttl > longestTtl) return refusal(400)
  return {
    status: 200,
    headers: { 'Content-Type': 'text/plain', 'Accept-Ranges': 'none', [ttlHeader]: String(ttl) },
    body: makeToken(tokenKey(), instanceId(facts), now + ttl * 1000),
  }
}

const instanceId = ({ instance }: InstanceFacts): string => instance.InstanceId!

/** Browsers say that they are, and no page may read credentials: not even one of this machine. */
const isFromBrowser = (headers: IncomingHttpHeaders): boolean =>
  headers.origin !== undefined || (headers['sec-fetch-site'] ?? 'none') !== 'none'

/** Another name may be a page's that rebinds its DNS. HTTP/1.0 has no `Host`, and no browser speaks it. */
const isOwnHost = (host: string | undefined): boolean =>
  host === undefined || isLoopbackHost(host) || /^169\.254\.169\.254(:\d+)?$/.test(host)

const reasons = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  503: 'Service Unavailable',
} as const

/** A refusal as AWS words it: a page. */
function refusal(status: keyof typeof reasons): MetadataAnswer {
  const title = `${status} - ${reasons[status]}`
  return {
    status,
    headers: { 'Content-Type': 'text/html' },
    body: `<?xml version="1.0" encoding="iso-8859-1"?>
<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN"
	"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="en" lang="en">
 <head>
  <title>${title}</title>
 </head>
 <body>
  <h1>${title}</h1>
 </body>
</html>
`,
  }
}

const notAllowed = (allow: string): MetadataAnswer => ({
  status: 405,
  headers: { 'Content-Type': 'text/plain', Allow: allow },
  body: '',
})
