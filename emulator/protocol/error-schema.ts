import { NormalizedSchema } from '@smithy/core/schema'
import type { AwsError } from '../errors.ts'
import type { ServiceModel } from './service-model.ts'
import { traitsOf } from './schema.ts'

/** An error as the model knows it: both of its names, its status, and the schema of what else it carries. */
export interface WireError {
  /** The code that the query protocols and REST XML send: `NoSuchEntity`. */
  readonly code: string
  /** The name that the JSON protocols and CBOR send: `NoSuchEntityException`. */
  readonly shape: string
  /** The shape's namespace, `com.amazonaws.dynamodb`; empty for an error that is not modelled. */
  readonly namespace: string
  readonly status: number
  /** Whose fault it is: the client's below 500. */
  readonly type: 'Sender' | 'Receiver'
  readonly schema: NormalizedSchema | undefined
}

/**
 * Finds the modelled error behind a code. The model's status counts unless the error says one that is not the usual 400.
 *
 * @param isQuery whether a query protocol asks, which has statuses of its own: SSM's ParameterNotFound is 404 there, 400 in JSON
 */
export function wireError(
  error: AwsError,
  model: ServiceModel | undefined,
  isQuery = false,
): WireError {
  const found = model?.errors.get(error.code) ?? model?.errorsByCode.get(error.code)
  const schema = found && NormalizedSchema.of(found)
  const { awsQueryError, httpError } = schema ? traitsOf(schema) : {}
  const modelled = (isQuery ? awsQueryError?.[1] : undefined) ?? httpError ?? 400
  const status = error.status === 400 ? modelled : error.status
  return {
    code: awsQueryError?.[0] ?? error.code,
    shape: found ? found[2] : error.code,
    namespace: found ? found[1] : '',
    status,
    type: status < 500 ? 'Sender' : 'Receiver',
    schema,
  }
}
