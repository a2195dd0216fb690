import { describe, expect, test } from 'vitest'
import { rowsOf } from './select-rows.ts'

// The examples of AWS's SQL reference, and what they leave open:
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-select-sql-reference.html

const value = async (expression: string, json = '{}') => {
  const [row] = await rowsOf(json, `SELECT ${expression} AS v FROM S3Object s`)
  return (row as { v?: unknown }).v
}

describe('scalar expressions', () => {
  test.each<[string, unknown]>([
    ['1 + 2 * 3', 7],
    ['(1 + 2) * 3', 9],
    ['7 / 2', 3],
    ['-7 % 3', -1],
    ['7.0 / 2', 3.5],
    ['0.1 + 0.2', 0.3],
    ['1.0 / 3 * 3 < 1', true],
    ['2.0 / 3 > 0.66 AND 2.0 / 3 < 0.67', true],
    ['-7.5 % 2', -1.5],
    ['1.10 = 1.1', true],
    ['- - 5', 5],
    ["'a' || 'b' || 'c'", 'abc'],
    ["'it''s'", "it's"],
    ['1 = 1.0', true],
    ["1 = '1'", false],
    ["1 <> '1'", true],
    ['NOT 1 = 2', true],
    ['NOT (true AND false) OR false', true],
    ['2 BETWEEN 1 AND 3', true],
    ['2 NOT BETWEEN 1 AND 3', false],
    ["'b' IN ('a', 'b', 'c')", true],
    ["'z' NOT IN ('a', 'b')", true],
    ['NULL = NULL', null],
    ['NULL AND false', false],
    ['NULL OR true', true],
    ['1 IN (2, NULL)', null],
    ['NULL IS NULL', true],
    ['s.nothing IS MISSING', true],
    ['NULL IS MISSING', false],
    ['s.nothing IS NOT NULL', false],
    ["'abc' LIKE 'a%'", true],
    ["'abc' LIKE 'a_c'", true],
    ["'abc' LIKE 'b%'", false],
    ["'100%' LIKE '%\\%' ESCAPE '\\'", true],
    ["'1000' LIKE '%\\%' ESCAPE '\\'", false],
    ["'abcXabcY' LIKE '%abcY'", true],
    ["'ünïcode 😀!' LIKE '%_!'", true],
    ["CASE WHEN 1 > 2 THEN 'a' WHEN 2 > 1 THEN 'b' ELSE 'c' END", 'b'],
    ["CASE 3 WHEN 1 THEN 'one' WHEN 3 THEN 'three' END", 'three'],
    ['CASE WHEN false THEN 1 END', null],
    ['COALESCE(1)', 1],
    ['COALESCE(1, null)', 1],
    ['COALESCE(null, null, 1)', 1],
    ['COALESCE(s.nothing, 2)', 2],
    ['COALESCE(null, null)', null],
    ['NULLIF(1, 2)', 1],
    ['NULLIF(1, 1.0)', null],
    ['NULLIF(null, 1)', null],
    ["CHAR_LENGTH('')", 0],
    ["CHARACTER_LENGTH('abcdefg')", 7],
    ["CHAR_LENGTH('😀')", 1],
    ["LOWER('AbCdEfG!@#$')", 'abcdefg!@#$'],
    ["UPPER('AbCdEfG!@#$')", 'ABCDEFG!@#$'],
    ["SUBSTRING('123456789', 0)", '123456789'],
    ["SUBSTRING('123456789', 2)", '23456789'],
    ["SUBSTRING('123456789', -4)", '123456789'],
    ["SUBSTRING('123456789', 0, 999)", '123456789'],
    ["SUBSTRING('123456789', 1, 5)", '12345'],
    ["SUBSTRING('123456789', -1, 4)", '12'],
    ["SUBSTRING('123456789' FROM 3 FOR 2)", '34'],
    ["TRIM('       foobar         ')", 'foobar'],
    ["TRIM('      \tfoobar\t         ')", '\tfoobar\t'],
    ["TRIM(LEADING FROM '       foobar         ')", 'foobar         '],
    ["TRIM(TRAILING FROM '       foobar         ')", '       foobar'],
    ["TRIM(BOTH FROM '       foobar         ')", 'foobar'],
    ["TRIM(BOTH '12' FROM '1112211foobar22211122')", 'foobar'],
    ["CHAR_LENGTH(CAST('x' || 'y' AS STRING))", 2],
  ])('%s is %j', async (expression, expected) => {
    expect(await value(expression)).toEqual(expected)
  })
})

