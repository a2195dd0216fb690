import { createHash, createHmac } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import {
  CreateBucketCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
} from '@aws-sdk/client-s3'
import { createPresignedPost, type PresignedPostOptions } from '@aws-sdk/s3-presigned-post'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { run, student } from '../../support/emulator.ts'
import { open, putPolicy, user } from './callers.ts'
import { raw } from './raw-http.ts'
import { refusal, startS3Test, type S3Test } from './support.ts'

let t: S3Test
const Bucket = 'upload-bucket'
beforeAll(async () => {
  t = await startS3Test()
  await t.s3.send(new CreateBucketCommand({ Bucket }))
})
afterAll(() => t.emulator.close())

type Fields = Record<string, string>

/** Posts as a browser does: the fields in their order, the file last. */
async function post(fields: Fields, file: string | Blob | undefined, headers: Fields = {}) {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  if (file !== undefined) form.append('file', new Blob([file]), 'holiday.jpg')
  const answer = await fetch(`${t.emulator.url}/${Bucket}`, {
    method: 'POST',
    body: form,
    headers,
    redirect: 'manual',
  })
  return { status: answer.status, headers: answer.headers, body: await answer.text() }
}

const presigned = (more: Partial<PresignedPostOptions> = {}) =>
  createPresignedPost(t.s3, { Bucket, Key: 'k', ...more })
const text = async (Key: string) =>
  (await t.s3.send(new GetObjectCommand({ Bucket, Key }))).Body!.transformToString()

/** A form with a policy of one's own, signed by version 4. */
function signed(
  policy: unknown,
  fields: Fields = {},
  { accessKeyId, secretAccessKey } = student,
): Fields {
  const date = new Date().toISOString().replace(/[-:]|\.\d+/g, '')
  const scope = `${date.slice(0, 8)}/us-east-1/s3/aws4_request`
  const encoded = Buffer.from(JSON.stringify(policy)).toString('base64')
  const key = scope
    .split('/')
    .reduce<Buffer>(
      (secret, part) => createHmac('sha256', secret).update(part).digest(),
      Buffer.from(`AWS4${secretAccessKey}`),
    )
  return {
    ...fields,
    'x-amz-algorithm': 'AWS4-HMAC-SHA256',
    'x-amz-credential': `${accessKeyId}/${scope}`,
    'x-amz-date': date,
    policy: encoded,
    'x-amz-signature': createHmac('sha256', key).update(encoded).digest('hex'),
  }
}

const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString()
const signatureFields = [
  ['starts-with', '$x-amz-algorithm', ''],
  ['starts-with', '$x-amz-credential', ''],
  ['starts-with', '$x-amz-date', ''],
]
const policyOf = (...conditions: unknown[]) => ({
  expiration: inAnHour(),
  conditions: [{ bucket: Bucket }, ...signatureFields, ...conditions],
})

test("the SDK's presigned form uploads, and the object has what the fields say", async () => {
  const { fields } = await presigned({
    Key: 'from-sdk',
    Fields: {
      'Content-Type': 'text/plain',
      'Cache-Control': 'no-store',
      'x-amz-meta-team': 'blue',
      'x-amz-storage-class': 'STANDARD_IA',
      tagging: '<Tagging><TagSet><Tag><Key>a</Key><Value>b c</Value></Tag></TagSet></Tagging>',
    },
  })
  const answer = await post(fields, 'content')
  expect(answer.status).toBe(204)
  expect(answer.headers.get('location')).toBe(`${t.emulator.url}/${Bucket}/from-sdk`)
  expect(answer.headers.get('x-amz-server-side-encryption')).toBe('AES256')
  expect(answer.headers.get('etag')).toMatch(/^"[0-9a-f]{32}"$/)
  expect(await text('from-sdk')).toBe('content')
  const head = await t.s3.send(new HeadObjectCommand({ Bucket, Key: 'from-sdk' }))
  expect(head).toMatchObject({
    ContentType: 'text/plain',
    CacheControl: 'no-store',
    Metadata: { team: 'blue' },
    StorageClass: 'STANDARD_IA',
  })
  const { TagSet } = await t.s3.send(new GetObjectTaggingCommand({ Bucket, Key: 'from-sdk' }))
  expect(TagSet).toEqual([{ Key: 'a', Value: 'b c' }])
})

