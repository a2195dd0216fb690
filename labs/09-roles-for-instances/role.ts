import type { Role } from '@aws-sdk/client-iam'
import {
  ListInstanceProfilesForRoleCommand,
  ListRolesCommand,
  SimulatePrincipalPolicyCommand,
} from '@aws-sdk/client-iam'
import type { Cloud } from '../../checker/cloud.ts'
import type { Verdict } from '../../checker/lab.ts'
import { failed, passed } from '../../checker/lab.ts'

const onRole =
  (check: (role: Role, cloud: Cloud) => Promise<Verdict> | Verdict) =>
  async (cloud: Cloud): Promise<Verdict> => {
    const { Roles = [] } = await cloud.iam.send(new ListRolesCommand({}))
    const role = Roles.find(({ RoleName }) => RoleName === cloud.values['role'])
    return role === undefined
      ? failed(`You have no role called ${cloud.values['role']}. Expected one.`)
      : check(role, cloud)
  }

/** The decision of IAM's own simulator. */
async function mayDo(role: Role, action: string, arn: string, { iam }: Cloud): Promise<boolean> {
  const { EvaluationResults = [] } = await iam.send(
    new SimulatePrincipalPolicyCommand({
      PolicySourceArn: role.Arn!,
      ActionNames: [action],
      ResourceArns: [arn],
    }),
  )
  return EvaluationResults[0]?.EvalDecision === 'allowed'
}

export const checkTrust = onRole(({ RoleName, AssumeRolePolicyDocument = '' }) =>
  decodeURIComponent(AssumeRolePolicyDocument).includes('"ec2.amazonaws.com"')
    ? passed()
    : failed(
        `The trust policy of your role ${RoleName} does not name ec2.amazonaws.com. Expected that EC2 may play it.`,
      ),
)

const model = ({ values }: Cloud) => `arn:aws:s3:::${values['bucket']}/models/model.bin`

export const checkReads = onRole(async (role, cloud) =>
  (await mayDo(role, 's3:GetObject', model(cloud), cloud))
    ? passed()
    : failed(
        `Your role ${role.RoleName} may not get models/model.bin from ${cloud.values['bucket']}. Expected that it may.`,
      ),
)

/** Who may do nothing at all keeps every limit: that earns nothing. */
export const checkOnly = onRole(async (role, cloud) => {
  const bucket = cloud.values['bucket']!
  if (!(await mayDo(role, 's3:GetObject', model(cloud), cloud))) {
    return failed(`Your role ${role.RoleName} may not even read the model.`)
  }
  const tooMuch: readonly (readonly [string, string])[] = [
    ['s3:GetObject', `arn:aws:s3:::${bucket}/payroll/2026.csv`],
    ['s3:PutObject', model(cloud)],
    ['s3:DeleteObject', model(cloud)],
    ['s3:GetObject', 'arn:aws:s3:::another-bucket/models/model.bin'],
    ['s3:ListAllMyBuckets', '*'],
  ]
  for (const [action, arn] of tooMuch) {
    if (await mayDo(role, action, arn, cloud)) {
      return failed(
        `Your role ${role.RoleName} may do ${action} on ${arn}. Expected that it reads what is under models/ in ${bucket}, and nothing else.`,
      )
    }
  }
  return passed()
})

export const checkWrapped = onRole(async ({ RoleName }, { iam }) => {
  const { InstanceProfiles = [] } = await iam.send(
    new ListInstanceProfilesForRoleCommand({ RoleName: RoleName! }),
  )
  return InstanceProfiles.length > 0
    ? passed()
    : failed(`No instance profile holds your role ${RoleName}. Expected one.`)
})
