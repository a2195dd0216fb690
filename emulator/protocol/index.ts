import { awsJson1_0, awsJson1_1 } from './aws-json.ts'
import type { Protocol, ProtocolName } from './codec.ts'
import { ec2Query } from './ec2-query.ts'
import { query } from './query.ts'
import { restJson1 } from './rest-json.ts'
import { restXml } from './rest-xml.ts'
import { rpcv2Cbor } from './rpc-v2-cbor.ts'
import type { ServiceModel } from './service-model.ts'

export { queryAction, type QueryAction } from './form.ts'
export { namedOperation } from './named-operation.ts'
export * from './protocol-errors.ts'

/** Every protocol, by its name. */
export const protocols: Readonly<Record<ProtocolName, Protocol>> = {
  query,
  ec2Query,
  restXml,
  awsJson1_0,
  awsJson1_1,
  restJson1,
  rpcv2Cbor,
}

/**
 * The protocol that a request speaks. A service's clients don't agree on one: boto3 speaks CBOR to CloudWatch, the SDK for
 * JavaScript JSON, older ones query, and AWS answers each in its own.
 *
 * @param headers names in lower case
 */
export function chooseProtocol(
  headers: Readonly<Record<string, string | undefined>>,
  model: Pick<ServiceModel, 'protocol'>,
): ProtocolName {
  const contentType = headers['content-type'] ?? ''
  const isRest = model.protocol === 'restXml' || model.protocol === 'restJson1'
  if (isRest) return model.protocol
  if (headers['smithy-protocol'] === 'rpc-v2-cbor' || contentType.startsWith('application/cbor')) {
    return 'rpcv2Cbor'
  }
  if (headers['x-amz-target'] !== undefined) {
    if (contentType.startsWith('application/x-amz-json-1.1')) return 'awsJson1_1'
    return contentType.startsWith('application/x-amz-json-1.0') || model.protocol !== 'awsJson1_1'
      ? 'awsJson1_0'
      : 'awsJson1_1'
  }
  if (model.protocol === 'ec2Query') return 'ec2Query'
  const isForm = contentType === '' || contentType.startsWith('application/x-www-form-urlencoded')
  return isForm || model.protocol === 'query' ? 'query' : model.protocol
}