test.each(['s3v4', 's3'])("boto3's presigned form uploads, signed by %s", async (version) => {
  const script = [
    'import boto3, json, sys',
    'from botocore.config import Config',
    `s3 = boto3.client('s3', endpoint_url='${t.emulator.url}', region_name='us-east-1',`,
    `  aws_access_key_id='${student.accessKeyId}', aws_secret_access_key='${student.secretAccessKey}',`,
    `  config=Config(signature_version='${version}'))`,
    `print(json.dumps(s3.generate_presigned_post('${Bucket}', 'boto-${version}/\${filename}',`,
    "  Fields={'acl': 'bucket-owner-full-control'}, Conditions=[{'acl': 'bucket-owner-full-control'}, ['content-length-range', 1, 10]])))",
  ].join('\n')
  const { stdout, stderr } = await run('python3', ['-c', script])
  expect(stderr).not.toContain('Error')
  const { url, fields } = JSON.parse(stdout) as { url: string; fields: Fields }
  expect(url).toContain(Bucket)
  expect(await post(fields, 'boto')).toMatchObject({ status: 204 })
  expect(await text(`boto-${version}/holiday.jpg`)).toBe('boto')
  const forged = { ...fields, key: 'elsewhere' }
  expect(await post(forged, 'boto')).toMatchObject({ status: 403 })
})

test('the form says how it is answered', async () => {
  const answered = async (name: string, value: string) => {
    const { fields } = await presigned({ Fields: { [name]: value } })
    return post(fields, 'x')
  }
  expect(await answered('success_action_status', '200')).toMatchObject({ status: 200, body: '' })
  expect((await answered('success_action_status', '418')).status).toBe(204)
  const created = await answered('success_action_status', '201')
  expect(created.status).toBe(201)
  expect(created.body).toMatch(
    new RegExp(
      `<PostResponse><Location>${t.emulator.url}/${Bucket}/k</Location><Bucket>${Bucket}</Bucket><Key>k</Key><ETag>&quot;[0-9a-f]{32}&quot;</ETag></PostResponse>`,
    ),
  )
  const redirected = await answered('success_action_redirect', 'https://example.com/done?a=1')
  expect(redirected.status).toBe(303)
  expect(redirected.headers.get('location')).toMatch(
    new RegExp(`^https://example.com/done\\?a=1&bucket=${Bucket}&key=k&etag=%22[0-9a-f]{32}%22$`),
  )
})

test.each<[string, unknown[], Fields, string]>([
  ['another key', [{ key: 'k' }], { key: 'other' }, '["eq", "$key", "k"]'],
  [
    'a key outside of the prefix',
    [['starts-with', '$key', 'user/']],
    { key: 'k' },
    '["starts-with", "$key", "user/"]',
  ],
  [
    'a field that is not there',
    [{ key: 'k' }, { acl: 'private' }],
    { key: 'k' },
    '["eq", "$acl", "private"]',
  ],
  [
    'another type',
    [{ key: 'k' }, ['starts-with', '$Content-Type', 'image/']],
    { key: 'k', 'Content-Type': 'image/png,text/html' },
    '["starts-with", "$Content-Type", "image/"]',
  ],
])('a form is refused for %s', async (_what, conditions, fields, condition) => {
  const answer = await post(signed(policyOf(...conditions), fields), 'x')
  expect(answer.status).toBe(403)
  expect(answer.body).toContain('<Code>AccessDenied</Code>')
  expect(answer.body).toContain(
    `Invalid according to Policy: Policy Condition failed: ${condition.replaceAll('"', '&quot;')}`,
  )
})

test('a form is refused for another bucket, for more fields, and when it has expired', async () => {
  const elsewhere = {
    expiration: inAnHour(),
    conditions: [{ bucket: 'elsewhere' }, { key: 'k' }, ...signatureFields],
  }
  expect((await post(signed(elsewhere, { key: 'k' }), 'x')).body).toContain(
    'Policy Condition failed',
  )
  const extra = await post(
    signed(policyOf({ key: 'k' }), { key: 'k', 'x-amz-meta-a': '1', 'x-ignore-me': 'yes' }),
    'x',
  )
  expect(extra.body).toContain('Invalid according to Policy: Extra input fields: x-amz-meta-a')
  const expired = { ...policyOf({ key: 'k' }), expiration: '2020-01-01T00:00:00.000Z' }
  const late = await post(signed(expired, { key: 'k' }), 'x')
  expect(late).toMatchObject({
    status: 403,
    body: expect.stringContaining('Invalid according to Policy: Policy expired.'),
  })
})

