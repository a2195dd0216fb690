import {
  CreateUserCommand,
  DeleteUserPolicyCommand,
  GetUserPolicyCommand,
  IAMClient,
  ListUserPoliciesCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startTestEmulator, type TestEmulator } from '../../support/emulator.ts'
import { allow, allowAll, policy } from './callers.ts'

let emulator: TestEmulator
let iam: IAMClient
beforeAll(async () => {
  emulator = await startTestEmulator()
  iam = emulator.client(IAMClient)
})
beforeEach(async () => {
  emulator.reset()
  await iam.send(new CreateUserCommand({ UserName: 'alice' }))
})
afterAll(() => emulator.close())

const UserName = 'alice'
const put = (PolicyDocument: string, PolicyName = 'own') =>
  iam.send(new PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument }))
const get = (PolicyName = 'own') => iam.send(new GetUserPolicyCommand({ UserName, PolicyName }))
const remove = () => iam.send(new DeleteUserPolicyCommand({ UserName, PolicyName: 'own' }))
const list = async () => (await iam.send(new ListUserPoliciesCommand({ UserName }))).PolicyNames
const resources = (count: number) =>
  Array.from({ length: count }, (_, index) => `arn:aws:s3:::bucket-number-${index}/*`)

test('GetUserPolicy answers with the document as it was put, percent-encoded', async () => {
  const document = `{"Version": "2012-10-17",\n "Statement": [{"Sid": "A1", "Effect":"Allow","Action":"s3:*","Resource":"*"}]}`
  await put(document)
  const answer = await get()
  expect(answer).toMatchObject({ UserName, PolicyName: 'own' })
  expect(answer.PolicyDocument).toMatch(/^%7B%22Version%22%3A%20%222012-10-17%22%2C%0A/)
  expect(answer.PolicyDocument).not.toMatch(/[!'()* ]/)
  expect(decodeURIComponent(answer.PolicyDocument!)).toBe(document)
})

test('PutUserPolicy replaces the policy with that name, whatever its case', async () => {
  await put(allow('s3:*'))
  await put(allow('ec2:*'), 'OWN')
  expect(await list()).toEqual(['own'])
  expect(decodeURIComponent((await get()).PolicyDocument!)).toBe(allow('ec2:*'))
})

test('PutUserPolicy refuses more than 2048 characters in all policies of a user', async () => {
  await put(allow('s3:*', resources(30)), 'first')
  await expect(put(allow('s3:*', resources(50)), 'second')).rejects.toMatchObject({
    name: 'LimitExceededException',
    message: 'Maximum policy size of 2048 bytes exceeded for user alice',
    $metadata: { httpStatusCode: 409 },
  })
  await put(allow('s3:*', resources(50)), 'first')
})

test('DeleteUserPolicy removes a policy, and refuses one that is not there', async () => {
  await put(allowAll)
  await remove()
  expect(await list()).toEqual([])
  const missing = {
    name: 'NoSuchEntityException',
    message: 'The user policy with name own cannot be found.',
  }
  await expect(remove()).rejects.toMatchObject(missing)
  await expect(get()).rejects.toMatchObject(missing)
})

const statement = { Effect: 'Allow', Action: 's3:*', Resource: '*' }
const syntax = 'Syntax errors in policy.'
test.each([
  ['no JSON', 'no JSON', syntax],
  ['a list', '[]', syntax],
  ['no statement', '{"Version":"2012-10-17"}', syntax],
  [
    'an unknown version',
    `{"Version":"2020-01-01","Statement":[${JSON.stringify(statement)}]}`,
    syntax,
  ],
  ['an unknown element', policy({ ...statement, Colour: 'red' }), syntax],
  ['no effect', policy({ Action: 's3:*', Resource: '*' }), syntax],
  [
    'an effect in another case',
    policy({ ...statement, Effect: 'allow' }),
    'The policy failed legacy parsing',
  ],
  ['a number as an action', policy({ ...statement, Action: 5 }), syntax],
  ['both kinds of action', policy({ ...statement, NotAction: 's3:*' }), syntax],
  [
    'no action',
    policy({ Effect: 'Allow', Resource: '*' }),
    'Policy statement must contain actions.',
  ],
  [
    'no resource',
    policy({ Effect: 'Allow', Action: 's3:*' }),
    'Policy statement must contain resources.',
  ],
  [
    'an action without a service',
    policy({ ...statement, Action: 'GetObject' }),
    'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.',
  ],
  [
    'an action with two colons',
    policy({ ...statement, Action: 's3:Get:Object' }),
    'Actions/Condition can contain only one colon.',
  ],
  [
    'a resource that is no ARN',
    policy({ ...statement, Resource: 'my-bucket' }),
    'Resource my-bucket must be in ARN format or "*".',
  ],
  [
    'a principal',
    policy({ ...statement, Principal: '*' }),
    'Policy document should not specify a principal.',
  ],
  [
    'a statement id twice',
    policy({ ...statement, Sid: 'A' }, { ...statement, Sid: 'A' }),
    'Statement IDs (SID) in a single policy must be unique.',
  ],
])('PutUserPolicy refuses a document with %s', async (_what, document, message) => {
  await expect(put(document)).rejects.toMatchObject({
    name: 'MalformedPolicyDocumentException',
    message,
    $metadata: { httpStatusCode: 400 },
  })
})

test.each([
  [
    'one statement that is no list',
    `{"Version":"2012-10-17","Statement":${JSON.stringify(statement)}}`,
  ],
  ['the older version', `{"Version":"2008-10-17","Statement":[${JSON.stringify(statement)}]}`],
  ['no version', `{"Statement":[${JSON.stringify(statement)}]}`],
  [
    'NotAction and NotResource',
    policy({ Effect: 'Deny', NotAction: 's3:*', NotResource: 'arn:aws:s3:::*' }),
  ],
  ['a condition', policy({ ...statement, Condition: { Bool: { 'aws:SecureTransport': 'true' } } })],
])('PutUserPolicy takes a document with %s', async (_what, document) => {
  await put(document)
  expect(await list()).toEqual(['own'])
})