describe('CAST', () => {
  test.each<[string, unknown]>([
    ["CAST('5' AS INT)", 5],
    ["CAST(' -7 ' AS INTEGER)", -7],
    ['CAST(2.9 AS INT)', 2],
    ["CAST('1.5' AS FLOAT)", 1.5],
    ["CAST('1e2' AS FLOAT)", 100],
    ["CAST('TRUE' AS BOOL)", true],
    ['CAST(0 AS BOOLEAN)', false],
    ["CAST('12.50' AS DECIMAL(10, 2))", 12.5],
    ['CAST(12 AS STRING)', '12'],
    ["CAST('2007-04-05T14:30Z' AS TIMESTAMP)", '2007-04-05T14:30Z'],
    ['CAST(null AS INT)', null],
    ['CAST(true AS INT)', 1],
  ])('%s is %j', async (expression, expected) => {
    expect(await value(expression)).toEqual(expected)
  })
})

describe('dates', () => {
  test.each<[string, unknown]>([
    ['DATE_ADD(year, 5, `2010-01-01T`)', '2015-01-01'],
    ['DATE_ADD(month, 1, `2010T`)', '2010-02T'],
    ['DATE_ADD(month, 13, `2010T`)', '2011-02T'],
    ['DATE_ADD(day, -1, `2017-01-10T`)', '2017-01-09'],
    ['DATE_ADD(hour, 1, `2017T`)', '2017-01-01T01:00-00:00'],
    ['DATE_ADD(hour, 1, `2017-01-02T03:04Z`)', '2017-01-02T04:04Z'],
    ['DATE_ADD(minute, 1, `2017-01-02T03:04:05.006Z`)', '2017-01-02T03:05:05.006Z'],
    ['DATE_ADD(second, 1, `2017-01-02T03:04:05.006Z`)', '2017-01-02T03:04:06.006Z'],
    ['DATE_ADD(month, 1, `2024-01-31`)', '2024-02-29'],
    ['DATE_DIFF(year, `2010-01-01T`, `2011-01-01T`)', 1],
    ['DATE_DIFF(month, `2010T`, `2010-05T`)', 4],
    ['DATE_DIFF(month, `2010T`, `2011T`)', 12],
    ['DATE_DIFF(month, `2011T`, `2010T`)', -12],
    ['DATE_DIFF(month, `2010-01-31T`, `2010-02-28T`)', 1],
    ['DATE_DIFF(day, `2010-01-01T23:00Z`, `2010-01-02T01:00Z`)', 0],
    ['EXTRACT(YEAR FROM `2010-01-01T`)', 2010],
    ['EXTRACT(MONTH FROM `2010T`)', 1],
    ['EXTRACT(MONTH FROM `2010-10T`)', 10],
    ['EXTRACT(HOUR FROM `2017-01-02T03:04:05+07:08`)', 3],
    ['EXTRACT(MINUTE FROM `2017-01-02T03:04:05+07:08`)', 4],
    ['EXTRACT(TIMEZONE_HOUR FROM `2017-01-02T03:04:05+07:08`)', 7],
    ['EXTRACT(TIMEZONE_MINUTE FROM `2017-01-02T03:04:05+07:08`)', 8],
    ["TO_STRING(`1969-07-20T20:18Z`, 'MMMM d, y')", 'July 20, 1969'],
    ["TO_STRING(`1969-07-20T20:18Z`, 'MMM d, yyyy')", 'Jul 20, 1969'],
    ["TO_STRING(`1969-07-20T20:18Z`, 'M-d-yy')", '7-20-69'],
    ["TO_STRING(`1969-07-20T20:18Z`, 'MM-d-y')", '07-20-1969'],
    ["TO_STRING(`1969-07-20T20:18Z`, 'MMMM d, y h:m a')", 'July 20, 1969 8:18 PM'],
    ["TO_STRING(`1969-07-20T20:18Z`, 'y-MM-dd''T''H:m:ssX')", '1969-07-20T20:18:00Z'],
    ["TO_STRING(`1969-07-20T20:18+08:00Z`, 'y')", 'refused'],
    ["TO_STRING(`1969-07-20T20:18+08:00`, 'y-MM-dd''T''H:m:ssXXX')", '1969-07-20T20:18:00+08:00'],
    ["TO_STRING(`1969-07-20T20:18+08:00`, 'y-MM-dd''T''H:m:ssXX')", '1969-07-20T20:18:00+0800'],
    ["TO_TIMESTAMP('2007T')", '2007T'],
    ["TO_TIMESTAMP('2007-02-23T12:14:33.079-08:00')", '2007-02-23T12:14:33.079-08:00'],
    ['`2017-01-02T03:04Z` = `2017-01-02T05:04+02:00`', true],
    ['`2017-01-02T03:04:05.9Z` > `2017-01-02T03:04:05.10Z`', true],
    ['UTCNOW()', '2031-02-03T04:05:06.007Z'],
  ])('%s is %j', async (expression, expected) => {
    if (expected === 'refused') {
      await expect(value(expression)).rejects.toMatchObject({ code: 'LexerInvalidIONLiteral' })
    } else expect(await value(expression)).toEqual(expected)
  })
})

