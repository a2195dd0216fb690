import type {
  AttachedPolicy,
  EvaluationInput,
  PolicyDocument,
  PolicySet,
  Principal,
  PrincipalType,
} from './request.ts'
import { evaluate } from './index.ts'
import { isObject } from './json.ts'

/**
 * One line of `pocketcloud policy evaluate`: a request as JSON in, its decision as JSON out.
 *
 * @returns `{"id", "decision", "trace"}`, or `{"id", "error"}` for a line that is no such request (`id` is null
 *   where it could not be read). Members that the shape does not have are passed over.
 */
export function evaluateLine(line: string): string {
  let id: unknown = null
  try {
    const parsed: unknown = JSON.parse(line)
    if (!isObject(parsed)) throw new Misshapen('the line is no JSON object')
    id = readId(parsed['id'])
    const { decision, trace } = evaluate(readInput(parsed))
    return JSON.stringify({ id, decision, trace })
  } catch (error) {
    if (error instanceof Misshapen) return JSON.stringify({ id, error: error.message })
    if (error instanceof SyntaxError) return JSON.stringify({ id, error: 'the line is no JSON' })
    throw error
  }
}

/** Where the input differs from the shape that is asked for. */
class Misshapen extends Error {}

function readId(id: unknown): string | number {
  if (typeof id === 'string' || typeof id === 'number') return id
  throw new Misshapen('id is neither text nor a number')
}

function readInput(line: Record<string, unknown>): EvaluationInput {
  const request = object(line['request'], 'request')
  const { organization } = line
  return {
    request: {
      principal: readPrincipal(object(request['principal'], 'request.principal')),
      action: text(request['action'], 'request.action'),
      resource: text(request['resource'], 'request.resource'),
      resourceAccountId: text(request['resourceAccountId'], 'request.resourceAccountId'),
      context: readContext(object(request['context'], 'request.context')),
    },
    policies: readPolicies(object(line['policies'], 'policies')),
    ...(organization !== undefined &&
      organization !== null && {
        organization: readOrganization(object(organization, 'organization')),
      }),
  }
}

const principalTypes: Readonly<Record<PrincipalType, true>> = {
  IAMUser: true,
  AssumedRole: true,
  FederatedUser: true,
  Root: true,
  Service: true,
  Anonymous: true,
}

const isPrincipalType = (value: string): value is PrincipalType =>
  Object.hasOwn(principalTypes, value)

function readPrincipal(given: Record<string, unknown>): Principal {
  const at = 'request.principal'
  const type = text(given['type'], `${at}.type`)
  if (!isPrincipalType(type)) throw new Misshapen(`${at}.type is no type of principal`)
  const arn = optionalText(given['arn'], `${at}.arn`) ?? null
  if (arn === null && type !== 'Anonymous') throw new Misshapen(`${at}.arn is no text`)
  const roleArn = optionalText(given['roleArn'], `${at}.roleArn`)
  const userArn = optionalText(given['userArn'], `${at}.userArn`)
  const { serviceLinkedRole } = given
  if (
    serviceLinkedRole !== undefined &&
    serviceLinkedRole !== null &&
    typeof serviceLinkedRole !== 'boolean'
  ) {
    throw new Misshapen(`${at}.serviceLinkedRole is no boolean`)
  }
  // Services and anonymous callers have no account.
  const accountless = type === 'Service' || type === 'Anonymous'
  const accountId = accountless
    ? (optionalText(given['accountId'], `${at}.accountId`) ?? '')
    : text(given['accountId'], `${at}.accountId`)
  return {
    type,
    arn: type === 'Anonymous' ? null : arn,
    accountId,
    ...(roleArn !== undefined && { roleArn }),
    ...(userArn !== undefined && { userArn }),
    ...(typeof serviceLinkedRole === 'boolean' && { serviceLinkedRole }),
  }
}

function readContext(given: Record<string, unknown>): Record<string, string | readonly string[]> {
  const entries = Object.entries(given).map(
    ([key, value]): [string, string | readonly string[]] => {
      if (typeof value === 'string' || isTexts(value)) return [key, value]
      throw new Misshapen(`request.context has neither a text nor a list of texts for ${key}`)
    },
  )
  return Object.fromEntries(entries)
}

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string')

function readPolicies(given: Record<string, unknown>): PolicySet {
  const { resource } = given
  return {
    identity: list(given['identity'], 'policies.identity').map(readAttached),
    boundary: list(given['boundary'], 'policies.boundary').map(document('policies.boundary')),
    session: list(given['session'], 'policies.session').map(document('policies.session')),
    resource: resource === null ? null : document('policies.resource')(resource),
    scps: levels(given['scps'], 'policies.scps'),
    rcps: levels(given['rcps'], 'policies.rcps'),
  }
}

const levels = (value: unknown, at: string): PolicyDocument[][] =>
  list(value, at).map((level) => list(level, `${at}[]`).map(document(at)))

function readAttached(value: unknown): AttachedPolicy {
  const given = object(value, 'policies.identity[]')
  const name = optionalText(given['name'], 'policies.identity[].name')
  return {
    source: text(given['source'], 'policies.identity[].source'),
    ...(name !== undefined && { name }),
    document: document('policies.identity[].document')(given['document']),
  }
}

/** What is inside a document is not looked at here: it is evaluated as given. */
const document =
  (at: string) =>
  (value: unknown): PolicyDocument => {
    if (typeof value === 'string' || (typeof value === 'object' && value !== null)) return value
    throw new Misshapen(`${at} is no document`)
  }

function readOrganization(given: Record<string, unknown>): { managementAccountId: string } {
  return {
    managementAccountId: text(given['managementAccountId'], 'organization.managementAccountId'),
  }
}

function object(value: unknown, at: string): Record<string, unknown> {
  if (!isObject(value)) throw new Misshapen(`${at} is no object`)
  return value
}

function list(value: unknown, at: string): unknown[] {
  if (!Array.isArray(value)) throw new Misshapen(`${at} is no list`)
  return value
}

function text(value: unknown, at: string): string {
  if (typeof value !== 'string') throw new Misshapen(`${at} is no text`)
  return value
}

function optionalText(value: unknown, at: string): string | undefined {
  return value === undefined || value === null ? undefined : text(value, at)
}
