import { beforeAll, describe, expect, test } from 'vitest'
import { AwsError } from '../../emulator/errors.ts'
import type { WireRequest } from '../../emulator/protocol/codec.ts'
import { chooseProtocol, namedOperation, protocols } from '../../emulator/protocol/index.ts'
import { restRouter } from '../../emulator/protocol/rest-router.ts'
import type { ServiceModel } from '../../emulator/protocol/service-model.ts'
import { loadModel, type PackageName } from './support/clients.ts'

const models = {} as Record<PackageName, ServiceModel>
beforeAll(async () => {
  const names: PackageName[] = [
    'ec2',
    'iam',
    'rds',
    's3',
    'ssm',
    'dynamodb',
    'lambda',
    'cloudwatch',
  ]
  for (const name of names) models[name] = await loadModel(name)
})

type Refusal = [code: string, message: string | RegExp, status?: number]
interface Sent {
  readonly method?: string
  readonly path?: string
  readonly query?: string
  readonly headers?: Record<string, string>
  readonly body?: string | Buffer
}

/** What the pipeline does before anyone is asked: finding the protocol and operation, decoding the input. */
function decode(service: PackageName, sent: Sent): unknown {
  const model = models[service]
  const body = Buffer.isBuffer(sent.body) ? sent.body : Buffer.from(sent.body ?? '')
  const request: WireRequest = { method: 'POST', path: '/', query: '', headers: {}, ...sent, body }
  const protocol = protocols[chooseProtocol(request.headers, model)]
  if (protocol.name !== 'restXml' && protocol.name !== 'restJson1') {
    const operation = namedOperation(protocol.name, request, model)
    return protocol.compile(model, operation).decodeInput(request)
  }
  const bucket = service === 's3' ? { bucket: 'b' } : {}
  const { operation, labels } = restRouter(model).match({ ...request, ...bucket })!
  return protocol
    .compile(model, operation)
    .decodeInput({ ...request, labels: { Bucket: 'b', ...labels } })
}

/** What a client would be told; an error that is no AwsError stays what it is, and fails the test. */
function refusalOf(run: () => unknown): unknown {
  try {
    return { accepted: run() }
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    return { code: error.code, message: error.message, status: error.status }
  }
}

const told = ([code, message, status = 400]: Refusal) => ({
  code,
  message: typeof message === 'string' ? message : (expect.stringMatching(message) as string),
  status,
})

const form = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }

