import type {
  ContextEntry,
  SimulateCustomPolicyRequest,
  SimulatePolicyResponse,
  SimulatePrincipalPolicyRequest,
} from '@aws-sdk/client-iam'
import { type Call, operation } from '../../../operation.ts'
import type { Principal } from '../../../policy/index.ts'
import { readDocumentText, validatePolicy } from '../../../policy/validation/index.ts'
import { invalidInput } from '../errors.ts'
import { pageOf } from '../pages.ts'
import { type PolicySource, policySource } from '../policy-sources.ts'
import { simulated, type SimulatedPolicy, type Simulation } from '../simulation.ts'

// https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_testing-policies.html

export const SimulateCustomPolicy = operation<SimulateCustomPolicyRequest, SimulatePolicyResponse>({
  authorize: () => ['*'],
  run: (input, call) => simulate(input, call, inputPolicies(input.PolicyInputList)),
})

export const SimulatePrincipalPolicy = operation<
  SimulatePrincipalPolicyRequest,
  SimulatePolicyResponse
>({
  authorize: ({ PolicySourceArn }) => [PolicySourceArn!],
  run(input, call) {
    const source = policySource(call, input.PolicySourceArn!)
    const identity = [...source.policies, ...inputPolicies(input.PolicyInputList)]
    return simulate(input, call, identity, source)
  },
})

/** What both have in common. `ResourceHandlingOption` is taken: which resources go together is for the caller to name. */
type SimulationRequest = Omit<SimulateCustomPolicyRequest, 'PolicyInputList'>

function simulate(
  input: SimulationRequest,
  call: Call,
  identity: readonly SimulatedPolicy[],
  source?: PolicySource,
): SimulatePolicyResponse {
  const principal = callerOf(input, call, source)
  const simulation: Simulation = {
    principal,
    identity,
    boundary: boundaryOf(input) ?? source?.boundary,
    resourcePolicy: resourcePolicyOf(input),
    resourceAccount: ownerOf(input) ?? principal.accountId,
    context: contextOf(input.ContextEntries),
  }
  const actions = input.ActionNames!
  const wrong = actions.find((action) => !/^[\w-]+:[\w-]+$/.test(action))
  if (wrong !== undefined) throw invalidInput(`ActionNames are not in a valid format: ${wrong}.`)
  const resources = resourcesOf(input)
  const pairs = actions.flatMap((action) => resources.map((resource) => ({ action, resource })))
  const numbered = pairs.map((pair, number) => ({ ...pair, number }))
  const { items, answer } = pageOf(input, numbered, ({ number }) => String(number))
  return {
    EvaluationResults: items.map(({ action, resource }) => simulated(simulation, action, resource)),
    ...answer,
  }
}

function inputPolicies(documents: readonly string[] = []): SimulatedPolicy[] {
  return documents.map((document, index) => {
    checkIdentityPolicy(document)
    return { id: `PolicyInputList.${index + 1}`, source: 'user', document }
  })
}

function checkIdentityPolicy(document: string): void {
  const problem = validatePolicy(document, 'inline')
  if (problem !== undefined) throw invalidInput(problem)
}

function boundaryOf({ PermissionsBoundaryPolicyInputList = [] }: SimulationRequest) {
  const [boundary, ...more] = PermissionsBoundaryPolicyInputList
  if (more.length > 0) throw invalidInput('Only one permissions boundary policy can be specified.')
  if (boundary !== undefined) checkIdentityPolicy(boundary)
  return boundary
}

function resourcePolicyOf({ ResourcePolicy }: SimulationRequest): string | undefined {
  if (ResourcePolicy !== undefined && !readDocumentText(ResourcePolicy)) {
    throw invalidInput('This policy contains invalid Json')
  }
  return ResourcePolicy
}

/** Without a caller and a user or role to be it, policies are asked about some user of the account. */
function callerOf(
  { CallerArn, ResourcePolicy }: SimulationRequest,
  { account }: Call,
  source: PolicySource | undefined,
): Principal {
  if (CallerArn !== undefined) {
    const [, owner] = /^arn:aws[\w-]*:iam::(\d{12}):user\/.+$/.exec(CallerArn) ?? []
    if (owner === undefined) throw invalidInput(`Invalid Caller Arn: ${CallerArn}`)
    return { type: 'IAMUser', arn: CallerArn, accountId: owner }
  }
  if (source?.type === 'user') return { type: 'IAMUser', arn: source.arn, accountId: account }
  if (ResourcePolicy !== undefined) {
    throw invalidInput('CallerArn is required when a resource policy is specified.')
  }
  if (source?.type !== 'role') {
    return { type: 'IAMUser', arn: `arn:aws:iam::${account}:user/simulated`, accountId: account }
  }
  const name = source.arn.slice(source.arn.lastIndexOf('/') + 1)
  return {
    type: 'AssumedRole',
    arn: `arn:aws:sts::${account}:assumed-role/${name}/simulated`,
    roleArn: source.arn,
    accountId: account,
  }
}

function ownerOf({ ResourceOwner }: SimulationRequest): string | undefined {
  if (ResourceOwner === undefined) return undefined
  const [, account] = /^(?:arn:aws[\w-]*:iam::)?(\d{12})(?::root)?$/.exec(ResourceOwner) ?? []
  if (account === undefined)
    throw invalidInput(`'${ResourceOwner}' is not a valid as a Resource Owner.`)
  return account
}

function resourcesOf({ ResourceArns = [] }: SimulationRequest): readonly string[] {
  const wrong = ResourceArns.find((arn) => arn !== '*' && !/^arn:(?:[^:]*:){4}/.test(arn))
  if (wrong !== undefined)
    throw invalidInput(`ResourceNames are not in a valid ARN format: ${wrong}.`)
  return ResourceArns.length > 0 ? ResourceArns : ['*']
}

const contextOf = (entries: readonly ContextEntry[] = []): Record<string, readonly string[]> =>
  Object.fromEntries(
    entries.map(({ ContextKeyName = '', ContextKeyValues = [] }) => [
      ContextKeyName,
      ContextKeyValues,
    ]),
  )
