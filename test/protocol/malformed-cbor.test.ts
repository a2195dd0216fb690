import { beforeAll, describe, expect, test } from 'vitest'
import { decode, loadModels, refusalOf, told } from './support/refusals.ts'

beforeAll(() => loadModels('cloudwatch'))

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
