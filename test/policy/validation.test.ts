import { describe, expect, test } from 'vitest'
import { validatePolicy } from '../../emulator/policy/validation/index.ts'
import {
  awsManagedPolicy,
  awsManagedPolicyArns,
} from '../../emulator/services/iam/aws-managed-policies.ts'

const allow = { Effect: 'Allow', Action: 's3:ListBucket', Resource: 'arn:aws:s3:::notes' }
const document = (...statements: object[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements })
/** An identity policy of one statement, with other members than `allow`'s. */
const identity = (other: object) => document({ ...allow, ...other })

test('every policy that AWS manages is valid', () => {
  const refused = awsManagedPolicyArns().flatMap((arn) => {
    const problem = validatePolicy(awsManagedPolicy(arn)!.document, 'managed')
    return problem === undefined ? [] : [`${arn}: ${problem}`]
  })
  expect(refused).toEqual([])
  expect(awsManagedPolicyArns().length).toBeGreaterThan(1000)
})

const syntax = 'Syntax errors in policy.'
const legacy = 'The policy failed legacy parsing'
const vendor = 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.'

describe('an identity policy', () => {
  test.each<[what: string, text: string]>([
    [
      'one statement that is no list',
      `{"Version":"2012-10-17","Statement":${JSON.stringify(allow)}}`,
    ],
    ['an Id', JSON.stringify({ Version: '2012-10-17', Id: 'x', Statement: [allow] })],
    ['two statements without Sid', document(allow, allow)],
    ['two empty Sids', document({ ...allow, Sid: '' }, { ...allow, Sid: '' })],
    ['every action', identity({ Action: '*' })],
    ['a vendor with a hyphen', identity({ Action: 'resource-groups:List*' })],
    [
      'NotAction and NotResource',
      document({ Effect: 'Deny', NotAction: 'iam:*', NotResource: '*' }),
    ],
    ['a bucket in any partition', identity({ Resource: 'arn:*:s3:::notes' })],
    ['an access point in a region', identity({ Resource: 'arn:aws:s3:eu-west-1:1:accesspoint/a' })],
    ['a role', identity({ Action: 'iam:PassRole', Resource: 'arn:aws:iam::*:role/x' })],
    [
      'an operator with qualifier and IfExists',
      identity({ Condition: { 'ForAnyValue:StringLikeIfExists': { 'aws:TagKeys': ['a'] } } }),
    ],
    ['an unknown operator that compares nothing', identity({ Condition: { Sounds: {} } })],
    [
      'numbers and booleans as condition values',
      identity({
        Condition: {
          Bool: { 'aws:SecureTransport': true },
          NumericLessThan: { 's3:max-keys': 10 },
        },
      }),
    ],
    [
      'a date with a zone',
      identity({
        Condition: { DateLessThan: { 'aws:CurrentTime': '2016-12-13t2:00:00.593194+23' } },
      }),
    ],
    [
      'seconds since the epoch',
      identity({ Condition: { DateLessThan: { 'aws:CurrentTime': '9223372036854775807' } } }),
    ],
  ])('may have %s', (_what, text) => {
    expect(validatePolicy(text, 'managed')).toBeUndefined()
  })

  test.each<[what: string, text: string, problem: string]>([
    ['an empty text', '', syntax],
    ['text behind the document', `${document(allow)}}`, syntax],
    ['a list', '[]', syntax],
    ['a text', '"Statement"', syntax],
    ['a key twice', '{"Version":"2012-10-17","Version":"2012-10-17","Statement":[]}', syntax],
    [
      'a key of a statement twice',
      `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Effect":"Deny","Action":"*","Resource":"*"}]}`,
      syntax,
    ],
    [
      'a key twice, once escaped',
      String.raw`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Eff\u0065ct":"Deny","Action":"*","Resource":"*"}]}`,
      syntax,
    ],
    [
      'an unknown element',
      JSON.stringify({ Version: '2012-10-17', Statement: [allow], Extra: 1 }),
      syntax,
    ],
    ['an unknown version', JSON.stringify({ Version: '2012-10-18', Statement: [allow] }), syntax],
    [
      'the old version',
      JSON.stringify({ Version: '2008-10-17', Statement: [allow] }),
      'Policy document must be version 2012-10-17 or greater.',
    ],
    [
      'no version',
      JSON.stringify({ Statement: [allow] }),
      'Policy document must be version 2012-10-17 or greater.',
    ],
    ['no statement', '{"Version":"2012-10-17"}', syntax],
    ['an empty list of statements', document(), syntax],
    ['a text as statement', '{"Version":"2012-10-17","Statement":"Allow"}', syntax],
    ['an unknown element of a statement', identity({ Actions: 's3:*' }), syntax],
    ['no effect', document({ Action: '*', Resource: '*' }), syntax],
    ['another effect', identity({ Effect: 'Maybe' }), syntax],
    ['an effect in lower case', identity({ Effect: 'allow' }), legacy],
    ['Action and NotAction', identity({ NotAction: 's3:*' }), syntax],
    ['Resource and NotResource', identity({ NotResource: '*' }), syntax],
    ['a number among the actions', identity({ Action: ['s3:*', 1] }), syntax],
    ['an object as resource', identity({ Resource: {} }), syntax],
    ['a number as Sid', identity({ Sid: 1 }), syntax],
    [
      'a Sid with a space',
      identity({ Sid: 'a b' }),
      'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*',
    ],
    [
      'a Sid twice',
      document({ ...allow, Sid: 'a' }, { ...allow, Sid: 'a' }),
      'Statement IDs (SID) in a single policy must be unique.',
    ],
    [
      'a principal',
      identity({ Principal: '*' }),
      'Policy document should not specify a principal.',
    ],
    ['no actions', identity({ Action: [] }), 'Policy statement must contain actions.'],
    [
      'no resources',
      document({ Effect: 'Allow', Action: 's3:*' }),
      'Policy statement must contain resources.',
    ],
    [
      'an empty list of resources',
      identity({ Resource: [] }),
      'Policy statement must contain resources.',
    ],
    ['an action without a vendor', identity({ Action: 'ListBucket' }), vendor],
    [
      'an action with two colons',
      identity({ Action: 's3:List:Bucket' }),
      'Actions/Condition can contain only one colon.',
    ],
    ['a vendor with a wildcard', identity({ Action: 's*:ListBucket' }), 'Vendor s* is not valid'],
    [
      'a resource that is no ARN',
      identity({ Resource: 'notes' }),
      'Resource notes must be in ARN format or "*".',
    ],
    [
      'an unknown partition',
      identity({ Resource: 'aws:s3:::notes' }),
      'Partition "s3" is not valid for resource "arn:s3:::notes:*".',
    ],
    [
      'an ARN that ends at its partition',
      identity({ Resource: 'arn:aws' }),
      'Resource vendor must be fully qualified and cannot contain regexes.',
    ],
    ['an ARN that lacks a segment', identity({ Resource: 'arn:aws:s3::notes' }), legacy],
    [
      'a bucket in a region',
      identity({ Resource: 'arn:aws:s3:eu-west-1::notes' }),
      'Resource arn:aws:s3:eu-west-1::notes can not contain region information.',
    ],
    [
      'a user in a region',
      identity({ Resource: 'arn:aws:iam:eu-west-1:1:user/a' }),
      'IAM resource arn:aws:iam:eu-west-1:1:user/a cannot contain region information.',
    ],
    ['an unknown operator', identity({ Condition: { Sounds: { 'aws:x': 'y' } } }), syntax],
    [
      'an operator in another case',
      identity({ Condition: { stringEquals: { 'aws:x': 'y' } } }),
      syntax,
    ],
    [
      'an object as condition value',
      identity({ Condition: { StringEquals: { 'aws:x': {} } } }),
      syntax,
    ],
    [
      'null as condition value',
      identity({ Condition: { StringEquals: { 'aws:x': null } } }),
      syntax,
    ],
    ['a list as condition', identity({ Condition: [] }), syntax],
    [
      'a month that is none',
      identity({ Condition: { DateLessThan: { 'aws:CurrentTime': '2016-13-01' } } }),
      legacy,
    ],
    [
      'too many seconds',
      identity({ Condition: { DateLessThan: { 'aws:CurrentTime': '9223372036854775808' } } }),
      legacy,
    ],
  ])('must not have %s', (_what, text, problem) => {
    expect(validatePolicy(text, 'managed')).toBe(problem)
  })

  test('may be of the old version where it is inline', () => {
    expect(validatePolicy(JSON.stringify({ Statement: allow }), 'inline')).toBeUndefined()
  })

  test('names the resource that comes first by name, as IAM does', () => {
    expect(validatePolicy(identity({ Resource: ['second', 'first'] }), 'managed')).toBe(
      'Resource first must be in ARN format or "*".',
    )
  })
})

