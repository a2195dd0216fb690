import { isIPv4 } from 'node:net'

type Element = Readonly<Record<string, unknown>>

/**
 * Whether AWS calls the policy of a bucket or an access point public: it allows something to callers that it does not pin down, by a principal or by a
 * condition on fixed values.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status
 *
 * @param text a policy that was found valid
 */
export function isPublicPolicy(text: string): boolean {
  const { Statement } = JSON.parse(text) as { Statement: Element | Element[] }
  return [Statement].flat().some(isPublicStatement)
}

function isPublicStatement({ Effect, Principal, Condition }: Element): boolean {
  if (Effect !== 'Allow' || !namesEveryone(Principal)) return false
  return !Object.entries((Condition ?? {}) as Element).some(([operator, block]) =>
    Object.entries(block as Element).some(([key, values]) =>
      pinsDown(operator, key, listOf(values)),
    ),
  )
}

const listOf = (value: unknown) => [value].flat().map(String)

function namesEveryone(principal: unknown): boolean {
  if (typeof principal === 'string') return principal === '*'
  return Object.values((principal ?? { AWS: '*' }) as Element).some((value) =>
    listOf(value).includes('*'),
  )
}

/** The keys whose fixed value says who calls, or through what. */
const telling = new Set([
  'aws:principalorgid',
  'aws:principalorgpaths',
  'aws:principalaccount',
  'aws:principalarn',
  'aws:sourcearn',
  'aws:sourcevpc',
  'aws:sourcevpce',
  'aws:sourceowner',
  'aws:sourceaccount',
  'aws:sourceorgid',
  'aws:userid',
  's3:dataaccesspointarn',
  's3:dataaccesspointaccount',
  's3:x-amz-server-side-encryption-aws-kms-key-id',
])

const comparing = /^(?:StringEquals|StringEqualsIgnoreCase|StringLike|ArnEquals|ArnLike)$/i

/** Whether a condition lets only callers through that somebody chose. One that a missing key meets does not. */
function pinsDown(operator: string, key: string, values: readonly string[]): boolean {
  if (values.length === 0) return false
  const name = key.toLowerCase()
  if (name === 'aws:sourceip') return /^IpAddress$/i.test(operator) && values.every(isNarrow)
  if (!comparing.test(operator) || !telling.has(name)) return false
  return values.every((value) => isFixed(name, value))
}

function isFixed(key: string, value: string): boolean {
  // The name of an access point may vary, its account may not.
  const told = key === 's3:dataaccesspointarn' ? value.replace(/accesspoint\/.*$/s, '') : value
  if (key === 'aws:userid') return !told.includes('${') && !/^[*?]|^AROA\w*\*/.test(told)
  if (key === 'aws:sourcearn' || key === 'aws:principalarn') {
    // An ARN pins down its account, whatever comes after it.
    const account = told.split(':')[4] ?? ''
    return /^\d{12}$/.test(account) || !/[*?]|\$\{/.test(told)
  }
  return !/[*?]|\$\{/.test(told)
}

/** Broader ranges than /8 and /32 are everybody's. */
function isNarrow(range: string): boolean {
  const [address = '', bits] = range.split('/')
  const length = bits === undefined ? Infinity : Number(bits)
  return isIPv4(address) ? length >= 8 : length >= 32
}