test('the policy limits the size, and leaves nothing of what is refused', async () => {
  const { fields } = await presigned({ Key: 'sized', Conditions: [['content-length-range', 3, 5]] })
  const large = await post(fields, 'x'.repeat(300_000))
  expect(large).toMatchObject({ status: 400, body: expect.stringContaining('EntityTooLarge') })
  const small = await post(fields, 'xx')
  expect(small).toMatchObject({ status: 400, body: expect.stringContaining('EntityTooSmall') })
  expect(await refusal(t.s3.send(new HeadObjectCommand({ Bucket, Key: 'sized' })))).toMatchObject({
    status: 404,
  })
  expect((await post(fields, 'xxxxx')).status).toBe(204)
})

test.each<[string, unknown, string]>([
  ['no expiration', { conditions: [] }, 'Invalid Policy: Policy missing expiration.'],
  [
    'an expiration that is none',
    { expiration: 'soon', conditions: [] },
    'Invalid Policy: Invalid ',
  ],
  ['no conditions', { expiration: '2099-01-01T00:00:00Z' }, 'Invalid Policy: '],
  [
    'two conditions in one',
    { expiration: '2099-01-01T00:00:00Z', conditions: [{ a: '1', b: '2' }] },
    'Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.',
  ],
  ['a text', 'policy', 'Invalid Policy: Invalid JSON.'],
  [
    'conditions that are no list',
    { expiration: '2099-01-01T00:00:00Z', conditions: {} },
    "Invalid Policy: Invalid 'conditions' value: must be a List.",
  ],
  [
    'a further member',
    { expiration: '2099-01-01T00:00:00Z', conditions: [], more: 1 },
    'Invalid Policy: Unexpected: &quot;more&quot;',
  ],
  [
    'a condition that is a number',
    { expiration: '2099-01-01T00:00:00Z', conditions: [1] },
    'Invalid Policy: Invalid condition test: must be a List or Object.',
  ],
  [
    'a condition of nothing',
    { expiration: '2099-01-01T00:00:00Z', conditions: [[]] },
    'Invalid Policy: Invalid Condition: missing operation identifier.',
  ],
  [
    'a short condition',
    { expiration: '2099-01-01T00:00:00Z', conditions: [['eq', '$key']] },
    'Invalid Policy: Invalid eq: wrong number of arguments.',
  ],
])('a policy with %s is refused', async (_what, policy, sentence) => {
  const answer = await post(signed(policy, { key: 'k' }), 'x')
  expect(answer.status).toBe(400)
  expect(answer.body).toContain('<Code>InvalidPolicyDocument</Code>')
  expect(answer.body).toContain(sentence)
})

test('a form has to be whole: policy, key and file, after the fields', async () => {
  const { policy: _policy, ...unsigned } = signed(policyOf({ key: 'k' }), { key: 'k' })
  expect(await post(unsigned, 'x')).toMatchObject({
    status: 400,
    body: expect.stringContaining('Bucket POST must contain a field named'),
  })
  expect((await post(signed(policyOf(), {}), 'x')).body).toContain(
    'Bucket POST must contain a field named',
  )
  expect((await post(signed(policyOf({ key: 'k' }), { key: 'k' }), undefined)).body).toContain(
    'POST requires exactly one file upload per request.',
  )
  const crowded = signed(policyOf({ key: 'k' }), { key: 'k', 'x-ignore-a': 'y'.repeat(30_000) })
  expect((await post(crowded, 'x')).body).toContain('MaxPostPreDataLengthExceeded')
})

test('a form names the bucket in its policy, and its signer as AWS writes it', async () => {
  const conditions = [{ key: 'k' }, ...signatureFields]
  const bucketless = signed({ expiration: inAnHour(), conditions }, { key: 'k' })
  expect((await post(bucketless, 'x')).body).toContain('Extra input fields: bucket')
  const fields = signed(policyOf({ key: 'k' }), { key: 'k' })
  const cases: [string, string, string][] = [
    ['x-amz-algorithm', 'AWS4', 'Only AWS4-HMAC-SHA256 is supported'],
    ['x-amz-date', '03032006', 'X-Amz-Date must be formated via ISO8601 Long format'],
    ['x-amz-credential', 'a/b', 'the Credential is mal-formed; expecting'],
    ['x-amz-credential', 'a/20260101/us-east-1/s3/aws_request', 'incorrect terminal'],
    ['x-amz-credential', 'a/32234/us-east-1/s3/aws4_request', 'incorrect date format'],
    ['x-amz-credential', 'a/20260101/us-east-1/ec2/aws4_request', 'incorrect service'],
  ]
  for (const [name, value, sentence] of cases) {
    const { status, body } = await post({ ...fields, [name]: value }, 'x')
    expect([status, body]).toEqual([400, expect.stringContaining(sentence)])
    expect(body).toContain('<Code>InvalidArgument</Code>')
  }
  // A policy that nobody signed is nobody's.
  const unsigned = { key: 'k', policy: fields['policy']! }
  expect((await post(unsigned, 'x')).status).toBe(403)
})

