import type {
  DeleteResourcePolicyRequest,
  DeleteResourcePolicyResponse,
  GetResourcePolicyRequest,
  GetResourcePolicyResponse,
  PutResourcePolicyRequest,
  PutResourcePolicyResponse,
  ValidateResourcePolicyRequest,
  ValidateResourcePolicyResponse,
} from '@aws-sdk/client-secrets-manager'
import { operation } from '../../../operation.ts'
import { malformedPolicy, publicPolicy } from '../errors.ts'
import { refuseReplica, requireAny, requirePrimary } from '../find-secret.ts'
import { onSecret, said } from '../permissions.ts'
import { isPublic, problemsOf } from '../policies.ts'
import { putSecret } from '../rows/secrets.ts'

export const PutResourcePolicy = operation<PutResourcePolicyRequest, PutResourcePolicyResponse>({
  authorize: ({ SecretId, BlockPublicPolicy }, call) => [
    onSecret(call, SecretId!, said({ 'secretsmanager:BlockPublicPolicy': BlockPublicPolicy })),
  ],
  run({ SecretId, ResourcePolicy, BlockPublicPolicy }, call) {
    const secret = requirePrimary(call, SecretId!)
    const policy = ResourcePolicy!
    const [problem] = problemsOf(call, policy)
    if (problem) throw malformedPolicy(problem.ErrorMessage!)
    if (BlockPublicPolicy && isPublic(policy)) throw publicPolicy()
    putSecret(call.db, { ...secret, policy })
    return { ARN: secret.arn, Name: secret.name }
  },
})

export const GetResourcePolicy = operation<GetResourcePolicyRequest, GetResourcePolicyResponse>({
  authorize: ({ SecretId }, call) => [onSecret(call, SecretId!)],
  run({ SecretId }, call) {
    const secret = requireAny(call, SecretId!)
    refuseReplica(secret)
    return {
      ARN: secret.arn,
      Name: secret.name,
      ...(secret.policy !== null && { ResourcePolicy: secret.policy }),
    }
  },
})

export const DeleteResourcePolicy = operation<
  DeleteResourcePolicyRequest,
  DeleteResourcePolicyResponse
>({
  authorize: ({ SecretId }, call) => [onSecret(call, SecretId!)],
  run({ SecretId }, call) {
    const secret = requirePrimary(call, SecretId!)
    putSecret(call.db, { ...secret, policy: null })
    return { ARN: secret.arn, Name: secret.name }
  },
})

export const ValidateResourcePolicy = operation<
  ValidateResourcePolicyRequest,
  ValidateResourcePolicyResponse
>({
  authorize: ({ SecretId }, call) => [onSecret(call, SecretId ?? '*')],
  run({ SecretId, ResourcePolicy }, call) {
    if (SecretId !== undefined) requireAny(call, SecretId)
    const problems = problemsOf(call, ResourcePolicy!)
    const ValidationErrors =
      problems.length === 0 && isPublic(ResourcePolicy!)
        ? [
            {
              CheckName: 'PublicPolicy',
              ErrorMessage: 'This resource policy grants broad access to the secret.',
            },
          ]
        : problems
    return { PolicyValidationPassed: ValidationErrors.length === 0, ValidationErrors }
  },
})
