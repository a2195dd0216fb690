import * as fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { AwsError } from '../../emulator/errors.ts'
import type { OperationCodec, ProtocolName, WireRequest } from '../../emulator/protocol/codec.ts'
import { protocols, queryAction } from '../../emulator/protocol/index.ts'
import { restRouter } from '../../emulator/protocol/rest-router.ts'
import { loadModel, type PackageName } from './support/clients.ts'

const targets: [ProtocolName, PackageName, string, string[]][] = [
  [
    'query',
    'iam',
    'CreateUser',
    ['UserName=u', 'Tags.member.1.Key=', '&', '%', '.', '=', '__proto__', '.1.', 'Tags'],
  ],
  [
    'ec2Query',
    'ec2',
    'RunInstances',
    [
      'MinCount=1',
      'BlockDeviceMapping.1.Ebs.',
      '&',
      '%',
      '=',
      '.',
      'NetworkInterface.',
      '99999999999',
    ],
  ],
  [
    'restXml',
    's3',
    'PutBucketLifecycleConfiguration',
    [
      '<LifecycleConfiguration>',
      '</LifecycleConfiguration>',
      '<Rule>',
      '</Rule>',
      '<Expiration><Days>',
      '&lt;',
      '<![CDATA[',
      ']]>',
      '<!--',
      '<a b="c">',
      '/>',
    ],
  ],
  [
    'awsJson1_1',
    'ssm',
    'SendCommand',
    [
      '{',
      '}',
      '[',
      ']',
      '"Parameters":',
      '"DocumentName":',
      ',',
      ':',
      '"',
      '1e999',
      '12345678901234567890',
      'null',
      '\\u0000',
    ],
  ],
  [
    'awsJson1_0',
    'dynamodb',
    'PutItem',
    ['{"Item":', '{"M":', '{"L":[', '{"BS":["', '}', ']', '"', '{"S":1}', ',"__proto__":'],
  ],
  [
    'restJson1',
    'lambda',
    'CreateFunction',
    ['{', '}', '"Environment":{"Variables":', '"Timeout":', '"', ':', '[', ']', '-'],
  ],
  [
    'rpcv2Cbor',
    'cloudwatch',
    'PutMetricData',
    [
      '\xa1',
      '\xbf',
      '\xff',
      '\x9f',
      '\x69Namespace',
      '\x6aMetricData',
      '\xc1',
      '\xfb',
      '\xc4\x82',
      '\x1b',
      '\x5f',
      '\x7f',
    ],
  ],
]

describe.each(targets)('%s', (protocol, service, operation, pieces) => {
  let codec: OperationCodec
  beforeAll(async () => {
    codec = protocols[protocol].compile(await loadModel(service), operation)
  })

  const text = fc.string()
  const bytes = fc.uint8Array({ maxLength: 300 }).map((random) => Buffer.from(random))
  const shuffled = fc
    .array(fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...pieces) }, text), { maxLength: 30 })
    .map((parts) => Buffer.from(parts.join(''), protocol === 'rpcv2Cbor' ? 'latin1' : 'utf8'))
  const request = fc.record({
    method: fc.constant('POST'),
    path: text,
    query: fc.oneof(text, fc.constant('')),
    headers: fc.dictionary(
      fc.constantFrom(
        'content-type',
        'content-md5',
        'x-amz-meta-a',
        'x-amz-sdk-checksum-algorithm',
        'if-match',
      ),
      text,
    ),
    labels: fc.constant({ Bucket: 'b' }),
    body: fc.oneof(bytes, shuffled),
  })

  test('whatever the bytes, an input comes out or an AwsError below 500', () => {
    expect(() =>
      fc.assert(
        fc.property(request, (random) => {
          // A JSON body is only looked at under its content type.
          const headers = protocol === 'restJson1' ? {} : random.headers
          return runs(() => codec.decodeInput({ ...random, headers } satisfies WireRequest))
        }),
        { numRuns: 2000 },
      ),
    ).not.toThrow()
  })
})

test.each(['s3', 'lambda'] as const)(
  'whatever the URL, the router of %s finds, does not find, or refuses',
  async (service) => {
    const router = restRouter(await loadModel(service))
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom('/', '%', '%2F', '..', '?', '&', 'acl', 'uploads', '2015-03-31', 'functions'),
    )
    const path = fc.array(piece, { maxLength: 10 }).map((parts) => `/${parts.join('')}`)
    expect(() =>
      fc.assert(
        fc.property(
          path,
          path,
          fc.constantFrom('GET', 'PUT', 'POST', 'DELETE', 'X'),
          fc.boolean(),
          (path, query, method, isInBucket) => {
            const where = isInBucket ? { bucket: 'b' } : {}
            return runs(() => router.match({ method, path, query, headers: {}, ...where }))
          },
        ),
        { numRuns: 2000 },
      ),
    ).not.toThrow()
  },
)

test('whatever the form, an action is found, not found, or refused', () => {
  expect(() =>
    fc.assert(
      fc.property(
        fc.string(),
        fc.constantFrom('', 'Action=', '&Action=', '&Version='),
        fc.string(),
        (a, b, c) => {
          return runs(() => queryAction(a + b + c, Buffer.from(c)))
        },
      ),
    ),
  ).not.toThrow()
})

/** @throws what is thrown and is no refusal */
function runs(run: () => unknown): boolean {
  try {
    run()
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    return error.status < 500
  }
  return true
}
