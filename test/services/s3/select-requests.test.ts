import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  PutObjectCommand,
  SelectObjectContentCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import {
  IAMClient,
  CreateUserCommand,
  CreateAccessKeyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { student } from '../../support/emulator.ts'
import { Bucket, startSelectTest, type SelectTest } from './select-support.ts'
import { refusal } from './support.ts'

let t: SelectTest
beforeAll(async () => {
  t = await startSelectTest()
  await t.put('ten', Array.from({ length: 10 }, (_, i) => `row${i}\n`).join(''))
})
afterAll(() => t.emulator.close())

const all = 'SELECT * FROM S3Object'

describe('a request', () => {
  const csv = { CSV: {} }
  test.each<[string, string, object]>([
    ['without expression', 'MissingRequiredParameter', { Expression: '' }],
    ['of another language', 'InvalidExpressionType', { ExpressionType: 'GRAPHQL' }],
    ['without input format', 'MissingRequiredParameter', { InputSerialization: {} }],
    ['without output format', 'MissingRequiredParameter', { OutputSerialization: {} }],
    [
      'with two input formats',
      'ObjectSerializationConflict',
      { InputSerialization: { CSV: {}, JSON: { Type: 'LINES' } } },
    ],
    [
      'with two output formats',
      'ObjectSerializationConflict',
      { OutputSerialization: { CSV: {}, JSON: {} } },
    ],
    ['of JSON without type', 'MissingRequiredParameter', { InputSerialization: { JSON: {} } }],
    ['of an unknown JSON type', 'InvalidJsonType', { InputSerialization: { JSON: { Type: 'X' } } }],
    [
      'of an unknown compression',
      'InvalidCompressionFormat',
      { InputSerialization: { ...csv, CompressionType: 'ZIP' } },
    ],
    [
      'of what is no bzip2',
      'InvalidCompressionFormat',
      { InputSerialization: { ...csv, CompressionType: 'BZIP2' } },
    ],
    ['of what is no Parquet', 'ParquetParsingError', { InputSerialization: { Parquet: {} } }],
    [
      'of an unknown header',
      'InvalidFileHeaderInfo',
      { InputSerialization: { CSV: { FileHeaderInfo: 'X' } } },
    ],
    [
      'of unknown quoting',
      'InvalidQuoteFields',
      { OutputSerialization: { CSV: { QuoteFields: 'X' } } },
    ],
    [
      'with a long delimiter',
      'InvalidRequestParameter',
      { InputSerialization: { CSV: { FieldDelimiter: '::' } } },
    ],
    [
      'without gzip',
      'InvalidCompressionFormat',
      { InputSerialization: { ...csv, CompressionType: 'GZIP' } },
    ],
    ['with wrong SQL', 'ParseUnsupportedSelect', { Expression: 'DROP TABLE x' }],
    [
      'that fails at the first rows',
      'CastFailed',
      { Expression: 'SELECT CAST(_1 AS INT) FROM S3Object' },
    ],
    ['with an empty range', 'InvalidScanRange', { ScanRange: {} }],
    ['with a range that ends early', 'InvalidScanRange', { ScanRange: { Start: 5, End: 4 } }],
    [
      'with a range in gzip',
      'UnsupportedScanRangeInput',
      { InputSerialization: { ...csv, CompressionType: 'GZIP' }, ScanRange: { Start: 1 } },
    ],
    [
      'with a range in a document',
      'UnsupportedScanRangeInput',
      { InputSerialization: { JSON: { Type: 'DOCUMENT' } }, ScanRange: { Start: 1 } },
    ],
    ['of a key that is not there', 'NoSuchKey', { Key: 'nothing' }],
    ['of a bucket that is not there', 'NoSuchBucket', { Bucket: 'nothing-here' }],
  ])('%s is refused before the answer begins: %s', async (_what, code, input) => {
    const refused = await refusal(
      t.s3.send(
        new SelectObjectContentCommand({
          Bucket,
          Key: 'ten',
          Expression: all,
          ExpressionType: 'SQL',
          InputSerialization: csv,
          OutputSerialization: csv,
          ...input,
        }),
      ),
    )
    expect(refused.code).toBe(code)
    expect(refused.status).toBe(code.startsWith('NoSuch') ? 404 : 400)
  })
})

test('what is wrong later ends the stream with an error, after the records before it', async () => {
  const good = 'good\n'.repeat(500_000)
  await t.put('late', `${good}"bad"x\n`)
  const { text, error, events } = await t.events('late', all)
  expect(text).toBe(good)
  expect(error?.name).toBe('CSVUnescapedQuote')
  expect(events.some(({ End }) => End)).toBe(false)
})

describe('ScanRange', () => {
  // row0\n is bytes 0 to 4, row1\n bytes 5 to 9, and so on.
  test.each<[object, number, number]>([
    [{ Start: 0, End: 0 }, 0, 1],
    [{ Start: 0, End: 4 }, 0, 1],
    [{ Start: 0, End: 5 }, 0, 2],
    [{ Start: 1, End: 4 }, 1, 1],
    [{ Start: 1, End: 5 }, 1, 2],
    [{ Start: 5, End: 9 }, 1, 2],
    [{ Start: 5, End: 10 }, 1, 3],
    [{ Start: 40 }, 8, 10],
    [{ Start: 46 }, 10, 10],
    [{ End: 10 }, 8, 10],
    [{ Start: 1000 }, 10, 10],
    [{ Start: 0, End: 1000 }, 0, 10],
  ])('%j takes the records that begin in it', async (ScanRange, from, to) => {
    const rows = Array.from({ length: 10 }, (_, i) => `row${i}\n`).slice(from, to)
    expect((await t.events('ten', all, { ScanRange })).text).toBe(rows.join(''))
  })

  test('adjacent ranges take every record once, whatever the delimiter', async () => {
    const rows = Array.from({ length: 200 }, (_, i) => `${'x'.repeat(i % 7)}${i}`)
    await t.put('ranges', rows.map((row) => `${row}\r\n`).join(''))
    const size = rows.reduce((sum, row) => sum + row.length + 2, 0)
    let text = ''
    for (let Start = 0; Start < size; Start += 97) {
      const { text: part } = await t.events('ranges', all, {
        ScanRange: { Start, End: Start + 96 },
        InputSerialization: { CSV: { RecordDelimiter: '\r\n' } },
      })
      text += part
    }
    expect(text).toBe(rows.map((row) => `${row}\n`).join(''))
  })

  test('reads the header from the beginning', async () => {
    await t.put('headed', 'name,n\nAnn,1\nBob,2\n')
    const { text } = await t.events('headed', 'SELECT s.name FROM S3Object s', {
      ScanRange: { Start: 13 },
      InputSerialization: { CSV: { FileHeaderInfo: 'USE' } },
    })
    expect(text).toBe('Bob\n')
  })

  test('takes lines of JSON', async () => {
    await t.put('json-lines', '{"a":1}\n{"a":2}\n{"a":3}\n')
    const { text } = await t.events('json-lines', all, {
      ScanRange: { Start: 1, End: 8 },
      InputSerialization: { JSON: { Type: 'LINES' } },
      OutputSerialization: { JSON: {} },
    })
    expect(text).toBe('{"a":2}\n')
  })
})

test('an object of several parts is one object', async () => {
  const Key = 'parts'
  const first = 'abcdefg,1\n'.repeat(600_000)
  const { UploadId } = await t.s3.send(new CreateMultipartUploadCommand({ Bucket, Key }))
  const Parts = []
  for (const [index, Body] of [`${first}cut `, 'here,2\nend,3\n'].entries()) {
    const PartNumber = index + 1
    const { ETag } = await t.s3.send(
      new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }),
    )
    Parts.push({ ETag, PartNumber })
  }
  await t.s3.send(
    new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }),
  )
  const { text } = await t.events(Key, "SELECT * FROM S3Object s WHERE s._2 <> '1'")
  expect(text).toBe('cut here,2\nend,3\n')
})