describe('query', () => {
  const version = 'Version=2010-05-08'
  test.each<[string, Sent, Refusal]>([
    ['no action', { body: version }, ['MissingAction', /missing an action/]],
    ['an empty body', {}, ['MissingAction', /missing an action/]],
    [
      'an unknown action',
      { body: `Action=Fly&${version}` },
      ['InvalidAction', 'Could not find operation Fly for version 2010-05-08'],
    ],
    [
      'an action of Object',
      { body: `Action=constructor&${version}` },
      ['InvalidAction', /operation constructor/],
    ],
    [
      'no version',
      { body: 'Action=GetUser' },
      ['InvalidAction', 'Could not find operation GetUser for version NO_VERSION_SPECIFIED'],
    ],
    [
      'another version',
      { body: 'Action=GetUser&Version=2099-01-01' },
      ['InvalidAction', 'Could not find operation GetUser for version 2099-01-01'],
    ],
    [
      'bad percent-encoding',
      { body: `Action=GetUser&${version}&UserName=%zz` },
      ['MalformedQueryString', /syntax error/, 404],
    ],
    [
      'bad percent-encoding of the action',
      { body: `Action=%&${version}` },
      ['MalformedQueryString', /syntax error/, 404],
    ],
    [
      'a missing member',
      { body: `Action=CreateUser&${version}` },
      [
        'ValidationError',
        "1 validation error detected: Value null at 'userName' failed to satisfy constraint: Member must not be null",
      ],
    ],
    [
      'missing members, also of items',
      { body: `Action=CreateUser&${version}&Tags.member.7.Key=k` },
      [
        'ValidationError',
        "2 validation errors detected: Value null at 'tags.7.member.value' failed to satisfy constraint: Member must not be null; Value null at 'userName' failed to satisfy constraint: Member must not be null",
      ],
    ],
    [
      'a number that is none',
      { body: `Action=ListUsers&${version}&MaxItems=ten` },
      ['MalformedInput', 'number must follow xsd1.1 definition'],
    ],
    [
      'an empty number',
      { body: `Action=ListUsers&${version}&MaxItems=` },
      ['MalformedInput', 'missing value for number type'],
    ],
    [
      'a boolean in capitals',
      { body: `Action=CreateLoginProfile&${version}&UserName=u&PasswordResetRequired=TRUE` },
      ['MalformedInput', 'boolean must follow xsd1.1 definition'],
    ],
    [
      'a list without indices',
      { body: `Action=CreateUser&${version}&UserName=u&Tags.Key=k` },
      ['MalformedInput', 'Unexpected list element termination'],
    ],
    [
      'an index that is none',
      { body: `Action=CreateUser&${version}&UserName=u&Tags.member.x.Key=k` },
      ['MalformedInput', 'Unexpected list element termination'],
    ],
    [
      'a structure where text belongs',
      { body: `Action=GetUser&${version}&UserName.a=u` },
      ['MalformedInput', /^Start of structure/],
    ],
    [
      'text where a structure belongs',
      { body: `Action=CreateUser&${version}&UserName=u&Tags.member.1=k` },
      ['MalformedInput', /termination/],
    ],
    [
      'a key as deep as a well',
      { body: `Action=GetUser&${version}&${'a.'.repeat(100_000)}=1` },
      ['MalformedInput', /^Start of structure/],
    ],
  ])('%s', (_name, sent, refusal) => {
    expect(refusalOf(() => decode('iam', { headers: form, ...sent }))).toEqual(told(refusal))
  })

  test.each<[string, Sent, Refusal]>([
    [
      'a time that is none',
      { body: 'Action=RestoreDBInstanceToPointInTime&Version=2014-10-31&RestoreTime=soon' },
      ['MalformedInput', 'timestamp must follow ISO8601'],
    ],
  ])('%s', (_name, sent, refusal) => {
    expect(refusalOf(() => decode('rds', { headers: form, ...sent }))).toEqual(told(refusal))
  })

  test('an index of a billion takes no memory, gaps close, order is by number', () => {
    const tags = [999999999, 10, 2]
      .map((i) => `Tags.member.${i}.Key=k${i}&Tags.member.${i}.Value=v`)
      .join('&')
    expect(
      decode('iam', { headers: form, body: `Action=CreateUser&${version}&UserName=u&${tags}` }),
    ).toEqual({
      UserName: 'u',
      Tags: ['k2', 'k10', 'k999999999'].map((Key) => ({ Key, Value: 'v' })),
    })
  })

  test('a list named member is taken where the model has another name, and parameters nobody knows are passed over', () => {
    const body =
      'Action=DescribeDBInstances&Version=2014-10-31&Filters.member.1.Name=n&Filters.member.1.Values.member.1=v&Foo=1'
    expect(decode('rds', { headers: form, body })).toEqual({
      Filters: [{ Name: 'n', Values: ['v'] }],
    })
  })

  test('GET with the parameters in the query string', () => {
    expect(
      decode('iam', { method: 'GET', query: `Action=GetUser&${version}&UserName=a+b%26` }),
    ).toEqual({ UserName: 'a b&' })
  })

  test('a service whose SDK speaks JSON answers query clients', () => {
    const body = 'Action=DescribeAlarms&Version=2010-08-01&AlarmNames.member.1=a'
    expect(decode('cloudwatch', { headers: form, body })).toEqual({ AlarmNames: ['a'] })
  })
})