test('what is no form is refused', async () => {
  const send = (type: string, body: string) =>
    raw(t.emulator, {
      method: 'POST',
      path: `/${Bucket}`,
      headers: { 'Content-Type': type, 'Content-Length': String(body.length) },
      body,
    })
  expect(await send('text/plain', 'x')).toMatchObject({
    status: 412,
    body: expect.stringContaining('Bucket POST must be of the enclosure-type multipart/form-data'),
  })
  for (const body of [
    'nothing of a form',
    '--b\r\nContent-Disposition: form-data; name="file"\r\n\r\nhalf',
  ]) {
    expect((await send('multipart/form-data; boundary=b', body)).status).toBe(400)
  }
  expect(await send('multipart/form-data', 'x')).toMatchObject({
    status: 400,
    body: expect.stringContaining('MalformedPOSTRequest'),
  })
})

test('who signed the policy has to be allowed to write', async () => {
  const { s3, name } = await user(t, [{ Action: 's3:ListBucket' }])
  const { fields } = await createPresignedPost(s3, { Bucket, Key: 'k' })
  const answer = await post(fields, 'x')
  expect(answer.status).toBe(403)
  expect(answer.body).toContain(`user/${name} is not authorized to perform: s3:PutObject`)
  const forged = await post({ ...fields, 'X-Amz-Signature': '0'.repeat(64) }, 'x')
  expect(forged.body).toContain('SignatureDoesNotMatch')
})

test('an unknown key signs for root, but not on a foreign page', async () => {
  const stranger = { accessKeyId: 'test', secretAccessKey: 'test' }
  const fields = signed(policyOf({ key: 'root' }), { key: 'root' }, stranger)
  expect((await post(fields, 'x')).status).toBe(204)
  const evil = await post(fields, 'x', { Origin: 'https://evil.example' })
  expect(evil).toMatchObject({ status: 403, body: expect.stringContaining('InvalidAccessKeyId') })
  // The student's key is in AWS's documentation: only pages of this machine may use what it signed.
  const { fields: good } = await presigned()
  expect((await post(good, 'x', { Origin: 'https://www.example.com' })).status).toBe(403)
  expect((await post(good, 'x', { Origin: 'http://localhost:3000' })).status).toBe(204)
})

test('without a policy the bucket has to let everybody write', async () => {
  expect((await post({ key: 'free' }, 'x')).status).toBe(403)
  await open(t, Bucket)
  await putPolicy(t, Bucket, {
    Principal: '*',
    Action: 's3:PutObject',
    Resource: `arn:aws:s3:::${Bucket}/free*`,
  })
  expect((await post({ key: 'free/${filename}' }, 'x')).status).toBe(204)
  expect(await text('free/holiday.jpg')).toBe('x')
})

test('a large file arrives whole', async () => {
  const { fields } = await presigned({
    Key: 'large',
    Conditions: [['content-length-range', 0, 2 ** 30]],
  })
  const bytes = Buffer.alloc(40 * 1024 * 1024, 'a line of text\n')
  expect((await post(fields, new Blob([bytes]))).status).toBe(204)
  expect(await t.s3.send(new HeadObjectCommand({ Bucket, Key: 'large' }))).toMatchObject({
    ContentLength: bytes.length,
    ETag: `"${createHash('md5').update(bytes).digest('hex')}"`,
  })
})

test('a form expires when the virtual clock goes past its end', async () => {
  const { fields } = await presigned({ Expires: 3600 })
  expect((await post(fields, 'x')).status).toBe(204)
  await t.emulator.advance(2 * 3_600_000)
  expect((await post(fields, 'x')).body).toContain('Policy expired.')
  // A date has whole seconds: a form of the second in which the clock was set forward could be from before that.
  await delay(1000)
  const { fields: fresh } = await presigned({ Key: 'fresh', Expires: 3600 })
  expect((await post(fresh, 'x')).status).toBe(204)
})