describe('aggregates', () => {
  const numbers = '{"n":1}{"n":2}{"n":null}{}{"n":4.5}'
  test.each<[string, unknown]>([
    ['COUNT(*)', 5],
    ['COUNT(s.n)', 3],
    ['SUM(s.n)', 7.5],
    ['AVG(s.n)', 2.5],
    ['MIN(s.n)', 1],
    ['MAX(s.n)', 4.5],
    ['SUM(s.n) / COUNT(s.n) + 1', 3.5],
    ['SUM(s.nothing)', null],
    ['CASE WHEN COUNT(*) > 3 THEN 1 ELSE 0 END', 1],
  ])('%s is %j', async (expression, expected) => {
    expect(await rowsOf(numbers, `SELECT ${expression} FROM S3Object s`)).toEqual([
      { _1: expected },
    ])
  })

  test('count what WHERE lets through, and nothing at LIMIT 0', async () => {
    const counted = await rowsOf(numbers, 'SELECT COUNT(*) AS c FROM S3Object s WHERE s.n > 1')
    expect(counted).toEqual([{ c: 2 }])
    expect(await rowsOf(numbers, 'SELECT COUNT(*) FROM S3Object LIMIT 0')).toEqual([])
  })
})

describe('FROM', () => {
  const rules =
    '{ "Rules": [ {"id": "1"}, {"expr": "y > x"}, {"id": "2", "expr": "z = DEBUG"} ]}' +
    '{ "created": "June 27", "modified": "July 6" }'
  const folder =
    '{ "dir_name": "important_docs", "files": [ {"name": "."}, {"name": ".aws"} ], "owner": "AWS S3" }' +
    '{ "dir_name": "other_docs", "files": [ {"name": "a"} ], "owner": "User" }'

  test.each<[string, string, unknown[]]>([
    [rules, 'SELECT id FROM S3Object[*].Rules[*].id', [{ id: '1' }, {}, { id: '2' }, {}]],
    [
      rules,
      'SELECT id FROM S3Object[*].Rules[*].id WHERE id IS NOT MISSING',
      [{ id: '1' }, { id: '2' }],
    ],
    [
      folder,
      'SELECT d.dir_name, d.files FROM S3Object[*] d',
      [
        { dir_name: 'important_docs', files: [{ name: '.' }, { name: '.aws' }] },
        { dir_name: 'other_docs', files: [{ name: 'a' }] },
      ],
    ],
    [
      folder,
      'SELECT _1.dir_name, _1.owner FROM S3Object[*]',
      [
        { dir_name: 'important_docs', owner: 'AWS S3' },
        { dir_name: 'other_docs', owner: 'User' },
      ],
    ],
    [folder, 'SELECT s.files[0].name FROM S3Object s', [{ name: '.' }, { name: 'a' }]],
    [folder, "SELECT s['owner'] AS o FROM S3Object s LIMIT 1", [{ o: 'AWS S3' }]],
    [
      folder,
      'SELECT f.name FROM S3Object[*].files[*] f',
      [{ name: '.' }, { name: '.aws' }, { name: 'a' }],
    ],
    [folder, 'SELECT * FROM S3Object[*].files[1]', [{ name: '.aws' }, {}]],
    ['[{"a":1},{"a":2}]', 'SELECT s.a FROM S3Object[*][*] s WHERE s.a > 1', [{ a: 2 }]],
    ['{"x":{"p":1,"q":2}}', 'SELECT * FROM S3Object[*].x.*', [{ _1: 1 }, { _1: 2 }]],
    ['{"A":1}', 'SELECT s.a, S.A FROM s3object s', [{ a: 1, A: 1 }]],
    ['{"A":1}', 'SELECT s."a" FROM S3Object s', [{}]],
    ['{"a":{"b":[1,[2,3]]}}', 'SELECT s.a.b[1][0] FROM S3Object s', [{ _1: 2 }]],
    ['{"10":"b","2":"a"}', 'SELECT * FROM S3Object', [{ '10': 'b', '2': 'a' }]],
    [
      '{"a":1}',
      "SELECT 'x', 2 AS two, s.a three FROM S3Object AS s",
      [{ _1: 'x', two: 2, three: 1 }],
    ],
    ['{"a":1}', 'SELECT s.* FROM S3Object s', [{ a: 1 }]],
  ])('%s: %s', async (json, sql, expected) => {
    expect(await rowsOf(json, sql)).toEqual(expected)
  })

  test('numbers come out as they are written', async () => {
    const json = '{"a":1.50,"b":12345678901234567890,"c":1e3}'
    expect(await rowsOf(json, 'SELECT * FROM S3Object', 'text')).toBe(`${json}\n`)
  })
})