describe('ec2Query', () => {
  const version = 'Version=2016-11-15'
  test.each<[string, Sent, Refusal]>([
    ['no action', { body: version }, ['MissingAction', /missing an action/]],
    [
      'an unknown action',
      { body: `Action=Fly&${version}` },
      ['InvalidAction', 'The action Fly is not valid for this web service.'],
    ],
    [
      'no version',
      { body: 'Action=DescribeVpcs' },
      ['MissingParameter', 'The request must contain the parameter Version'],
    ],
    [
      'a version to come',
      { body: 'Action=DescribeVpcs&Version=2099-01-01' },
      ['NoSuchVersion', 'The requested version (2099-01-01) of service AmazonEC2 does not exist'],
    ],
    [
      'a missing parameter',
      { body: `Action=RunInstances&${version}&MaxCount=1` },
      ['MissingParameter', 'The request must contain the parameter MinCount'],
    ],
    [
      'a number that is none',
      { body: `Action=RunInstances&${version}&MinCount=one&MaxCount=1` },
      [
        'InvalidParameterValue',
        'Value (one) for parameter MinCount is invalid. Expected a number.',
      ],
    ],
    [
      'a boolean that is none',
      { body: `Action=DescribeVpcs&${version}&DryRun=perhaps` },
      ['InvalidParameterValue', /^Value \(perhaps\) for parameter DryRun is invalid\./],
    ],
    [
      'a wrong value deep inside',
      {
        body: `Action=RunInstances&${version}&MinCount=1&MaxCount=1&BlockDeviceMapping.2.Ebs.VolumeSize=big`,
      },
      ['InvalidParameterValue', /for parameter BlockDeviceMapping\.2\.Ebs\.VolumeSize is/],
    ],
    [
      'a structure where text belongs',
      { body: `Action=CreateVpc&${version}&CidrBlock.1=x` },
      ['UnknownParameter', 'The parameter CidrBlock is not recognized'],
    ],
    [
      'bad percent-encoding',
      { body: `Action=CreateVpc&${version}&CidrBlock=%` },
      ['MalformedQueryString', /syntax error/, 404],
    ],
  ])('%s', (_name, sent, refusal) => {
    expect(refusalOf(() => decode('ec2', { headers: form, ...sent }))).toEqual(told(refusal))
  })

  test('an earlier version is answered', () => {
    expect(
      decode('ec2', { headers: form, body: 'Action=DescribeVpcs&Version=2014-06-15&VpcId.1=v' }),
    ).toEqual({ VpcIds: ['v'] })
  })
})

const badXml: [string, string | Buffer][] = [
  ['text', 'nothing'],
  ['an open element', '<Tagging><TagSet>'],
  ['crossed elements', '<Tagging><TagSet></Tagging></TagSet>'],
  ['another root', '<Other/>'],
  ['two roots', '<Tagging><TagSet/></Tagging><Tagging/>'],
  ['a document type', '<!DOCTYPE Tagging [<!ENTITY a "b">]><Tagging><TagSet/></Tagging>'],
  ['a billion laughs', '<!DOCTYPE l [<!ENTITY a "&b;&b;"><!ENTITY b "ha">]><Tagging>&a;</Tagging>'],
  [
    'an entity nobody declared',
    '<Tagging><TagSet><Tag><Key>&me;</Key><Value/></Tag></TagSet></Tagging>',
  ],
  ['a missing element', '<Tagging><TagSet><Tag><Key>k</Key></Tag></TagSet></Tagging>'],
  ['bytes that are not UTF-8', Buffer.from([0x3c, 0x54, 0xff, 0xfe, 0x3e])],
  ['100,000 elements deep', `<Tagging>${'<a>'.repeat(100_000)}`],
]

describe('restXml', () => {
  const refusal: Refusal = [
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema',
  ]
  test.each(badXml)('%s', (_name, body) => {
    expect(refusalOf(() => decode('s3', { method: 'PUT', query: 'tagging', body }))).toEqual(
      told(refusal),
    )
  })

  test.each<[string, Sent, Refusal]>([
    [
      'no body',
      { method: 'PUT', query: 'tagging' },
      ['MissingRequestBodyError', 'Request Body is empty'],
    ],
    [
      'max-keys that is no number',
      { method: 'GET', query: 'list-type=2&max-keys=ten' },
      ['InvalidArgument', 'Provided max-keys not an integer or within integer range'],
    ],
    [
      'a query that is not encoded',
      { method: 'GET', query: 'list-type=2&prefix=%zz' },
      ['InvalidURI', "Couldn't parse the specified URI."],
    ],
    [
      'a missing header',
      { method: 'GET', path: '/k', query: 'attributes' },
      ['InvalidRequest', /x-amz-object-attributes/],
    ],
    ['a missing parameter', { method: 'DELETE', query: 'analytics' }, ['InvalidRequest', /'id'/]],
    [
      'a number that is none',
      {
        method: 'PUT',
        query: 'lifecycle',
        body: '<LifecycleConfiguration><Rule><Status>Enabled</Status><Expiration><Days>many</Days></Expiration></Rule></LifecycleConfiguration>',
      },
      refusal,
    ],
  ])('%s', (_name, sent, expected) => {
    expect(refusalOf(() => decode('s3', sent))).toEqual(told(expected))
  })

  test('namespaces, prefixes, comments, CDATA and elements nobody knows are read over', () => {
    const body =
      '<?xml version="1.0"?><!-- hi --><s3:Tagging xmlns:s3="http://s3.amazonaws.com/doc/2006-03-01/">\n <s3:TagSet>\n' +
      '<s3:Tag><s3:Key>a &amp; <![CDATA[<b>]]></s3:Key><s3:Value> </s3:Value><Odd/></s3:Tag></s3:TagSet></s3:Tagging>'
    expect(decode('s3', { method: 'PUT', query: 'tagging', body })).toEqual({
      Bucket: 'b',
      Tagging: { TagSet: [{ Key: 'a & <b>', Value: ' ' }] },
    })
  })

  test('a conditional date that is none is as if it were not sent', () => {
    expect(
      decode('s3', { method: 'GET', path: '/k', headers: { 'if-modified-since': 'yesterday' } }),
    ).toEqual({ Bucket: 'b', Key: 'k' })
  })
})

