import { missingAction } from '../errors.ts'
import type { ProtocolName, WireRequest } from './codec.ts'
import { queryAction } from './form.ts'
import {
  invalidAction,
  missingParameter,
  noSuchVersion,
  operationNotFound,
  unknownOperation,
} from './protocol-errors.ts'
import type { ServiceModel } from './service-model.ts'

type Named = Pick<WireRequest, 'path' | 'query' | 'headers' | 'body'>

/**
 * The operation that a request of an RPC protocol names: in `Action`, in `X-Amz-Target`, or in the path for CBOR.
 *
 * @param protocol one that is not REST; those find their operation by `restRouter`
 * @throws AwsError `MissingAction`, `InvalidAction`, EC2's `NoSuchVersion` and `MissingParameter`,
 *   `UnknownOperationException` for JSON and CBOR
 */
export function namedOperation(
  protocol: ProtocolName,
  request: Named,
  model: ServiceModel,
): string {
  if (protocol === 'query') return queryOperation(request, model)
  if (protocol === 'ec2Query') return ec2Operation(request, model)
  const name =
    protocol === 'rpcv2Cbor' ? pathOperation(request.path) : targetOperation(request.headers)
  if (name === undefined || !model.operations.has(name)) throw unknownOperation()
  return name
}

function queryOperation({ query, body }: Named, model: ServiceModel): string {
  const { action, version } = queryAction(query, body)
  if (!action) throw missingAction()
  if (!model.operations.has(action) || version !== model.apiVersion)
    throw operationNotFound(action, version)
  return action
}

function ec2Operation({ query, body }: Named, model: ServiceModel): string {
  const { action, version } = queryAction(query, body)
  if (!action) throw missingAction()
  if (!version) throw missingParameter('Version')
  // EC2 goes on answering the clients of its earlier versions.
  if (!/^\d{4}-\d{2}-\d{2}$/.test(version) || version > model.apiVersion) {
    throw noSuchVersion(version, model.serviceTarget)
  }
  if (!model.operations.has(action)) throw invalidAction(action)
  return action
}

const pathOperation = (path: string) => /^\/service\/[^/]+\/operation\/([^/]+)$/.exec(path)?.[1]

const targetOperation = (headers: Named['headers']) => headers['x-amz-target']?.split('.').at(-1)
