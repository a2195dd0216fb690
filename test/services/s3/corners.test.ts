import {
  CreateBucketCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { md5, send as sendTo, type SignedRequest } from './signed-requests.ts'
import { startS3Test, type S3Test } from './support.ts'

// The corners that conformance suites look into, by hand: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html

let t: S3Test
const Bucket = 'corner-bucket'
beforeAll(async () => {
  t = await startS3Test()
  await t.s3.send(new CreateBucketCommand({ Bucket }))
  await t.s3.send(new CreateBucketCommand({ Bucket: 'corner-versions' }))
  await t.s3.send(
    new PutBucketVersioningCommand({
      Bucket: 'corner-versions',
      VersioningConfiguration: { Status: 'Enabled' },
    }),
  )
  await t.s3.send(new PutObjectCommand({ Bucket: 'corner-versions', Key: 'k', Body: 'v' }))
  await t.s3.send(new PutObjectCommand({ Bucket, Key: 'k', Body: 'hello' }))
})
afterAll(() => t.emulator.close())

const send = (method: string, path: string, request: SignedRequest = {}) =>
  sendTo(t.emulator, method, path, request)

type Case = [
  what: string,
  method: string,
  path: string,
  request: SignedRequest,
  status: number,
  code?: string,
]
/** What is answered; an answer to HEAD has no body that could name an error. */
async function outcome(method: string, path: string, request: SignedRequest) {
  const { status, code, text } = await send(method, path, request)
  return method === 'HEAD' ? { status, text } : { status, code }
}
const expected = (method: string, status: number, code: string | undefined) =>
  method === 'HEAD' ? { status, text: '' } : { status, code }
const at = (key: string) => `/${Bucket}/${key}`
const list = (query: Record<string, string>): SignedRequest => ({
  query: { 'list-type': '2', ...query },
})
const many = (count: number, key: (n: number) => string) => {
  const body = `<Delete>${Array.from({ length: count }, (_, n) => `<Object><Key>${key(n)}</Key></Object>`).join('')}</Delete>`
  return { query: { delete: '' }, headers: md5(body), body }
}
const xml = (subresource: string, body: string): SignedRequest => ({
  query: { [subresource]: '' },
  headers: md5(body),
  body,
})

describe('keys', () => {
  test.each<Case>([
    ['of 1,024 bytes', 'PUT', at('k'.repeat(1024)), { body: 'x' }, 200],
    ['of 1,025 bytes', 'PUT', at('k'.repeat(1025)), { body: 'x' }, 400, 'KeyTooLongError'],
    ['of 1,025 bytes, read', 'GET', at('k'.repeat(1025)), {}, 400, 'KeyTooLongError'],
    [
      'of 342 characters of 3 bytes',
      'PUT',
      at('%E2%82%AC'.repeat(342)),
      { body: 'x' },
      400,
      'KeyTooLongError',
    ],
    ['that are no UTF-8', 'PUT', at('%FF%FE'), { body: 'x' }, 400, 'InvalidURI'],
    ['that are half a percent sign', 'PUT', at('%4'), { body: 'x' }, 400, 'InvalidURI'],
  ])('%s', async (_what, method, path, request, status, code) => {
    expect(await outcome(method, path, request)).toEqual(expected(method, status, code))
  })

  test.each([
    'a//b',
    '/lead',
    'a/../b',
    '../up',
    '..',
    '.',
    'a/./b',
    'a/',
    '//',
    '%01%02',
    '%E2%82%AC %F0%9F%98%80'.replace(' ', '%20'),
    '%20',
    'a%2Bb',
    'a%2Fb',
    '%3F',
    '%23',
    '%26%3D',
    '%0A',
    '%0D',
    '%7F',
    'soap',
    '%00',
  ])('%j are kept as they are', async (key) => {
    const decoded = decodeURIComponent(key)
    expect((await send('PUT', at(key), { body: key })).status).toBe(200)
    expect(await send('GET', at(key))).toMatchObject({ status: 200, text: key })
    const { text } = await send(
      'GET',
      `/${Bucket}`,
      list({ prefix: decoded, 'encoding-type': 'url' }),
    )
    const listed = [...text.matchAll(/<Key>(.*?)<\/Key>/g)].map(([, one]) =>
      decodeURIComponent(one!.replaceAll('+', ' ')),
    )
    expect(listed).toContain(decoded)
    expect((await send('DELETE', at(key))).status).toBe(204)
    expect((await send('HEAD', at(key))).status).toBe(404)
  })
})

describe('bodies', () => {
  test.each<Case>([
    [
      'whose MD5 is another',
      'PUT',
      at('digest'),
      { headers: md5('other'), body: 'x' },
      400,
      'BadDigest',
    ],
    [
      'whose MD5 is none',
      'PUT',
      at('digest'),
      { headers: { 'content-md5': 'bad' }, body: 'x' },
      400,
      'InvalidDigest',
    ],
    [
      'whose MD5 is empty',
      'PUT',
      at('digest'),
      { headers: { 'content-md5': '' }, body: 'x' },
      400,
      'InvalidDigest',
    ],
    [
      'whose SHA-256 is another',
      'PUT',
      at('digest'),
      { headers: { 'x-amz-content-sha256': 'a'.repeat(64) }, body: 'x' },
      400,
      'XAmzContentSHA256Mismatch',
    ],
    [
      'whose CRC32 is another',
      'PUT',
      at('digest'),
      { headers: { 'x-amz-checksum-crc32': 'AAAAAA==' }, body: 'x' },
      400,
      'BadDigest',
    ],
    [
      'whose CRC32 is none',
      'PUT',
      at('digest'),
      { headers: { 'x-amz-checksum-crc32': 'bad' }, body: 'x' },
      400,
      'InvalidRequest',
    ],
    [
      'with two checksums',
      'PUT',
      at('digest'),
      {
        headers: {
          'x-amz-checksum-crc32': 'AAAAAA==',
          'x-amz-checksum-sha1': '2jmj7l5rSw0yVb/vlWAYkK/YBwk=',
        },
        body: '',
      },
      400,
      'InvalidRequest',
    ],
    ['not there after all', 'HEAD', at('digest'), {}, 404],
    [
      'of tags that are no XML',
      'PUT',
      at('k'),
      xml('tagging', '<Tagging><TagSet>'),
      400,
      'MalformedXML',
    ],
    [
      'of tags that are something else',
      'PUT',
      at('k'),
      xml('tagging', '<VersioningConfiguration/>'),
      400,
      'MalformedXML',
    ],
    ['of tags without a set', 'PUT', at('k'), xml('tagging', '<Tagging/>'), 200],
    [
      'of versioning that is no XML',
      'PUT',
      `/${Bucket}`,
      xml('versioning', 'x'),
      400,
      'MalformedXML',
    ],
    [
      'of versioning without a status',
      'PUT',
      `/${Bucket}`,
      xml('versioning', '<VersioningConfiguration/>'),
      400,
      'IllegalVersioningConfigurationException',
    ],
    [
      'of versioning with a wrong status',
      'PUT',
      `/${Bucket}`,
      xml('versioning', '<VersioningConfiguration><Status>On</Status></VersioningConfiguration>'),
      400,
      'MalformedXML',
    ],
    [
      'that are no legal entity',
      'PUT',
      at('k'),
      xml(
        'tagging',
        '<!DOCTYPE a [<!ENTITY b "c">]><Tagging><TagSet><Tag><Key>&b;</Key><Value>1</Value></Tag></TagSet></Tagging>',
      ),
      400,
      'MalformedXML',
    ],
    ['to delete nothing', 'POST', `/${Bucket}`, many(0, String), 400, 'MalformedXML'],
    ['to delete 1,001', 'POST', `/${Bucket}`, many(1001, String), 400, 'MalformedXML'],
    ['to delete 1,000, some twice', 'POST', `/${Bucket}`, many(1000, (n) => `d${n % 10}`), 200],
    [
      'to delete an empty key',
      'POST',
      `/${Bucket}`,
      many(1, () => ''),
      400,
      'UserKeyMustBeSpecified',
    ],
  ])('%s', async (_what, method, path, request, status, code) => {
    expect(await outcome(method, path, request)).toEqual(expected(method, status, code))
  })
})

describe('listings', () => {
  test.each<Case>([
    ['of no keys', 'GET', `/${Bucket}`, list({ 'max-keys': '0' }), 200],
    ['of very many', 'GET', `/${Bucket}`, list({ 'max-keys': '2147483647' }), 200],
    [
      'of too many',
      'GET',
      `/${Bucket}`,
      list({ 'max-keys': '2147483648' }),
      400,
      'InvalidArgument',
    ],
    [
      'of a negative number',
      'GET',
      `/${Bucket}`,
      list({ 'max-keys': '-1' }),
      400,
      'InvalidArgument',
    ],
    ['of garbage', 'GET', `/${Bucket}`, list({ 'max-keys': 'blah' }), 400, 'InvalidArgument'],
    [
      'of version 1 and garbage',
      'GET',
      `/${Bucket}`,
      { query: { 'max-keys': 'blah' } },
      400,
      'InvalidArgument',
    ],
    ['with empty max-keys', 'GET', `/${Bucket}`, { query: { 'max-keys': '' } }, 200],
    [
      'of versions and a negative number',
      'GET',
      `/${Bucket}`,
      { query: { versions: '', 'max-keys': '-1' } },
      400,
      'InvalidArgument',
    ],
    [
      'in another encoding',
      'GET',
      `/${Bucket}`,
      list({ 'encoding-type': 'base64' }),
      400,
      'InvalidArgument',
    ],
    [
      'after a token that is none',
      'GET',
      `/${Bucket}`,
      list({ 'continuation-token': 'garbage' }),
      400,
      'InvalidArgument',
    ],
    [
      'after an empty token',
      'GET',
      `/${Bucket}`,
      list({ 'continuation-token': '' }),
      400,
      'InvalidArgument',
    ],
    ['after a marker that is no key', 'GET', `/${Bucket}`, { query: { marker: '\u0001zzz' } }, 200],
    [
      'after a version without its key',
      'GET',
      `/${Bucket}`,
      { query: { versions: '', 'version-id-marker': 'null' } },
      400,
      'InvalidArgument',
    ],
    [
      'after a version that is none',
      'GET',
      `/${Bucket}`,
      { query: { versions: '', 'key-marker': 'k', 'version-id-marker': 'garbage' } },
      400,
      'InvalidArgument',
    ],
    ['of a bucket that is not there', 'GET', '/corner-none', list({}), 404, 'NoSuchBucket'],
  ])('%s', async (_what, method, path, request, status, code) => {
    expect(await outcome(method, path, request)).toEqual(expected(method, status, code))
  })
})

describe('bucket names', () => {
  test.each([
    'ab',
    'a'.repeat(64),
    'Upper-case',
    'under_score',
    '-start',
    'end-',
    '.start',
    'end.',
    'two..dots',
    'dash-.dot',
    'dot.-dash',
    '192.168.5.4',
    'xn--name',
    'sthree-name',
    'amzn-s3-demo-name',
    'name-s3alias',
    'name--ol-s3',
    'name.mrap',
    'a%20b',
    'ä-bucket'.replace('ä', '%C3%A4'),
  ])('%s is refused', async (name) => {
    expect(await send('PUT', `/${name}`)).toMatchObject({ status: 400, code: 'InvalidBucketName' })
  })
  test.each(['abc', 'a'.repeat(63), '1start', 'end9', 'dots.in.it', '1.2.3', 'a--b'])(
    '%s is taken',
    async (name) => {
      expect((await send('PUT', `/${name}`)).status).toBe(200)
      expect((await send('DELETE', `/${name}`)).status).toBe(204)
    },
  )
})

describe('reads', () => {
  test.each<Case>([
    [
      'of bytes past the end',
      'GET',
      at('k'),
      { headers: { range: 'bytes=5-' } },
      416,
      'InvalidRange',
    ],
    ['of bytes past the end, HEAD', 'HEAD', at('k'), { headers: { range: 'bytes=5-' } }, 416],
    ['of the last none', 'GET', at('k'), { headers: { range: 'bytes=-0' } }, 416, 'InvalidRange'],
    ['of the last more than there are', 'GET', at('k'), { headers: { range: 'bytes=-50' } }, 206],
    ['of bytes backwards', 'GET', at('k'), { headers: { range: 'bytes=3-1' } }, 200],
    ['of several ranges', 'GET', at('k'), { headers: { range: 'bytes=0-1,3-4' } }, 200],
    ['of another unit', 'GET', at('k'), { headers: { range: 'lines=0-1' } }, 200],
    ['of a range in capitals', 'GET', at('k'), { headers: { RANGE: 'bytes=0-1' } }, 206],
    ['of part 0', 'GET', at('k'), { query: { partNumber: '0' } }, 400, 'InvalidArgument'],
    ['of part 10,001', 'GET', at('k'), { query: { partNumber: '10001' } }, 400, 'InvalidArgument'],
    ['of part 2 of 1', 'GET', at('k'), { query: { partNumber: '2' } }, 416, 'InvalidPartNumber'],
    [
      'of a version that never was',
      'GET',
      at('k'),
      { query: { versionId: 'a'.repeat(32) } },
      400,
      'InvalidArgument',
    ],
    [
      'of a version that is none',
      'GET',
      at('k'),
      { query: { versionId: 'garbage' } },
      400,
      'InvalidArgument',
    ],
    ['of an empty version', 'GET', at('k'), { query: { versionId: '' } }, 400, 'InvalidArgument'],
    ['of the null version', 'GET', at('k'), { query: { versionId: 'null' } }, 200],
    [
      'of a null version that is not there',
      'GET',
      '/corner-versions/k',
      { query: { versionId: 'null' } },
      404,
      'NoSuchVersion',
    ],
    [
      'for another owner',
      'GET',
      at('k'),
      { headers: { 'x-amz-expected-bucket-owner': '999999999999' } },
      403,
      'AccessDenied',
    ],
    [
      'for the owner',
      'GET',
      at('k'),
      { headers: { 'x-amz-expected-bucket-owner': '123456789012' } },
      200,
    ],
    [
      'for an owner that is none',
      'GET',
      at('k'),
      { headers: { 'x-amz-expected-bucket-owner': 'me' } },
      400,
      'InvalidBucketOwnerAWSAccountID',
    ],
    [
      'if another',
      'GET',
      at('k'),
      { headers: { 'if-match': '"other"' } },
      412,
      'PreconditionFailed',
    ],
    [
      'if not the same',
      'GET',
      at('k'),
      { headers: { 'if-none-match': '"5d41402abc4b2a76b9719d911017c592"' } },
      304,
    ],
    ['if a date is none', 'GET', at('k'), { headers: { 'if-modified-since': 'garbage' } }, 200],
    [
      'with what they answer said',
      'GET',
      at('k'),
      {
        query: {
          'response-content-type': 'a/b',
          'response-expires': 'Thu, 01 Dec 1994 16:00:00 GMT',
        },
      },
      200,
    ],
    ['with a parameter that nobody knows', 'GET', at('k'), { query: { unknown: 'x' } }, 200],
  ])('%s', async (_what, method, path, request, status, code) => {
    expect(await outcome(method, path, request)).toEqual(expected(method, status, code))
  })
})

describe('writes', () => {
  test.each<Case>([
    [
      'if none, where one is',
      'PUT',
      at('k'),
      { headers: { 'if-none-match': '*' }, body: 'x' },
      412,
      'PreconditionFailed',
    ],
    [
      'if none of an ETag',
      'PUT',
      at('k'),
      { headers: { 'if-none-match': '"abc"' }, body: 'x' },
      501,
      'NotImplemented',
    ],
    [
      'if another',
      'PUT',
      at('k'),
      { headers: { 'if-match': '"abc"' }, body: 'x' },
      412,
      'PreconditionFailed',
    ],
    [
      'if one, where none is',
      'PUT',
      at('none'),
      { headers: { 'if-match': '"abc"' }, body: 'x' },
      404,
      'NoSuchKey',
    ],
    [
      'delete if another',
      'DELETE',
      at('k'),
      { headers: { 'if-match': '"abc"' } },
      412,
      'PreconditionFailed',
    ],
    ['delete of what is not there', 'DELETE', at('none'), {}, 204],
    [
      'delete of a version that is not there',
      'DELETE',
      at('none'),
      { query: { versionId: 'null' } },
      204,
    ],
    [
      'delete of a version that is none',
      'DELETE',
      at('k'),
      { query: { versionId: 'garbage' } },
      400,
      'InvalidArgument',
    ],
    [
      'of 2 KB of metadata',
      'PUT',
      at('meta'),
      { headers: { 'x-amz-meta-a': 'x'.repeat(2047) }, body: 'x' },
      200,
    ],
    [
      'of more metadata',
      'PUT',
      at('meta'),
      { headers: { 'x-amz-meta-a': 'x'.repeat(2048) }, body: 'x' },
      400,
      'MetadataTooLarge',
    ],
    [
      'of another class',
      'PUT',
      at('k'),
      { headers: { 'x-amz-storage-class': 'FAST' }, body: 'x' },
      400,
      'InvalidStorageClass',
    ],
    [
      'of an unknown encryption',
      'PUT',
      at('k'),
      { headers: { 'x-amz-server-side-encryption': 'rot13' }, body: 'x' },
      400,
      'InvalidArgument',
    ],
    [
      'copy of itself',
      'PUT',
      at('k'),
      { headers: { 'x-amz-copy-source': `${Bucket}/k` } },
      400,
      'InvalidRequest',
    ],
    [
      'copy of itself, metadata too',
      'PUT',
      at('k'),
      { headers: { 'x-amz-copy-source': `${Bucket}/k`, 'x-amz-metadata-directive': 'REPLACE' } },
      200,
    ],
    [
      'copy with a directive that is none',
      'PUT',
      at('c'),
      { headers: { 'x-amz-copy-source': `${Bucket}/k`, 'x-amz-metadata-directive': 'BOTH' } },
      400,
      'InvalidArgument',
    ],
    [
      'copy with a tag directive that is none',
      'PUT',
      at('c'),
      { headers: { 'x-amz-copy-source': `${Bucket}/k`, 'x-amz-tagging-directive': 'BOTH' } },
      400,
      'InvalidArgument',
    ],
    [
      'copy of nothing',
      'PUT',
      at('c'),
      { headers: { 'x-amz-copy-source': Bucket } },
      400,
      'InvalidArgument',
    ],
    [
      'copy of an empty source',
      'PUT',
      at('c'),
      { headers: { 'x-amz-copy-source': '' } },
      400,
      'InvalidArgument',
    ],
    [
      'copy of what is not there',
      'PUT',
      at('c'),
      { headers: { 'x-amz-copy-source': `${Bucket}/none` } },
      404,
      'NoSuchKey',
    ],
    [
      'copy from no bucket',
      'PUT',
      at('c'),
      { headers: { 'x-amz-copy-source': 'corner-none/k' } },
      404,
      'NoSuchBucket',
    ],
    [
      'copy of a version that is none',
      'PUT',
      at('c'),
      { headers: { 'x-amz-copy-source': `${Bucket}/k?versionId=garbage` } },
      400,
      'InvalidArgument',
    ],
    [
      'copy if the source is another',
      'PUT',
      at('c'),
      { headers: { 'x-amz-copy-source': `${Bucket}/k`, 'x-amz-copy-source-if-match': '"x"' } },
      412,
      'PreconditionFailed',
    ],
    [
      'of 11 tags',
      'PUT',
      at('k'),
      {
        headers: { 'x-amz-tagging': Array.from({ length: 11 }, (_, n) => `t${n}=1`).join('&') },
        body: 'x',
      },
      400,
      'BadRequest',
    ],
    [
      'of a tag twice',
      'PUT',
      at('k'),
      { headers: { 'x-amz-tagging': 'a=1&a=2' }, body: 'x' },
      400,
      'InvalidArgument',
    ],
    [
      'of a tag too long',
      'PUT',
      at('k'),
      { headers: { 'x-amz-tagging': `${'a'.repeat(129)}=1` }, body: 'x' },
      400,
      'InvalidTag',
    ],
    [
      'of an ACL that is none',
      'PUT',
      at('k'),
      { headers: { 'x-amz-acl': 'everybody' }, body: 'x' },
      400,
      'InvalidArgument',
    ],
    [
      'of part 0',
      'PUT',
      at('k'),
      { query: { partNumber: '0', uploadId: 'x' }, body: 'x' },
      400,
      'InvalidArgument',
    ],
    [
      'of part 10,001',
      'PUT',
      at('k'),
      { query: { partNumber: '10001', uploadId: 'x' }, body: 'x' },
      400,
      'InvalidArgument',
    ],
    [
      'of part x',
      'PUT',
      at('k'),
      { query: { partNumber: 'x', uploadId: 'x' }, body: 'x' },
      400,
      'InvalidArgument',
    ],
    [
      'of a part of no upload',
      'PUT',
      at('k'),
      { query: { partNumber: '1', uploadId: 'x' }, body: 'x' },
      404,
      'NoSuchUpload',
    ],
    [
      'complete no upload',
      'POST',
      at('k'),
      {
        query: { uploadId: 'x' },
        body: '<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>x</ETag></Part></CompleteMultipartUpload>',
      },
      404,
      'NoSuchUpload',
    ],
    ['abort no upload', 'DELETE', at('k'), { query: { uploadId: 'x' } }, 404, 'NoSuchUpload'],
    ['list no upload', 'GET', at('k'), { query: { uploadId: 'x' } }, 404, 'NoSuchUpload'],
    ['of a bucket with objects', 'DELETE', `/${Bucket}`, {}, 409, 'BucketNotEmpty'],
    ['of a bucket that is not there', 'DELETE', '/corner-none', {}, 404, 'NoSuchBucket'],
    [
      'of a key in a bucket that is not there',
      'PUT',
      '/corner-none/k',
      { body: 'x' },
      404,
      'NoSuchBucket',
    ],
  ])('%s', async (_what, method, path, request, status, code) => {
    expect(await outcome(method, path, request)).toEqual(expected(method, status, code))
  })
})

describe('methods and subresources that are none', () => {
  test.each<Case>([
    ['POST of an object', 'POST', at('k'), {}, 405, 'MethodNotAllowed'],
    ['PATCH of an object', 'PATCH', at('k'), {}, 405, 'MethodNotAllowed'],
    ['PATCH of a bucket', 'PATCH', `/${Bucket}`, {}, 405, 'MethodNotAllowed'],
    ['POST of the service', 'POST', '/', {}, 405, 'MethodNotAllowed'],
    ['DELETE of the service', 'DELETE', '/', {}, 405, 'MethodNotAllowed'],
    ['PUT of the service', 'PUT', '/', {}, 405, 'MethodNotAllowed'],
    ['an unknown subresource', 'GET', `/${Bucket}`, { query: { nonsense: '' } }, 200],
    ['HEAD of a bucket', 'HEAD', `/${Bucket}`, {}, 200],
    ['HEAD of no bucket', 'HEAD', '/corner-none', {}, 404],
  ])('%s', async (_what, method, path, request, status, code) => {
    expect(await outcome(method, path, request)).toEqual(expected(method, status, code))
  })
})

describe('nobody', () => {
  test.each<Case>([
    ['may list buckets', 'GET', '/', { anonymous: true }, 403, 'AccessDenied'],
    ['may list', 'GET', `/${Bucket}`, { anonymous: true }, 403, 'AccessDenied'],
    [
      'may list versions',
      'GET',
      `/${Bucket}`,
      { anonymous: true, query: { versions: '' } },
      403,
      'AccessDenied',
    ],
    [
      'may list uploads',
      'GET',
      `/${Bucket}`,
      { anonymous: true, query: { uploads: '' } },
      403,
      'AccessDenied',
    ],
    ['may read', 'GET', at('k'), { anonymous: true }, 403, 'AccessDenied'],
    ['may read what is not there', 'GET', at('none'), { anonymous: true }, 403, 'AccessDenied'],
    ['may look', 'HEAD', at('k'), { anonymous: true }, 403],
    ['may write', 'PUT', at('k'), { anonymous: true, body: 'x' }, 403, 'AccessDenied'],
    ['may delete', 'DELETE', at('k'), { anonymous: true }, 403, 'AccessDenied'],
    ['may make buckets', 'PUT', '/corner-anonymous', { anonymous: true }, 403, 'AccessDenied'],
    ['may delete the bucket', 'DELETE', `/${Bucket}`, { anonymous: true }, 403, 'AccessDenied'],
    ...[
      'acl',
      'cors',
      'encryption',
      'lifecycle',
      'location',
      'logging',
      'notification',
      'object-lock',
      'ownershipControls',
      'policy',
      'policyStatus',
      'publicAccessBlock',
      'replication',
      'requestPayment',
      'tagging',
      'versioning',
      'website',
    ].map((name): Case => [
      `may read ?${name}`,
      'GET',
      `/${Bucket}`,
      { anonymous: true, query: { [name]: '' } },
      403,
      'AccessDenied',
    ]),
  ])('%s: no', async (_what, method, path, request, status, code) => {
    expect(await outcome(method, path, request)).toEqual(expected(method, status, code))
  })
})