describe('errors', () => {
  const refusals: [sql: string, code: string, message?: string][] = [
    ['', 'ParseUnsupportedSelect'],
    ['DELETE FROM S3Object', 'ParseUnsupportedSelect'],
    ['SELECT FROM S3Object', 'ParseEmptySelect'],
    ['SELECT *', 'ParseSelectMissingFrom', 'Expected from at line 1, column 9, got EOF.'],
    ['SELECT s.a\nFORM S3Object', 'ParseSelectMissingFrom'],
    ['SELECT *, s.a FROM S3Object s', 'ParseAsteriskIsNotAloneInSelectList'],
    ['SELECT 100+ FROM S3Object', 'ParseUnexpectedKeyword'],
    ['SELECT s.date FROM S3Object s', 'ParseInvalidPathComponent'],
    ['SELECT year FROM S3Object s', 'ParseUnexpectedKeyword'],
    ['SELECT * FROM nowhere', 'EvaluatorBindingDoesNotExist'],
    ['SELECT * FROM S3Object.path', 'InvalidKeyPath'],
    ['SELECT * FROM S3Object a, S3Object b', 'MultipleDataSourcesUnsupported'],
    ['SELECT * FROM S3Object JOIN S3Object', 'ParseMalformedJoin'],
    ['SELECT * FROM (SELECT * FROM S3Object)', 'ParseUnsupportedSyntax'],
    ['SELECT s.a FROM S3Object s GROUP BY s.a', 'ParseUnsupportedLiteralsGroupBy'],
    ['SELECT s.a FROM S3Object s ORDER BY s.a', 'ParseUnsupportedSyntax'],
    ['SELECT DISTINCT s.a FROM S3Object s', 'ParseUnsupportedSyntax'],
    ['SELECT * FROM S3Object LIMIT x', 'ParseExpectedNumber'],
    ['SELECT * FROM S3Object LIMIT 1.5', 'ParseExpectedNumber'],
    ['SELECT * FROM S3Object AS 1', 'ParseExpectedIdentForAlias'],
    ['SELECT ? FROM S3Object', 'LexerInvalidChar'],
    ["SELECT 'a FROM S3Object", 'LexerInvalidLiteral'],
    ['SELECT 1 ! 2 FROM S3Object', 'LexerInvalidOperator'],
    ['SELECT `x` FROM S3Object', 'LexerInvalidIONLiteral'],
    ['SELECT s.a FROM S3Object s WHERE', 'ParseExpectedExpression'],
    ['SELECT (1 FROM S3Object', 'ParseExpectedTokenType'],
    ['SELECT CAST 1 AS INT FROM S3Object', 'ParseExpectedLeftParenAfterCast'],
    ['SELECT CAST(1) FROM S3Object', 'ParseCastArity'],
    ['SELECT CAST(1 AS BLOB) FROM S3Object', 'ParseExpectedTypeName'],
    ['SELECT LOWER 1 FROM S3Object', 'ParseExpectedLeftParenBuiltinFunctionCall'],
    ["SELECT LOWER('a' FROM S3Object", 'ParseExpectedRightParenBuiltinFunctionCall'],
    ["SELECT LOWER('a', 'b') FROM S3Object", 'EvaluatorInvalidArguments'],
    ['SELECT SQRT(4) FROM S3Object', 'UnsupportedFunction'],
    ['SELECT SUM(*) FROM S3Object', 'ParseUnsupportedCallWithStar'],
    ['SELECT SUM(1, 2) FROM S3Object', 'ParseNonUnaryAgregateFunctionCall'],
    ['SELECT s.a, COUNT(*) FROM S3Object s', 'UnsupportedSqlStructure'],
    ['SELECT SUM(COUNT(*)) FROM S3Object s', 'UnsupportedSqlStructure'],
    ['SELECT s.a FROM S3Object s WHERE COUNT(*) > 1', 'UnsupportedSqlStructure'],
    ['SELECT DATE_ADD(week, 1, `2010T`) FROM S3Object', 'ParseExpectedDatePart'],
    ['SELECT CASE 1 END FROM S3Object', 'ParseExpectedWhenClause'],
    ['SELECT s[*].a FROM S3Object s', 'ParseInvalidPathComponent'],
    ['SELECT 1 = 2 = 3 FROM S3Object', 'ParseUnexpectedOperator'],
    ['SELECT 1 IN 2 FROM S3Object', 'ParseExpectedLeftParenValueConstructor'],
    ['SELECT s.a IS 1 FROM S3Object s', 'ParseExpectedTypeName'],
    [`SELECT ${'('.repeat(5000)}1${')'.repeat(5000)} FROM S3Object`, 'ParseUnsupportedSyntax'],
    [`SELECT ${'- '.repeat(5000)}1 FROM S3Object`, 'ParseUnsupportedSyntax'],
    [`SELECT ${'NOT '.repeat(5000)}true FROM S3Object`, 'ParseUnsupportedSyntax'],
    [`SELECT '${'x'.repeat(262_144)}' FROM S3Object`, 'ExpressionTooLong'],
    ["SELECT CAST('x' AS INT) FROM S3Object", 'CastFailed'],
    ["SELECT CAST('' AS INT) FROM S3Object", 'CastFailed'],
    ["SELECT CAST('2010-02-30T' AS TIMESTAMP) FROM S3Object", 'CastFailed'],
    ["SELECT CAST('9223372036854775808' AS INT) FROM S3Object", 'IntegerOverflow'],
    ['SELECT 9223372036854775807 + 1 FROM S3Object', 'IntegerOverflow'],
    ['SELECT 1 / 0 FROM S3Object', 'ExternalEvalException'],
    ['SELECT 1.5 % 0.0 FROM S3Object', 'ExternalEvalException'],
    ['SELECT 1e9999 FROM S3Object', 'ExternalEvalException'],
    ['SELECT 1e300 * 1e300 * 1e300 * 1e300 FROM S3Object', 'ExternalEvalException'],
    ["SELECT CAST('1e99999' AS DECIMAL) FROM S3Object", 'CastFailed'],
    ['SELECT DATE_ADD(year, 9000, `2010T`) FROM S3Object', 'IllegalSqlFunctionArgument'],
    ["SELECT * FROM S3Object WHERE 'a' > 1", 'ExternalEvalException'],
    ["SELECT 'a' + 1 FROM S3Object", 'ExternalEvalException'],
    ["SELECT SUM('1') FROM S3Object", 'ExternalEvalException'],
    ["SELECT * FROM S3Object WHERE 'a'", 'ExternalEvalException'],
    ['SELECT LOWER(1) FROM S3Object', 'IllegalSqlFunctionArgument'],
    ["SELECT 1 LIKE 'a' FROM S3Object", 'LikeInvalidInputs'],
    ["SELECT 'a' LIKE 'a!' ESCAPE '!' FROM S3Object", 'LikeInvalidInputs'],
    ["SELECT TO_STRING(`2010T`, 'q') FROM S3Object", 'EvaluatorInvalidTimestampFormatPattern'],
    ["SELECT TO_TIMESTAMP('yesterday') FROM S3Object", 'ValueParseFailure'],
  ]
  const named = refusals.map(
    ([sql, code, message]) => [sql.slice(0, 60), sql, code, message] as const,
  )
  test.each(named)('%s', async (_start, sql, code, message) => {
    const refused = rowsOf('{"a":1}', sql)
    await expect(refused).rejects.toMatchObject({ code, status: 400 })
    if (message !== undefined) await expect(refused).rejects.toMatchObject({ message })
  })

  test('name line and column', async () => {
    await expect(rowsOf('{}', 'SELECT s.a\nFROM S3Object s\nWHERE s.a = = 1')).rejects.toThrow(
      'Unexpected operator found, OPERATOR:= at line 3, column 13.',
    )
  })

  test('two attributes that differ in case only are ambiguous without quotes', async () => {
    const json = '{"name":1,"NAME":2}'
    await expect(rowsOf(json, 'SELECT s.name FROM S3Object s')).rejects.toMatchObject({
      code: 'AmbiguousFieldName',
    })
    expect(await rowsOf(json, 'SELECT s."NAME" FROM S3Object s')).toEqual([{ NAME: 2 }])
  })
})

test('a long chain of operators is no deep expression', async () => {
  const chain = Array.from({ length: 20_000 }, () => 's.a = 2').join(' OR ')
  expect(await rowsOf('{"a":1}', `SELECT * FROM S3Object s WHERE ${chain}`)).toEqual([])
  const sum = Array.from({ length: 50_000 }, () => '1').join('+')
  expect(await rowsOf('{}', `SELECT ${sum} FROM S3Object`)).toEqual([{ _1: 50_000 }])
})