test('an object that is deleted meanwhile is still read to its end', async () => {
  const content = 'x'.repeat(99).concat('\n').repeat(50_000)
  await t.put('going', content)
  const { Payload } = await t.s3.send(
    new SelectObjectContentCommand({
      Bucket,
      Key: 'going',
      Expression: all,
      ExpressionType: 'SQL',
      InputSerialization: { CSV: {} },
      OutputSerialization: { CSV: {} },
    }),
  )
  await t.s3.send(new DeleteObjectCommand({ Bucket, Key: 'going' }))
  let size = 0
  for await (const event of Payload!) size += event.Records?.Payload?.length ?? 0
  expect(size).toBe(content.length)
})

test('an object without bytes has no records', async () => {
  await t.put('empty', '')
  expect((await t.events('empty', all)).text).toBe('')
  expect((await t.events('empty', 'SELECT COUNT(*) FROM S3Object')).text).toBe('0\n')
  expect((await t.events('empty', all, { ScanRange: { Start: 0, End: 9 } })).text).toBe('')
})

test('a client that stops reading harms nobody', async () => {
  await t.put('long', 'some,row\n'.repeat(500_000))
  const { Payload } = await t.s3.send(
    new SelectObjectContentCommand({
      Bucket,
      Key: 'long',
      Expression: all,
      ExpressionType: 'SQL',
      InputSerialization: { CSV: {} },
      OutputSerialization: { CSV: {} },
    }),
  )
  for await (const event of Payload!) if (event.Records) break
  expect((await t.events('ten', all)).text).toContain('row9')
})