const trusting = (other: object) =>
  document({
    Effect: 'Allow',
    Principal: { Service: 'ec2.amazonaws.com' },
    Action: 'sts:AssumeRole',
    ...other,
  })

describe('a trust policy', () => {
  test.each<[what: string, text: string]>([
    ['a service', trusting({})],
    ['everybody in AWS', trusting({ Principal: { AWS: '*' } })],
    [
      'an account',
      trusting({ Principal: { AWS: ['123456789012', 'arn:aws:iam::123456789012:root'] } }),
    ],
    ['a session', trusting({ Principal: { AWS: 'arn:aws:sts::123456789012:assumed-role/a/b' } })],
    [
      'an identity provider',
      trusting({
        Principal: { Federated: 'arn:aws:iam::123456789012:oidc-provider/idp.example.com/x' },
        Action: 'sts:AssumeRoleWithWebIdentity',
      }),
    ],
    ['session tags', trusting({ Action: ['sts:AssumeRole', 'sts:TagSession'] })],
  ])('may name %s', (_what, text) => {
    expect(validatePolicy(text, 'trust')).toBeUndefined()
  })

  test.each<[what: string, text: string, problem: string]>([
    ['no JSON', '{', 'This policy contains invalid Json'],
    [
      'an unknown version',
      JSON.stringify({ Version: '1', Statement: [] }),
      'The policy must contain a valid version string',
    ],
    ['an unknown element', JSON.stringify({ Statements: [] }), 'Unknown field Statements'],
    ['no statements', document(), 'Could not parse the policy: Statement is empty!'],
    [
      'no principal',
      document({ Effect: 'Allow', Action: 'sts:AssumeRole' }),
      'Missing required field Principal',
    ],
    [
      'an empty principal',
      trusting({ Principal: {} }),
      'Missing required field Principal cannot be empty!',
    ],
    ['everybody as a text', trusting({ Principal: '*' }), 'Principal must be a JSON object.'],
    [
      'an ARN with a wildcard',
      trusting({ Principal: { AWS: 'arn:aws:iam::123456789012:role/*' } }),
      'Invalid principal in policy: "AWS":"arn:aws:iam::123456789012:role/*"',
    ],
    [
      'a service that is none',
      trusting({ Principal: { Service: 'ec2' } }),
      'Invalid principal in policy: "SERVICE":"ec2"',
    ],
    [
      'no effect',
      document({ Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }),
      'Missing required field Effect',
    ],
    ['another effect', trusting({ Effect: 'allow' }), 'Invalid effect: allow'],
    [
      'no action',
      document({ Effect: 'Allow', Principal: { AWS: '*' } }),
      'Missing required field Action',
    ],
    [
      'every action',
      trusting({ Action: '*' }),
      'AssumeRole policy may only specify STS AssumeRole actions.',
    ],
    [
      "another service's action",
      trusting({ Action: 's3:GetObject' }),
      'AssumeRole policy may only specify STS AssumeRole actions.',
    ],
    ['a resource', trusting({ Resource: '*' }), 'Has prohibited field Resource'],
    [
      'an unknown operator',
      trusting({ Condition: { Sounds: { 'aws:x': 'y' } } }),
      'Invalid Condition type : Sounds',
    ],
    [
      'a Sid twice',
      document(
        ...[1, 2].map(() => ({
          Sid: 'a',
          ...(JSON.parse(trusting({})) as { Statement: object[] }).Statement[0],
        })),
      ),
      'The Statement Ids in the policy are not unique',
    ],
  ])('must not have %s', (_what, text, problem) => {
    expect(validatePolicy(text, 'trust')).toBe(problem)
  })
})

