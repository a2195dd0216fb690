import { AwsError } from '../../../errors.ts'

// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html#SelectObjectContentErrorCodeList

/** Where in the SQL something is, counted from 1. */
export interface Position {
  readonly line: number
  readonly column: number
}

const at = ({ line, column }: Position) => `at line ${line}, column ${column}`

// The SQL text

export const lexerError = (
  code:
    | 'LexerInvalidChar'
    | 'LexerInvalidOperator'
    | 'LexerInvalidLiteral'
    | 'LexerInvalidIONLiteral',
  found: string,
  position: Position,
) => {
  const kind = {
    LexerInvalidChar: 'character',
    LexerInvalidOperator: 'operator',
    LexerInvalidLiteral: 'literal',
    LexerInvalidIONLiteral: 'Ion literal',
  }[code]
  return new AwsError(code, `Invalid ${kind} ${found} ${at(position)}.`)
}

/** @param wanted what the grammar wants there, as in `identifier for alias` */
export const expected = (code: string, wanted: string, found: string, position: Position) =>
  new AwsError(code, `Expected ${wanted} ${at(position)}, got ${found}.`)

export const unexpected = (
  kind: 'token' | 'keyword' | 'operator' | 'term',
  found: string,
  position: Position,
) => {
  const code = `ParseUnexpected${kind[0]!.toUpperCase()}${kind.slice(1)}`
  return new AwsError(code, `Unexpected ${kind} found, ${found} ${at(position)}.`)
}

/** @param found the kind of token: `KEYWORD` */
export const invalidPathComponent = (found: string, position: Position) =>
  new AwsError(
    'ParseInvalidPathComponent',
    `Invalid Path component, expecting either an identifier or STAR, got: ${found},${at(position)}.`,
  )

/** What PartiQL has and S3 Select refuses. */
export const unsupported = (
  code:
    | 'ParseUnsupportedSyntax'
    | 'ParseUnsupportedLiteralsGroupBy'
    | 'ParseMalformedJoin'
    | 'ParseUnsupportedCallWithStar'
    | 'ParseUnsupportedSelect'
    | 'ParseUnsupportedToken',
  what: string,
  position: Position,
) => new AwsError(code, `${what} ${at(position)}.`)

export const expressionTooLong = () =>
  new AwsError(
    'ExpressionTooLong',
    'The SQL expression is too long: The maximum byte-length for the SQL expression is 256 KB.',
  )

export const unsupportedFunction = (name: string) =>
  new AwsError('UnsupportedFunction', `Encountered an unsupported SQL function: ${name}.`)

export const unsupportedStructure = () =>
  new AwsError(
    'UnsupportedSqlStructure',
    'We encountered an unsupported SQL structure. Check the SQL Reference.',
  )

export const wrongArity = (name: string) =>
  new AwsError(
    'EvaluatorInvalidArguments',
    `Incorrect number of arguments in the function call ${name} in the SQL expression.`,
  )

export const multipleSources = () =>
  new AwsError('MultipleDataSourcesUnsupported', 'Multiple data sources are not supported.')

export const invalidKeyPath = () =>
  new AwsError('InvalidKeyPath', 'Key path in the SQL expression is invalid.')

export const noSuchBinding = (name: string) =>
  new AwsError(
    'EvaluatorBindingDoesNotExist',
    `A column name or a path provided does not exist in the SQL expression: ${name}.`,
  )

export const missingHeaders = () =>
  new AwsError(
    'MissingHeaders',
    'Some headers in the query are missing from the file. Please check the file and try again.',
  )

export const ambiguousFieldName = () =>
  new AwsError(
    'AmbiguousFieldName',
    'Field name matches to multiple fields in the file. Check the SQL expression and the file, and try again.',
  )

export const invalidColumnIndex = () =>
  new AwsError('InvalidColumnIndex', 'Column index in the SQL expression is invalid.')

// Its evaluation

/** AWS compares and sums no text as numbers: without CAST, all that a CSV file holds is text. */
export const cannotEvaluate = () =>
  new AwsError(
    'ExternalEvalException',
    'The query cannot be evaluated. Please check the query and file and try again.',
  )

export const castFailed = (from: string, to: string) =>
  new AwsError(
    'CastFailed',
    `Attempt to convert from one data type to another using CAST failed in the SQL expression. ${from} cannot be cast to ${to}.`,
  )

export const integerOverflow = () =>
  new AwsError('IntegerOverflow', 'Integer overflow or underflow in the SQL expression.')

