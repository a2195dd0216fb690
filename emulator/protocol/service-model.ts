import { NormalizedSchema } from '@smithy/core/schema'
import type { StaticErrorSchema, StaticOperationSchema } from '@smithy/types'
import type { ProtocolName } from './codec.ts'

/** What an SDK package says of its service: the operations' and errors' schemas, and the names on the wire. */
export interface ServiceModel {
  /** The SDK's service id: `EC2`, `STS`, `S3`. */
  readonly sdkId: string
  readonly apiVersion: string
  readonly xmlNamespace: string | undefined
  /** What `X-Amz-Target` starts with: `AmazonSSM`. */
  readonly serviceTarget: string
  /** What this SDK speaks to the service; other clients may speak another. */
  readonly protocol: ProtocolName
  /** `@awsQueryCompatible`: JSON and CBOR errors carry `x-amzn-query-error`. */
  readonly queryCompatible: boolean
  readonly operations: ReadonlyMap<string, StaticOperationSchema>
  /** By shape name (`NoSuchEntityException`). */
  readonly errors: ReadonlyMap<string, StaticErrorSchema>
  /** By the code on the wire where the shape has another (`NoSuchEntity`). */
  readonly errorsByCode: ReadonlyMap<string, StaticErrorSchema>
}

const OPERATION = 9
const ERROR = -3

const protocolsByClass: Record<string, ProtocolName> = {
  AwsQueryProtocol: 'query',
  AwsEc2QueryProtocol: 'ec2Query',
  AwsRestXmlProtocol: 'restXml',
  S3RestXmlProtocol: 'restXml',
  AwsJson1_0Protocol: 'awsJson1_0',
  AwsJson1_1Protocol: 'awsJson1_1',
  AwsRestJsonProtocol: 'restJson1',
  AwsSmithyRpcV2CborProtocol: 'rpcv2Cbor',
}

interface ErrorTraits {
  /** The code and status that the query protocols send. */
  readonly awsQueryError?: readonly [code: string, status: number]
}

interface SdkClientConfig {
  readonly apiVersion: string
  readonly serviceId: string
  readonly protocol: { readonly constructor: { readonly name: string } }
  readonly protocolSettings: {
    readonly xmlNamespace?: string
    readonly serviceTarget: string
    readonly awsQueryCompatible?: boolean
  }
}

/**
 * Reads the schemas that an `@aws-sdk/client-*` module exports.
 *
 * @param sdk the module, as `import()` gives it
 * @throws Error when the module no longer has the shape this code knows (an SDK upgrade that needs work here)
 */
export function readServiceModel(sdk: Record<string, unknown>): ServiceModel {
  const operations = new Map<string, StaticOperationSchema>()
  const errors = new Map<string, StaticErrorSchema>()
  const errorsByCode = new Map<string, StaticErrorSchema>()
  for (const value of Object.values(sdk)) {
    if (!Array.isArray(value)) continue
    if (value[0] === OPERATION) operations.set(value[2] as string, value as never)
    if (value[0] === ERROR) {
      const schema = value as unknown as StaticErrorSchema
      errors.set(value[2] as string, schema)
      errorsByCode.set(value[2] as string, schema)
    }
  }
  for (const schema of errors.values()) {
    const { awsQueryError } = NormalizedSchema.of(schema).getMergedTraits() as ErrorTraits
    if (awsQueryError) errorsByCode.set(awsQueryError[0], schema)
  }
  if (operations.size === 0) throw new Error('the SDK module exports no operation schemas')
  const config = clientConfig(sdk)
  const className = config.protocol.constructor.name
  const protocol = protocolsByClass[className]
  if (!protocol) throw new Error(`the SDK speaks a protocol that is not known here: ${className}`)
  return {
    sdkId: config.serviceId,
    apiVersion: config.apiVersion,
    xmlNamespace: config.protocolSettings.xmlNamespace,
    serviceTarget: config.protocolSettings.serviceTarget,
    protocol,
    queryCompatible: config.protocolSettings.awsQueryCompatible === true,
    operations,
    errors,
    errorsByCode,
  }
}

/** The names on the wire stand only in a client's configuration; making a client opens no connection. */
function clientConfig(sdk: Record<string, unknown>): SdkClientConfig {
  const name = Object.keys(sdk).find((key) => /^[A-Z]\w*Client$/.test(key) && key !== 'Client')
  const Client = name && (sdk[name] as new (options: object) => { config: SdkClientConfig })
  if (!Client) throw new Error('the SDK module exports no client class')
  // The SDK warns that versions to come need a newer Node; ours is pinned, and its user can't act on that.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true'
  return new Client({
    region: 'us-east-1',
    credentials: { accessKeyId: '-', secretAccessKey: '-' },
  }).config
}
