import type { InstanceMetadataDefaultsResponse } from '@aws-sdk/client-ec2'
import type { Scope } from '../describe/resources.ts'
import { keepSetting, settingOf } from '../recorded/settings.ts'

// What new instances of a region have for metadata options unless their launch says otherwise.
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-options.html#instance-metadata-options-order-of-precedence

const name = 'instance-metadata-defaults'

export type MetadataDefaults = Pick<
  InstanceMetadataDefaultsResponse,
  'HttpTokens' | 'HttpPutResponseHopLimit' | 'HttpEndpoint' | 'InstanceMetadataTags'
>

/** Those that the account has chosen. */
export const metadataDefaults = (scope: Scope): MetadataDefaults =>
  settingOf<MetadataDefaults>(scope, name, {})

export const setMetadataDefaults = (scope: Scope, defaults: MetadataDefaults): void =>
  keepSetting(scope, name, defaults)