export const illegalArgument = (name: string) =>
  new AwsError(
    'IllegalSqlFunctionArgument',
    `Illegal argument was used in the SQL function ${name}.`,
  )

export const invalidLike = () =>
  new AwsError(
    'LikeInvalidInputs',
    'Invalid argument given to the LIKE clause in the SQL expression.',
  )

export const invalidTimestampFormat = (format: string) =>
  new AwsError(
    'EvaluatorInvalidTimestampFormatPattern',
    `Invalid time stamp format string in the SQL expression: ${format}`,
  )

export const unterminatedTimestampFormat = (format: string) =>
  new AwsError(
    'EvaluatorUnterminatedTimestampFormatPatternToken',
    `Time stamp format pattern contains unterminated token in the SQL expression: ${format}`,
  )

export const valueParseFailure = (text: string) =>
  new AwsError('ValueParseFailure', `Time stamp parse failure in the SQL expression: ${text}`)

// The object

export const csvParsingError = () =>
  new AwsError(
    'CSVParsingError',
    'Encountered an error parsing the CSV file. Check the file and try again.',
  )

export const csvUnescapedQuote = () =>
  new AwsError(
    'CSVUnescapedQuote',
    'Found an unescaped quote while parsing the CSV file. Check the file and try again.',
  )

export const jsonParsingError = (byte: number) =>
  new AwsError(
    'JSONParsingError',
    `Encountered an error parsing the JSON file near byte ${byte}. Check the file and try again.`,
  )

export const parquetParsingError = () =>
  new AwsError(
    'ParquetParsingError',
    'Encountered an error parsing the Parquet file. Check the file and try again.',
  )

export const unsupportedParquetCodec = () =>
  new AwsError(
    'ParquetUnsupportedCompressionCodec',
    'The specified Parquet compression codec is not supported.',
  )

export const unsupportedParquetType = () =>
  new AwsError('UnsupportedParquetType', 'The specified Parquet type is not supported.')

export const oversizedRowGroup = () =>
  new AwsError('OverMaxParquetBlockSize', 'The Parquet file is above the max row group size.')

export const invalidTextEncoding = (byte: number) =>
  new AwsError(
    'InvalidTextEncoding',
    `UTF-8 encoding is required. The text encoding error was found near byte ${byte.toLocaleString('en-US')}.`,
  )

export const overMaxRecordSize = () =>
  new AwsError(
    'OverMaxRecordSize',
    'The length of a record in the input or result is greater than maxCharsPerRecord of 1 MB.',
  )

export const notCompressed = (type: string) =>
  new AwsError(
    'InvalidCompressionFormat',
    `${type} is not applicable to the queried object. Please correct the request and try again.`,
  )

export const truncatedInput = () =>
  new AwsError(
    'TruncatedInput',
    'Object decompression failed. Check that the object is properly compressed using the format specified in the request.',
  )

// The request

export const missingParameter = (name: string) =>
  new AwsError(
    'MissingRequiredParameter',
    `${name} is required. Please check the service documentation and try again.`,
  )

/** For parameters whose wrong value has a code of its own. */
export const invalidParameter = (code: string, name: string, value: string, valid: string) =>
  new AwsError(
    code,
    `The ${name} is invalid. Only ${valid} is supported. Found: ${value.slice(0, 100)}.`,
  )

export const invalidRequestParameter = (name: string) =>
  new AwsError(
    'InvalidRequestParameter',
    `The value of a parameter in SelectRequest element is invalid: ${name}. Check the service API documentation and try again.`,
  )

export const serializationConflict = (which: 'InputSerialization' | 'OutputSerialization') =>
  new AwsError(
    'ObjectSerializationConflict',
    `${which} specifies more than one format (CSV, JSON, or Parquet), or InputSerialization specifies more than one format (CSV or JSON). Select only one.`,
  )

export const invalidScanRange = () =>
  new AwsError('InvalidScanRange', 'The provided scan range is invalid.')

export const unsupportedScanRange = () =>
  new AwsError(
    'UnsupportedScanRangeInput',
    'Scan range queries are not supported on this type of object. Only uncompressed CSV without quoted record delimiters and uncompressed JSON of type LINES have ranges.',
  )

export const unsupportedStorageClass = () =>
  new AwsError(
    'UnsupportedStorageClass',
    'We encountered a storage class that is not supported by the SELECT operation. Only STANDARD, STANDARD_IA, and ONEZONE_IA storage classes are supported.',
  )