const reading = (other: object) =>
  document({
    Effect: 'Allow',
    Principal: '*',
    Action: 's3:GetObject',
    Resource: 'arn:aws:s3:::notes/*',
    ...other,
  })

describe('a bucket policy', () => {
  test.each<[what: string, text: string]>([
    ['everybody', reading({})],
    [
      'everybody but one',
      reading({
        Effect: 'Deny',
        Principal: undefined,
        NotPrincipal: { AWS: 'arn:aws:iam::123456789012:root' },
      }),
    ],
    [
      'bucket and objects',
      reading({
        Action: ['s3:ListBucket', 's3:GetObject'],
        Resource: ['arn:aws:s3:::notes', 'arn:aws:s3:::notes/*'],
      }),
    ],
    ['every action', reading({ Action: 's3:*' })],
    ['a pattern of buckets', reading({ Resource: 'arn:aws:s3:::n*/*' })],
    ['a canonical user', reading({ Principal: { CanonicalUser: 'a'.repeat(64) } })],
    [
      'a network',
      reading({ Condition: { IpAddress: { 'aws:SourceIp': ['192.0.2.0/24', '2001:db8::/32'] } } }),
    ],
  ])('may name %s', (_what, text) => {
    expect(validatePolicy(text, 'bucket', { bucket: 'notes' })).toBeUndefined()
  })

  test.each<[what: string, text: string, problem: string]>([
    [
      'a space before it',
      ` ${reading({})}`,
      "Policies must be valid JSON and the first byte must be '{'",
    ],
    ['no JSON', '{', 'This policy contains invalid Json'],
    ['no principal', reading({ Principal: undefined }), 'Missing required field Principal'],
    [
      'a principal that is none',
      reading({ Principal: { AWS: 'alice' } }),
      'Invalid principal in policy',
    ],
    [
      'Allow with NotPrincipal',
      reading({ Principal: undefined, NotPrincipal: '*' }),
      'Allow with NotPrincipal is not allowed.',
    ],
    [
      "another service's action",
      reading({ Action: 'ec2:RunInstances' }),
      'Policy has invalid action',
    ],
    ['no resource', reading({ Resource: undefined }), 'Missing required field Resource'],
    ['every resource', reading({ Resource: '*' }), 'Policy has invalid resource'],
    [
      'another bucket',
      reading({ Resource: 'arn:aws:s3:::others/*' }),
      'Policy has invalid resource',
    ],
    [
      'an action on objects for a bucket',
      reading({ Resource: 'arn:aws:s3:::notes' }),
      'Action does not apply to any resource(s) in statement',
    ],
    [
      'an action on buckets for objects',
      reading({ Action: 's3:ListBucket' }),
      'Action does not apply to any resource(s) in statement',
    ],
    [
      'an address that is none',
      reading({ Condition: { IpAddress: { 'aws:SourceIp': '192.0.2.0/33' } } }),
      'Invalid IP address in Conditions',
    ],
    [
      'an unknown operator',
      reading({ Condition: { Sounds: { 'aws:x': 'y' } } }),
      'Invalid Condition type : Sounds',
    ],
  ])('must not have %s', (_what, text, problem) => {
    expect(validatePolicy(text, 'bucket', { bucket: 'notes' })).toBe(problem)
  })
})

test('hostile documents are answered at once', () => {
  const deep = `${'['.repeat(60_000)}${']'.repeat(60_000)}`
  const started = performance.now()
  for (const text of [
    deep,
    `{"Statement":${deep}}`,
    identity({ Resource: 'arn:'.repeat(20_000) }),
    identity({ Action: `s3:${'*?'.repeat(20_000)}` }),
    trusting({ Principal: { AWS: `arn:aws:iam::123456789012:role/${'a/'.repeat(20_000)}*` } }),
    reading({ Resource: `arn:aws:s3:::${'*a'.repeat(20_000)}/x` }),
    JSON.stringify({ Version: '2012-10-17', Statement: Array.from({ length: 5000 }, () => allow) }),
  ]) {
    for (const purpose of ['managed', 'inline', 'trust', 'bucket'] as const) {
      expect(() => validatePolicy(text, purpose, { bucket: 'a'.repeat(63) })).not.toThrow()
    }
  }
  expect(performance.now() - started).toBeLessThan(5000)
})
