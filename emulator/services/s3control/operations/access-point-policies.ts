import type {
  DeleteAccessPointPolicyRequest,
  GetAccessPointPolicyRequest,
  GetAccessPointPolicyResult,
  GetAccessPointPolicyStatusRequest,
  GetAccessPointPolicyStatusResult,
  PutAccessPointPolicyRequest,
} from '@aws-sdk/client-s3-control'
import { answerStatus, operation, type Call } from '../../../operation.ts'
import { isPublicPolicy } from '../../../policy/public-policy.ts'
import { namedPrincipals, validatePolicy } from '../../../policy/validation/index.ts'
import type { AccessPoint } from '../../../ports.ts'
import {
  accessDenied,
  malformedPolicy,
  noSuchAccessPointPolicy,
  policyTooLarge,
} from '../errors.ts'
import { onAccessPoint, requireAccessPoint } from '../on-access-point.ts'
import { findPublicAccessBlock } from '../rows/public-access-blocks.ts'
import { setAccessPointPolicy } from '../rows/access-points.ts'

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-policies.html

const maxBytes = 20 * 1024

export const PutAccessPointPolicy = operation<PutAccessPointPolicyRequest, {}>({
  authorize: (input, call) => [onAccessPoint('s3:PutAccessPointPolicy', input, call)],
  run(input, call) {
    const point = requireAccessPoint(input, call)
    const text = acceptedPolicy(input.Policy ?? '', point, call)
    const isPublic = isPublicPolicy(text)
    if (isPublic && blocksPublicPolicies(point, call)) throw accessDenied()
    setAccessPointPolicy(call.db, point, { text, isPublic })
    return {}
  },
})

/** @throws AwsError `MalformedPolicy`, `PolicyTooLarge` */
function acceptedPolicy(text: string, { arn }: AccessPoint, { ports, db }: Call): string {
  const problem = validatePolicy(text, 'access-point', { accessPoint: arn })
  if (problem !== undefined) throw malformedPolicy(problem)
  if (Buffer.byteLength(text) > maxBytes) throw policyTooLarge()
  // Users and roles have to be there, in whatever account; of accounts, every one is.
  const isMissing = ({ kind, value }: { kind: string; value: string }) =>
    kind === 'AWS' &&
    /^arn:[^:]*:iam::\d{12}:(?:user|role)\//.test(value) &&
    ports.principals?.exists(db, value) === false
  if (namedPrincipals(text).some(isMissing)) throw malformedPolicy('Invalid principal in policy')
  return text
}

/** The settings of the access point, of its account and of its bucket: any of them blocks. */
const blocksPublicPolicies = (point: AccessPoint, { db, ports }: Call): boolean =>
  point.publicAccessBlock.BlockPublicPolicy ||
  findPublicAccessBlock(db, point.account)?.BlockPublicPolicy === true ||
  ports.bucketTags?.find(db, point.bucket)?.publicAccessBlock?.BlockPublicPolicy === true

export const GetAccessPointPolicy = operation<
  GetAccessPointPolicyRequest,
  GetAccessPointPolicyResult
>({
  authorize: (input, call) => [onAccessPoint('s3:GetAccessPointPolicy', input, call)],
  run(input, call) {
    const { name, policy } = requireAccessPoint(input, call)
    if (policy === null) throw noSuchAccessPointPolicy(name)
    return { Policy: policy }
  },
})

export const GetAccessPointPolicyStatus = operation<
  GetAccessPointPolicyStatusRequest,
  GetAccessPointPolicyStatusResult
>({
  authorize: (input, call) => [onAccessPoint('s3:GetAccessPointPolicyStatus', input, call)],
  run(input, call) {
    const { name, policy, policyIsPublic } = requireAccessPoint(input, call)
    if (policy === null) throw noSuchAccessPointPolicy(name)
    return { PolicyStatus: { IsPublic: policyIsPublic } }
  },
})

export const DeleteAccessPointPolicy = operation<
  DeleteAccessPointPolicyRequest,
  { readonly [answerStatus]: number }
>({
  authorize: (input, call) => [onAccessPoint('s3:DeleteAccessPointPolicy', input, call)],
  run(input, call) {
    setAccessPointPolicy(call.db, requireAccessPoint(input, call), null)
    return { [answerStatus]: 204 }
  },
})
