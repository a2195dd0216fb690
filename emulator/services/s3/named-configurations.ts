import { AwsError } from '../../errors.ts'
import { answerStatus, type Call } from '../../operation.ts'
import { fromToken, toToken } from './continuation-tokens.ts'
import { invalidArgument, malformedXml } from './errors.ts'
import { onBucket, requireBucket, type BucketInput } from './find-bucket.ts'
import {
  countNamed,
  deleteNamed,
  findNamed,
  listNamed,
  putNamed,
  type NamedKind,
} from './rows/named-configurations.ts'

/** A bucket has at most this many of a kind. */
const mostOfAKind = 1000
const pageSize = 100

const noSuchConfiguration = () =>
  new AwsError('NoSuchConfiguration', 'The specified configuration does not exist.', {
    status: 404,
  })

const idMismatch = () =>
  new AwsError('IdMismatch', 'Document ID does not match the specified configuration ID.')

const tooManyConfigurations = () =>
  new AwsError(
    'TooManyConfigurations',
    'You are attempting to create a new configuration but have already reached the 1,000-configuration limit.',
  )

const malformedToken = () =>
  new AwsError('MalformedContinuationToken', 'The continuation-token you provided invalid.')

function pageStart(token: string | undefined): string {
  try {
    return fromToken(token) ?? ''
  } catch {
    throw malformedToken()
  }
}

interface NamedInput extends BucketInput {
  readonly Id?: string | undefined
}

interface ListInput extends BucketInput {
  readonly ContinuationToken?: string | undefined
}

/**
 * What the operations of one kind of configuration do: they are put, read, listed and deleted by their ids, and have no
 * effect here.
 *
 * @param action what permissions call the kind: `InventoryConfiguration`
 * @param check refuses what AWS refuses, with `MalformedXML` or `InvalidArgument`
 */
export function namedConfigurations<Document extends { Id?: string | undefined }>(
  kind: NamedKind,
  action: string,
  check: (document: Document) => void,
) {
  const toPut = (input: BucketInput, call: Call) => [onBucket(`s3:Put${action}`, input, call)]
  const toGet = (input: BucketInput, call: Call) => [onBucket(`s3:Get${action}`, input, call)]
  return {
    toPut,
    toGet,
    put(
      input: NamedInput,
      document: Document | undefined,
      call: Call,
    ): { readonly [answerStatus]: number } {
      const bucket = requireBucket(input, call)
      const id = requireId(input)
      if (!document) throw malformedXml()
      if (document.Id !== id) throw kind === 'inventory' ? idMismatch() : malformedXml()
      check(document)
      const isNew = findNamed(call.db, bucket, kind, id) === undefined
      if (isNew && countNamed(call.db, bucket, kind) >= mostOfAKind) throw tooManyConfigurations()
      putNamed(call.db, bucket, kind, id, document)
      return { [answerStatus]: 204 }
    },
    get(input: NamedInput, call: Call): Document {
      const found = findNamed<Document>(call.db, requireBucket(input, call), kind, requireId(input))
      if (!found) throw noSuchConfiguration()
      return found
    },
    list(input: ListInput, call: Call) {
      const from = pageStart(input.ContinuationToken || undefined)
      const bucket = requireBucket(input, call)
      const found = listNamed<Document>(call.db, bucket, kind, { from, limit: pageSize + 1 })
      const next = found.at(pageSize)
      return {
        // A list of none is left out.
        ...(found.length > 0 && { list: found.slice(0, pageSize).map(({ document }) => document) }),
        paging: {
          IsTruncated: next !== undefined,
          ...(input.ContinuationToken !== undefined && {
            ContinuationToken: input.ContinuationToken,
          }),
          ...(next && { NextContinuationToken: toToken(next.id) }),
        },
      }
    },
    remove(input: NamedInput, call: Call): {} {
      const bucket = requireBucket(input, call)
      if (!deleteNamed(call.db, bucket, kind, requireId(input))) throw noSuchConfiguration()
      return {}
    },
  }
}

function requireId({ Id: id = '' }: NamedInput): string {
  if (!/^[\w.-]{1,64}$/.test(id)) throw invalidArgument('Invalid ConfigurationId', 'id', id)
  return id
}
