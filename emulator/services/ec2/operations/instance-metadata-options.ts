import type {
  Instance,
  InstanceMetadataOptionsResponse,
  ModifyInstanceMetadataOptionsRequest,
  ModifyInstanceMetadataOptionsResult,
} from '@aws-sdk/client-ec2'
import { operation } from '../../../operation.ts'
import type { Call } from '../../../operation.ts'
import { invalidParameterValue, invalidValue, missingParameter } from '../errors.ts'
import { onResource } from '../permissions.ts'
import { updateInstance } from '../rows/instance-changes.ts'
import { instances } from '../rows/instances.ts'
import { tagsOf } from '../rows/tags.ts'

/**
 * What an instance's metadata service answers to, from the next request on.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceMetadataOptions.html
 */
export const ModifyInstanceMetadataOptions = operation<
  ModifyInstanceMetadataOptionsRequest,
  ModifyInstanceMetadataOptionsResult
>({
  authorize: ({ InstanceId = '' }, call) => [onResource(call, 'instance', InstanceId)],
  run(input, call) {
    if (!input.InstanceId) throw missingParameter('InstanceId')
    const row = instances.require(input.InstanceId, call)
    const document = JSON.parse(row.doc) as Instance
    const options = changed(document.MetadataOptions ?? {}, input)
    if (input.InstanceMetadataTags === 'enabled') checkTagKeys(input.InstanceId, call)
    updateInstance(call, row.instance_id, {
      doc: JSON.stringify({ ...document, MetadataOptions: options }),
    })
    return {
      InstanceId: row.instance_id,
      InstanceMetadataOptions: { ...options, State: 'pending' },
    }
  },
})

/** The values that each option takes, but for the hop limit, a number from 1 to 64. */
const choices = {
  HttpTokens: ['optional', 'required'],
  HttpEndpoint: ['enabled', 'disabled'],
  HttpProtocolIpv6: ['enabled', 'disabled'],
  InstanceMetadataTags: ['enabled', 'disabled'],
} as const

type Choice = keyof typeof choices

/** What the request does not name stays. @throws MissingParameter for a request that names nothing, InvalidParameterValue */
function changed(
  before: InstanceMetadataOptionsResponse,
  input: ModifyInstanceMetadataOptionsRequest,
): InstanceMetadataOptionsResponse {
  const hops = input.HttpPutResponseHopLimit
  const named = (Object.keys(choices) as Choice[]).filter((name) => input[name] !== undefined)
  if (named.length === 0 && hops === undefined) throw missingParameter('HttpTokens')
  if (hops !== undefined && (hops < 1 || hops > 64)) {
    throw invalidValue(hops, 'HttpPutResponseHopLimit')
  }
  for (const name of named) {
    const allowed: readonly string[] = choices[name]
    if (!allowed.includes(input[name]!)) throw invalidValue(input[name]!, name)
  }
  return {
    ...before,
    ...Object.fromEntries(named.map((name) => [name, input[name]])),
    ...(hops !== undefined && { HttpPutResponseHopLimit: hops }),
  }
}

/**
 * In the metadata, a tag's key is a file's name.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/work-with-tags-in-IMDS.html
 */
function checkTagKeys(instanceId: string, call: Call): void {
  for (const { Key = '' } of tagsOf(call, [instanceId]).get(instanceId) ?? []) {
    if (/^[0-9a-zA-Z\-_+=,.@:]{1,255}$/.test(Key) && !['.', '..', '_index'].includes(Key)) continue
    throw invalidParameterValue(
      `'${Key}' is not a valid tag key. Tag keys must match pattern ([0-9a-zA-Z\\-_+=,.@:]{1,255}), and must not be a reserved name ('.', '..', '_index')`,
    )
  }
}
