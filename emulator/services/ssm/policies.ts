import type { TimerCall } from '../../clock/timers.ts'
import type { ParameterInlinePolicy } from '@aws-sdk/client-ssm'
import { invalidPolicies, invalidPolicyType, validation } from './errors.ts'
import { deleteParameter, findParameter } from './rows/parameters.ts'

// Parameter policies: an expiration deletes its parameter; the notifications have nobody to go to here.
// https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-policies.html

interface Policy {
  readonly Type: string
  readonly Version: string
  readonly Attributes: Readonly<Record<string, string>>
}

/** @throws ValidationException, InvalidPolicyTypeException, InvalidPolicyAttributeException */
export function parsePolicies(text: string | undefined, tier: string): Policy[] {
  if (text === undefined || text === '{}' || text === '[]' || text === '[{}]') return []
  let policies: unknown
  try {
    policies = JSON.parse(text)
  } catch {
    throw invalidPolicies(`Invalid policies input: ${text}.`)
  }
  if (!Array.isArray(policies)) throw invalidPolicies(`Invalid policies input: ${text}.`)
  if (tier !== 'Advanced') {
    throw validation(
      'Parameter policies are only supported for advanced parameters. Upgrade the parameter to the advanced-parameter tier.',
    )
  }
  for (const policy of policies as Partial<Policy>[]) {
    const type = String(policy?.Type)
    if (!['Expiration', 'ExpirationNotification', 'NoChangeNotification'].includes(type)) {
      throw invalidPolicyType(type)
    }
    if (type === 'Expiration' && Number.isNaN(expiryOf(policy as Policy))) {
      throw invalidPolicies('The Timestamp of an Expiration policy has to be a time in ISO 8601.')
    }
  }
  return policies as Policy[]
}

const expiryOf = ({ Attributes }: Policy) => Date.parse(Attributes?.['Timestamp'] ?? '')

/** The policies of a parameter as they are shown. */
export const shownPolicies = (text: string): ParameterInlinePolicy[] =>
  (JSON.parse(text) as Policy[]).map((policy) => ({
    PolicyText: JSON.stringify(policy),
    PolicyType: policy.Type,
    PolicyStatus: 'Pending',
  }))

interface Expiry {
  readonly key: string
  /** A version that came later has an expiry of its own, or none. */
  readonly version: number
}

export function scheduleExpiry(
  policies: readonly Policy[],
  key: string,
  version: number,
  call: Pick<TimerCall, 'timers'>,
): void {
  const policy = policies.find(({ Type }) => Type === 'Expiration')
  if (!policy) return
  const expiry: Expiry = { key, version }
  call.timers.schedule(expiryOf(policy), 'parameter-expired', expiry)
}

export const policyTimers = {
  'parameter-expired'({ key, version }: Expiry, call: TimerCall): void {
    if (findParameter(call, key)?.version === version) deleteParameter(call, key)
  },
}
