import { readFixture } from '../../fixtures.ts'

/** A service that has a role of its own in accounts that use it. */
export interface LinkedService {
  /** `rds.amazonaws.com` */
  readonly principal: string
  readonly roleName: string
  /** The ARN of AWS's policy for it. */
  readonly policyArn: string
  /** Whether an account can have several, told apart by a suffix. */
  readonly takesSuffix: boolean
}

let services: Map<string, LinkedService> | undefined

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html */
export function linkedService(principal: string): LinkedService | undefined {
  services ??= new Map(
    readFixture('iam/service-linked-roles.tsv')
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => line.split('\t') as [string, string, string, string])
      .map(([name, roleName, policyArn, suffix]) => [
        name,
        { principal: name, roleName, policyArn, takesSuffix: suffix === 'yes' },
      ]),
  )
  return services.get(principal)
}
