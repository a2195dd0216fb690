import { beforeAll, describe, expect, test } from 'vitest'
import { decode, loadModels, refusalOf, told, type Refusal, type Sent } from './support/refusals.ts'

beforeAll(() => loadModels('iam', 'rds', 'cloudwatch'))

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