const badJson: [string, string | Buffer][] = [
  ['text', 'nothing'],
  ['an open object', '{"Name":'],
  ['a trailing comma', '{"Name":"a",}'],
  ['null', 'null'],
  ['a list', '[]'],
  ['a number', '12345678901234567890'],
  ['a number for text', '{"Name":1}'],
  ['an object for text', '{"Name":{}}'],
  ['bytes that are not UTF-8', Buffer.from([0x7b, 0xff, 0x7d])],
  ['100,000 levels', `{"Name":${'['.repeat(100_000)}`],
  ['100,000 levels that close', `{"Name":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
]

const withNumber = (number: string) =>
  `{"MaxResults":${number},"NextToken":"{\\"9007199254740993\\":[1]}"}`

describe('awsJson', () => {
  const headers = {
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': 'AmazonSSM.GetParameter',
  }
  test.each(badJson)('%s is a SerializationException', (_name, body) => {
    expect(refusalOf(() => decode('ssm', { headers, body }))).toEqual(
      told(['SerializationException', /./]),
    )
  })

  test.each<[string, Sent, Refusal]>([
    [
      'no target',
      { headers: { 'content-type': 'application/x-amz-json-1.1' } },
      ['UnknownOperationException', /./, 404],
    ],
    [
      'an unknown target',
      { headers: { ...headers, 'x-amz-target': 'AmazonSSM.Fly' } },
      ['UnknownOperationException', /./, 404],
    ],
    [
      'a missing member',
      { headers, body: '{"WithDecryption":true}' },
      [
        'ValidationException',
        "1 validation error detected: Value null at 'name' failed to satisfy constraint: Member must not be null",
      ],
    ],
    ['no body', { headers }, ['ValidationException', /'name'/]],
  ])('%s', (_name, sent, refusal) => {
    expect(refusalOf(() => decode('ssm', sent))).toEqual(told(refusal))
  })

  test('numbers keep all their digits, however large', () => {
    const target = { ...headers, 'x-amz-target': 'AmazonSSM.DescribeParameters' }
    for (const number of ['9223372036854775807', '-9007199254740993']) {
      expect(decode('ssm', { headers: target, body: withNumber(number) })).toEqual({
        MaxResults: BigInt(number),
        NextToken: '{"9007199254740993":[1]}',
      })
    }
    expect(decode('ssm', { headers: target, body: withNumber('12') })).toMatchObject({
      MaxResults: 12,
    })
  })

  test('a map with the key __proto__ reaches no prototype', () => {
    const target = {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'DynamoDB_20120810.PutItem',
    }
    const body =
      '{"TableName":"t","__proto__":{"Evil":1},"Item":{"__proto__":{"S":"x"},"constructor":{"S":"y"}}}'
    const input = decode('dynamodb', { headers: target, body }) as { Item: object }
    expect(Object.getPrototypeOf(input)).toBe(Object.prototype)
    expect(Object.getPrototypeOf(input.Item)).toBe(Object.prototype)
    expect(Object.entries(input.Item)).toEqual([
      ['__proto__', { S: 'x' }],
      ['constructor', { S: 'y' }],
    ])
    expect({}).not.toHaveProperty('Evil')
  })
})

describe('restJson1', () => {
  const path = '/2015-03-31/functions'
  const headers = { 'content-type': 'application/json' }
  const full = '{"FunctionName":"f","Role":"r","Code":{}}'
  test.each<[string, Sent, Refusal]>([
    ['text', { path, headers, body: 'nothing' }, ['SerializationException', /./]],
    [
      'another content type',
      { path, headers: { 'content-type': 'text/xml' }, body: full },
      ['UnsupportedMediaTypeException', /./, 415],
    ],
    [
      'missing members',
      { path, headers, body: '{"FunctionName":"f"}' },
      ['ValidationException', /^2 validation errors detected: Value null at 'role'.*'code'/],
    ],
    ['no body', { path, headers }, ['ValidationException', /^3 validation errors/]],
    [
      'a number that is none',
      { method: 'GET', path, query: 'MaxItems=ten' },
      ['SerializationException', /'maxItems'/],
    ],
    [
      'a query that is not encoded',
      { method: 'GET', path, query: 'Marker=%' },
      ['SerializationException', /./],
    ],
  ])('%s', (_name, sent, refusal) => {
    expect(refusalOf(() => decode('lambda', sent))).toEqual(told(refusal))
  })
  test.each([
    'application/json',
    'application/json; charset=utf-8',
    'application/x-amz-json-1.1',
    undefined,
  ])('content type %s is read', (type) => {
    const sent = type === undefined ? {} : { 'content-type': type }
    expect(decode('lambda', { path, headers: sent, body: full })).toEqual({
      FunctionName: 'f',
      Role: 'r',
      Code: {},
    })
  })
})

/** A short text in CBOR. */
const key = (text: string) => Buffer.concat([Buffer.from([0x60 + text.length]), Buffer.from(text)])

describe('rpcv2Cbor', () => {
  const headers = { 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' }
  const path = '/service/GraniteServiceVersion20100801/operation/DescribeAlarms'
  const bad: [string, number[]][] = [
    ['an empty list', [0x80]],
    ['a map without its entries', [0xa2]],
    ['an open map', [0xbf]],
    ['a list of 2^53 items', [0xa1, 0x61, 0x61, 0x9b, 0, 0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]],
    ['bytes that are not there', [0xa1, 0x61, 0x61, 0x5a, 0xff, 0xff, 0xff, 0xff]],
    ['a key that is a number', [0xa1, 0x01, 0x01]],
    ['more after the end', [0xa0, 0xa0]],
    ['a reserved head', [0xa1, 0x61, 0x61, 0x1c]],
    ['text that is not UTF-8', [0xa1, 0x61, 0xff, 0x01]],
    ['a decimal of a million digits', [0xa1, 0x61, 0x61, 0xc4, 0x82, 0x1a, 0x10, 0, 0, 0, 0x01]],
    ['100,000 levels', [0xa1, 0x61, 0x61, ...Array.from({ length: 100_000 }, () => 0x81)]],
    ['100,000 tags', [0xa1, 0x61, 0x61, ...Array.from({ length: 100_000 }, () => 0xc6)]],
  ]
  test.each(bad)('%s is a SerializationException', (_name, bytes) => {
    expect(
      refusalOf(() => decode('cloudwatch', { path, headers, body: Buffer.from(bytes) })),
    ).toEqual(told(['SerializationException', /./]))
  })
  test('an unknown operation', () => {
    expect(
      refusalOf(() => decode('cloudwatch', { path: '/service/X/operation/Fly', headers })),
    ).toEqual(told(['UnknownOperationException', /./, 404]))
  })
  test('indefinite lengths and half floats are read, __proto__ is a key like any other', () => {
    // {_ "AlarmNames": [_ (_ "a" "b")], "MaxRecords": 1.5 (half), "__proto__": {"x": 1} }
    const body = Buffer.concat([
      Buffer.from([0xbf]),
      key('AlarmNames'),
      Buffer.from([0x9f, 0x7f, 0x61, 0x61, 0x61, 0x62, 0xff, 0xff]),
      key('MaxRecords'),
      Buffer.from([0xf9, 0x3e, 0x00]),
      key('__proto__'),
      Buffer.from([0xa1, 0x61, 0x78, 0x01, 0xff]),
    ])
    const input = decode('cloudwatch', { path, headers, body }) as object
    expect(input).toEqual({ AlarmNames: ['ab'], MaxRecords: 1.5 })
    expect(Object.getPrototypeOf(input)).toBe(Object.prototype)
  })
})
