import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { rowsOf, textOf } from './select-rows.ts'

type Csv = NonNullable<NonNullable<Parameters<typeof textOf>[2]>['CSV']>

const csv = (content: string | Buffer, sql: string, CSV: Csv = {}) =>
  textOf([Buffer.from(content)], sql, { CSV })
const all = 'SELECT * FROM S3Object'
/** The pieces that a text's bytes make when they are cut here. */
const cut = (content: Buffer, size: number) =>
  Array.from({ length: Math.ceil(content.length / size) }, (_, i) =>
    content.subarray(i * size, (i + 1) * size),
  )

describe('CSV', () => {
  test.each<[string, string, Csv, string, string]>([
    ['fields in quotes', '"a,b","c""d"\n', {}, 'SELECT _2, _1 FROM S3Object', '"c""d","a,b"\n'],
    ['a last line without its end', 'a,b\nc,d', {}, all, 'a,b\nc,d\n'],
    ['empty lines and comments', 'a\n\n#no\nb\n\r\n', {}, all, 'a\nb\n'],
    ['another comment character', '#a\n!b\n', { Comments: '!' }, all, '#a\n'],
    ['no comment character', '#a\n', { Comments: '' }, all, '#a\n'],
    ['lines of Windows', 'a,b\r\nc,"d"\r\n', {}, all, 'a,b\nc,d\n'],
    [
      'a record delimiter of two',
      'a,b\r\nc\nd\r\n',
      { RecordDelimiter: '\r\n' },
      all,
      'a,b\n"c\nd"\n',
    ],
    [
      'other delimiters',
      'a;b|c;d|',
      { FieldDelimiter: ';', RecordDelimiter: '|' },
      all,
      'a,b\nc,d\n',
    ],
    ['another quote', "'a,b',c\n", { QuoteCharacter: "'" }, 'SELECT _1 FROM S3Object', '"a,b"\n'],
    ['no quote', '"a,b"\n', { QuoteCharacter: '' }, 'SELECT _2 FROM S3Object', '"b"""\n'],
    [
      'another escape',
      '"a\\"b","c\\\\d","e\\f"\n',
      { QuoteEscapeCharacter: '\\' },
      all,
      '"a""b",c\\d,e\\f\n',
    ],
    ['a quote within a field', 'a"b,c\n', {}, all, '"a""b",c\n'],
    ['a byte order mark', '\ufeffa,b\n', {}, all, 'a,b\n'],
    ['fields that are empty', ',"",\n', {}, all, ',,\n'],
    ['a column that is not there', 'a\n', {}, 'SELECT _1, _100 FROM S3Object', 'a,\n'],
    [
      'rows of different lengths',
      'a\nb,c\n',
      {},
      'SELECT _1 FROM S3Object WHERE _2 IS MISSING',
      'a\n',
    ],
    [
      'a header that is ignored',
      'h\nv\n',
      { FileHeaderInfo: 'IGNORE' },
      'SELECT _1 FROM S3Object',
      'v\n',
    ],
    [
      'a header in any case',
      'Name,x\nv,1\n',
      { FileHeaderInfo: 'USE' },
      'SELECT s.NAME FROM S3Object s',
      'v\n',
    ],
    [
      'a header that needs quotes',
      '"a b",date\n1,2\n',
      { FileHeaderInfo: 'USE' },
      'SELECT s."a b", "date" FROM S3Object s',
      '1,2\n',
    ],
    [
      'text compared as text',
      '5\n41\n',
      {},
      "SELECT * FROM S3Object s WHERE s._1 >= '41'",
      '5\n41\n',
    ],
    [
      'numbers by CAST',
      '5\n41\n',
      {},
      'SELECT * FROM S3Object s WHERE CAST(s._1 AS INT) >= 41',
      '41\n',
    ],
    ['a number that is no text', '5\n41\n', {}, 'SELECT * FROM S3Object s WHERE s._1 = 5', ''],
    ['the table by its own name', 'a,b\n', {}, 'SELECT s3object._2 FROM S3Object s', 'b\n'],
    ['LIMIT', 'a\nb\nc\n', {}, 'SELECT * FROM S3Object LIMIT 2', 'a\nb\n'],
    ['LIMIT 0', 'a\n', {}, 'SELECT * FROM S3Object LIMIT 0', ''],
    ['nothing', '', { FileHeaderInfo: 'USE' }, 'SELECT COUNT(*) FROM S3Object', '0\n'],
    [
      'a record delimiter in quotes that splits',
      '"a\nb",c\n',
      {},
      'SELECT _1 FROM S3Object',
      'a\n"b"""\n',
    ],
    [
      'a record delimiter in quotes that does not',
      '"a\nb",c\n',
      { AllowQuotedRecordDelimiter: true },
      all,
      '"a\nb",c\n',
    ],
  ])('%s', async (_what, content, form, sql, expected) => {
    expect(await csv(content, sql, form)).toBe(expected)
    // Wherever the bytes are cut.
    const pieces = cut(Buffer.from(content), 1)
    expect(await textOf(pieces, sql, { CSV: form })).toBe(expected)
  })

  test.each<[string, string | Buffer, Csv, string, string]>([
    ['text after a quote', '"a"b,c\n', {}, all, 'CSVUnescapedQuote'],
    [
      'a quote without its end',
      'x\n"a\nb',
      { AllowQuotedRecordDelimiter: true },
      all,
      'CSVParsingError',
    ],
    ['what is not UTF-8', Buffer.from([0x61, 0xff, 0x0a]), {}, all, 'InvalidTextEncoding'],
    ['a character cut off', Buffer.from([0x61, 0xc3]), {}, all, 'InvalidTextEncoding'],
    ['a record over 1 MiB', 'x'.repeat(1024 * 1024 + 1), {}, all, 'OverMaxRecordSize'],
    [
      'a record over 1 MiB that ends',
      `${'x'.repeat(1024 * 1024 + 1)}\n`,
      {},
      all,
      'OverMaxRecordSize',
    ],
    [
      'a result over 1 MiB',
      'x'.repeat(600_000),
      {},
      'SELECT _1, _1 FROM S3Object',
      'OverMaxRecordSize',
    ],
    ['a name without header', 'a\n', {}, 'SELECT name FROM S3Object', 'MissingHeaders'],
    [
      'a name that is not in the header',
      'a\n1\n',
      { FileHeaderInfo: 'USE' },
      'SELECT b FROM S3Object',
      'MissingHeaders',
    ],
    [
      'a name that is there twice',
      'a,A\n1,2\n',
      { FileHeaderInfo: 'USE' },
      'SELECT a FROM S3Object',
      'AmbiguousFieldName',
    ],
    ['column 0', 'a\n', {}, 'SELECT _0 FROM S3Object', 'InvalidColumnIndex'],
    ['a path', 'a\n', {}, 'SELECT * FROM S3Object[*].a', 'InvalidKeyPath'],
    [
      'a number compared with text',
      '5\n',
      {},
      'SELECT * FROM S3Object WHERE _1 > 4',
      'ExternalEvalException',
    ],
    ['a cast that fails', 'x\n', {}, 'SELECT CAST(_1 AS INT) FROM S3Object', 'CastFailed'],
  ])('refuses %s', async (_what, content, form, sql, code) => {
    await expect(csv(content, sql, form)).rejects.toMatchObject({ code, status: 400 })
  })

  test('any table comes back as it was written, however it is cut', async () => {
    const field = fc.string({
      unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', 'é', '😀', '\\'),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), { maxLength: 6 }),
        fc.integer({ min: 1, max: 7 }),
        async (rows, size) => {
          const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`
          const content = rows.map((row) => `${row.map(quoted).join(',')}\n`).join('')
          const got = await textOf(
            cut(Buffer.from(content), size),
            all,
            { CSV: { AllowQuotedRecordDelimiter: true } },
            { CSV: { QuoteFields: 'ALWAYS' } },
          )
          expect(got).toBe(content)
        },
      ),
      { numRuns: 300 },
    )
  })
})

describe('output', () => {
  test.each([
    [{ CSV: { QuoteFields: 'ALWAYS' as const } }, '"a","b,c"\n'],
    [{ CSV: { FieldDelimiter: ';', RecordDelimiter: '|' } }, 'a;b,c|'],
    [{ CSV: { QuoteCharacter: "'" } }, "a,'b,c'\n"],
    [{ JSON: {} }, '{"_1":"a","_2":"b,c"}\n'],
    [{ JSON: { RecordDelimiter: ',' } }, '{"_1":"a","_2":"b,c"},'],
  ])('%j', async (form, expected) => {
    expect(await textOf([Buffer.from('a,"b,c"\n')], all, { CSV: {} }, form)).toBe(expected)
  })

  test('lists and objects are JSON in a CSV field', async () => {
    const json = Buffer.from('{"a":[1,{"b":null}],"c":true,"d":null}')
    expect(await textOf([json], all, { JSON: { Type: 'LINES' } })).toBe(
      '"[1,{""b"":null}]",true,\n',
    )
  })
})

describe('JSON', () => {
  test.each([
    '{',
    '{"a":1',
    '[1,2',
    '{"a":1}}',
    '{"a" 1}',
    '{"a":1,}',
    '[1,]',
    '{a:1}',
    "{'a':1}",
    '{"a":tru}',
    '{"a":01}',
    '{"a":1.}',
    '{"a":"\n"}',
    '{"a":"\\x"}',
    '{"a":1} x',
    ',',
    '{"a":}',
  ])('refuses %s', async (json) => {
    await expect(rowsOf(json, all)).rejects.toMatchObject({ code: 'JSONParsingError', status: 400 })
  })

  test('refuses what nests too deeply', async () => {
    for (const json of ['['.repeat(100_000), `${'['.repeat(600)}${']'.repeat(600)}`]) {
      await expect(rowsOf(json, all)).rejects.toMatchObject({ code: 'JSONParsingError' })
    }
  })

  test.each(['{"a":[1,2}', '{"a":[1 2]}', '{"a":[,1]}', '{"a":[1],"b" 2}', '{"a":[1]'])(
    'refuses %s on the way to its rows',
    async (json) => {
      await expect(rowsOf(json, 'SELECT * FROM S3Object[*].a[*]')).rejects.toMatchObject({
        code: 'JSONParsingError',
      })
    },
  )

  test('blanks may be anywhere', async () => {
    const blanks = ' \n\t\r'.repeat(1000)
    const json = ['{', '"a"', ':', '[', '{', '"b"', ':', '1', '}', ']', '}'].join(blanks)
    expect(await rowsOf(json, 'SELECT * FROM S3Object[*].a[*]')).toEqual([{ b: 1 }])
  })

  test('only its rows need to fit', async () => {
    const filler = 'x'.repeat(100_000)
    const json = `{"skipped":[${Array.from({ length: 30 }, () => `"${filler}"`).join(',')}],"items":[{"n":1},{"n":2}]}`
    expect(await rowsOf(json, 'SELECT r.n FROM S3Object[*].items[*] r')).toEqual([
      { n: 1 },
      { n: 2 },
    ])
    await expect(rowsOf(json, 'SELECT s.items FROM S3Object s')).rejects.toMatchObject({
      code: 'OverMaxRecordSize',
    })
  })

  test('any document comes through whole, however it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })), { maxLength: 4 }),
        fc.integer({ min: 1, max: 9 }),
        async (documents, size) => {
          const content = Buffer.from(
            documents.map((one) => JSON.stringify(one, null, 1)).join('\n'),
          )
          const pieces = cut(content, size)
          const form = { JSON: { Type: 'DOCUMENT' as const } }
          const text = await textOf(pieces, all, form, { JSON: {} })
          const records = text.split('\n').slice(0, -1)
          expect(records.map((one) => JSON.parse(one) as unknown)).toEqual(
            documents.map((one) => JSON.parse(JSON.stringify(one)) as unknown),
          )
          const skipped = await textOf(pieces, 'SELECT * FROM S3Object[*]."x"[*]', form, {
            JSON: {},
          })
          const expected = documents.flatMap((one) =>
            Object.hasOwn(one, 'x') && Array.isArray(one['x']) ? one['x'] : ['no x'],
          )
          expect(skipped.split('\n')).toHaveLength(expected.length + 1)
        },
      ),
      { numRuns: 300 },
    )
  })
})

test('no expression does anything but select or be refused', async () => {
  const words = fc.constantFrom(
    ...'SELECT FROM WHERE LIMIT S3Object s . [*] [0] * , ( ) + - / % || = < >= <> AND OR NOT IS NULL MISSING IN LIKE'.split(
      ' ',
    ),
    ...'BETWEEN CASE WHEN THEN ELSE END CAST AS INT DECIMAL TRIM BOTH SUBSTRING FOR EXTRACT YEAR DATE_ADD COUNT SUM'.split(
      ' ',
    ),
    ...`1 2.5 .5e3 'a' "a" a _1 \`2010T\` TO_STRING UTCNOW COALESCE ; -- /* */ ? ' " \` \n`.split(
      ' ',
    ),
  )
  const statement = fc
    .tuple(fc.array(words, { maxLength: 12 }), fc.array(words, { maxLength: 6 }))
    .map(([items, where]) => `SELECT ${items.join(' ')} FROM S3Object s WHERE ${where.join(' ')}`)
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        statement,
        fc.string(),
        fc.array(words).map((all_) => all_.join(' ')),
      ),
      async (sql) => {
        const outcome = await rowsOf('{"a":1,"_1":"x"}', sql === '' ? ' ' : sql).catch(
          (error: unknown) => error,
        )
        if (!Array.isArray(outcome))
          expect(outcome).toMatchObject({ name: 'AwsError', status: 400 })
      },
    ),
    { numRuns: 2000 },
  )
})

test('gzip of several members is one content', async () => {
  const zipped = Buffer.concat([gzipSync('a\n'), gzipSync('b\n')])
  const read = textOf(cut(zipped, 5), all, { CSV: {}, CompressionType: 'GZIP' })
  expect(await read).toBe('a\nb\n')
})

test.each<[string, Buffer, string]>([
  ['no gzip', Buffer.from('a,b\n'), 'InvalidCompressionFormat'],
  ['a gzip cut short', gzipSync('a,b\n'.repeat(1000)).subarray(0, 30), 'TruncatedInput'],
])('%s is refused', async (_what, content, code) => {
  const read = textOf([content], all, { CSV: {}, CompressionType: 'GZIP' })
  await expect(read).rejects.toMatchObject({ code, status: 400 })
})
