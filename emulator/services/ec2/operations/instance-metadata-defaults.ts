import type {
  GetInstanceMetadataDefaultsRequest,
  GetInstanceMetadataDefaultsResult,
  ModifyInstanceMetadataDefaultsRequest,
  ModifyInstanceMetadataDefaultsResult,
} from '@aws-sdk/client-ec2'
import { operation } from '../../../operation.ts'
import { invalidValue, missingParameter } from '../errors.ts'
import { metadataDefaults, setMetadataDefaults } from '../instances/metadata-defaults.ts'
import { anyResource } from '../permissions.ts'

const choices = {
  HttpTokens: ['optional', 'required', 'no-preference'],
  HttpEndpoint: ['enabled', 'disabled', 'no-preference'],
  InstanceMetadataTags: ['enabled', 'disabled', 'no-preference'],
} as const

type Choice = keyof typeof choices

/** `no-preference` and a hop limit of -1 take a default back. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyInstanceMetadataDefaults.html */
export const ModifyInstanceMetadataDefaults = operation<
  ModifyInstanceMetadataDefaultsRequest,
  ModifyInstanceMetadataDefaultsResult
>({
  authorize: anyResource,
  run(input, call) {
    const defaults: Record<string, unknown> = { ...metadataDefaults(call) }
    const named = (Object.keys(choices) as Choice[]).filter((name) => input[name] !== undefined)
    const hops = input.HttpPutResponseHopLimit
    if (named.length === 0 && hops === undefined) throw missingParameter('HttpTokens')
    for (const name of named) {
      const value = input[name]!
      const allowed: readonly string[] = choices[name]
      if (!allowed.includes(value)) throw invalidValue(value, name)
      if (value === 'no-preference') delete defaults[name]
      else defaults[name] = value
    }
    if (hops !== undefined) {
      if (hops !== -1 && (hops < 1 || hops > 64)) {
        throw invalidValue(hops, 'HttpPutResponseHopLimit')
      }
      if (hops === -1) delete defaults['HttpPutResponseHopLimit']
      else defaults['HttpPutResponseHopLimit'] = hops
    }
    setMetadataDefaults(call, defaults)
    return { Return: true }
  },
})

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetInstanceMetadataDefaults.html */
export const GetInstanceMetadataDefaults = operation<
  GetInstanceMetadataDefaultsRequest,
  GetInstanceMetadataDefaultsResult
>({
  authorize: anyResource,
  run: (_, call) => ({ AccountLevel: { ...metadataDefaults(call), ManagedBy: 'account' } }),
})