describe('permission', () => {
  const select = () =>
    new SelectObjectContentCommand({
      Bucket,
      Key: 'ten',
      Expression: all,
      ExpressionType: 'SQL',
      InputSerialization: { CSV: {} },
      OutputSerialization: { CSV: {} },
    })

  test('is s3:GetObject', async () => {
    const iam = t.emulator.client(IAMClient)
    await iam.send(new CreateUserCommand({ UserName: 'reader' }))
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'reader' }))
    const reader = t.client({
      credentials: {
        accessKeyId: AccessKey!.AccessKeyId,
        secretAccessKey: AccessKey!.SecretAccessKey,
      },
    })
    expect(await refusal(reader.send(select()))).toMatchObject({
      code: 'AccessDenied',
      status: 403,
    })
    const Statement = {
      Effect: 'Allow',
      Action: 's3:GetObject',
      Resource: `arn:aws:s3:::${Bucket}/*`,
    }
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement })
    await iam.send(
      new PutUserPolicyCommand({ UserName: 'reader', PolicyName: 'read', PolicyDocument }),
    )
    expect((await reader.send(select())).Payload).toBeDefined()
  })

  test('has nobody without a signature', async () => {
    const nobody = t.client({ signer: { sign: (request: unknown) => Promise.resolve(request) } })
    expect(await refusal(nobody.send(select()))).toMatchObject({
      code: 'AccessDenied',
      status: 403,
    })
  })
})

test('an archived object is refused', async () => {
  const Key = 'archived'
  await t.s3.send(new PutObjectCommand({ Bucket, Key, Body: 'a\n', StorageClass: 'GLACIER' }))
  await expect(t.events(Key, all)).rejects.toMatchObject({ name: 'UnsupportedStorageClass' })
})

test('the CLI writes the records to a file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pocketcloud-select-'))
  try {
    const file = join(folder, 'out.csv')
    const { code, stderr } = await t.emulator.aws(
      's3api',
      'select-object-content',
      '--bucket',
      Bucket,
      '--key',
      'ten',
      '--expression',
      "SELECT * FROM s3object s WHERE s._1 LIKE '%7'",
      '--expression-type',
      'SQL',
      '--input-serialization',
      '{"CSV": {}, "CompressionType": "NONE"}',
      '--output-serialization',
      '{"CSV": {}}',
      file,
    )
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(readFileSync(file, 'utf8')).toBe('row7\n')
  } finally {
    rmSync(folder, { recursive: true })
  }
})

const python = `
import boto3, json, sys
s3 = boto3.client('s3', endpoint_url=sys.argv[1], region_name='us-east-1',
                  aws_access_key_id=sys.argv[2], aws_secret_access_key=sys.argv[3])
def select(expression):
    answer = s3.select_object_content(
        Bucket='${Bucket}', Key='boto', ExpressionType='SQL', Expression=expression,
        InputSerialization={'CSV': {'FileHeaderInfo': 'Use'}, 'CompressionType': 'GZIP'},
        OutputSerialization={'JSON': {}})
    records, stats = b'', None
    for event in answer['Payload']:
        if 'Records' in event: records += event['Records']['Payload']
        elif 'Stats' in event: stats = event['Stats']['Details']
    return [records.decode(), stats]
print(json.dumps(select("SELECT s.name FROM s3object s WHERE CAST(s.age AS INT) > 30")))
try: select('SELECT s.nothing FROM s3object s')
except Exception as error: print(str(error))
`

test('boto3 reads the events', async () => {
  const content = gzipSync('name,age\nAnn,31\nBob,25\n')
  await t.put('boto', content)
  const args = ['-c', python, t.emulator.url, student.accessKeyId, student.secretAccessKey]
  const { stdout } = await promisify(execFile)('python3', args)
  const [answer, error] = stdout.trim().split('\n')
  expect(JSON.parse(answer!)).toEqual([
    '{"name":"Ann"}\n',
    { BytesScanned: content.length, BytesProcessed: 23, BytesReturned: 15 },
  ])
  expect(error).toBe(
    'An error occurred (MissingHeaders) when calling the SelectObjectContent operation: ' +
      'Some headers in the query are missing from the file. Please check the file and try again.',
  )
})
