import { beforeAll, describe, expect, test } from 'vitest'
import { decode, loadModels, refusalOf, told, type Refusal, type Sent } from './support/refusals.ts'

beforeAll(() => loadModels('s3'))

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

  test('namespaces, prefixes, comments and CDATA are read over', () => {
    const body =
      '<?xml version="1.0"?><!-- hi --><s3:Tagging xmlns:s3="http://s3.amazonaws.com/doc/2006-03-01/">\n <s3:TagSet>\n' +
      '<s3:Tag><s3:Key>a &amp; <![CDATA[<b>]]></s3:Key><s3:Value> </s3:Value></s3:Tag></s3:TagSet></s3:Tagging>'
    expect(decode('s3', { method: 'PUT', query: 'tagging', body })).toEqual({
      Bucket: 'b',
      Tagging: { TagSet: [{ Key: 'a & <b>', Value: ' ' }] },
    })
  })

  test('an element that nobody knows is refused', () => {
    const body = '<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value><Odd/></Tag></TagSet></Tagging>'
    expect(refusalOf(() => decode('s3', { method: 'PUT', query: 'tagging', body }))).toEqual(
      told(refusal),
    )
  })

  test('a conditional date that is none is as if it were not sent', () => {
    expect(
      decode('s3', { method: 'GET', path: '/k', headers: { 'if-modified-since': 'yesterday' } }),
    ).toEqual({ Bucket: 'b', Key: 'k' })
  })
})
