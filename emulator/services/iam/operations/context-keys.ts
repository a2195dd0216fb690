import type {
  GetContextKeysForCustomPolicyRequest,
  GetContextKeysForPolicyResponse,
  GetContextKeysForPrincipalPolicyRequest,
} from '@aws-sdk/client-iam'
import { operation } from '../../../operation.ts'
import { contextKeysOf } from '../../../policy/context-keys.ts'
import { validatePolicy } from '../../../policy/validation/index.ts'
import { invalidInput } from '../errors.ts'
import { policySource } from '../policy-sources.ts'

export const GetContextKeysForCustomPolicy = operation<
  GetContextKeysForCustomPolicyRequest,
  GetContextKeysForPolicyResponse
>({
  authorize: () => ['*'],
  run: ({ PolicyInputList = [] }) => ({ ContextKeyNames: keysOf(checked(PolicyInputList)) }),
})

export const GetContextKeysForPrincipalPolicy = operation<
  GetContextKeysForPrincipalPolicyRequest,
  GetContextKeysForPolicyResponse
>({
  authorize: ({ PolicySourceArn }) => [PolicySourceArn!],
  run({ PolicySourceArn, PolicyInputList = [] }, call) {
    const { policies } = policySource(call, PolicySourceArn!)
    const attached = policies.map(({ document }) => document)
    return { ContextKeyNames: keysOf([...attached, ...checked(PolicyInputList)]) }
  },
})

function checked(documents: readonly string[]): readonly string[] {
  for (const document of documents) {
    const problem = validatePolicy(document, 'inline')
    if (problem !== undefined) throw invalidInput(problem)
  }
  return documents
}

const keysOf = (documents: readonly string[]): string[] =>
  contextKeysOf(documents.map((document) => JSON.parse(document) as unknown))
