import type { Role } from '@aws-sdk/client-iam'
import { ListRolesCommand, SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam'
import type { Cloud } from '../../checker/cloud.ts'
import type { Verdict } from '../../checker/lab.ts'
import { failed, passed } from '../../checker/lab.ts'

const onRole =
  (check: (role: Role, cloud: Cloud) => Promise<Verdict>) =>
  async (cloud: Cloud): Promise<Verdict> => {
    const { Roles = [] } = await cloud.iam.send(new ListRolesCommand({}))
    const role = Roles.find(({ RoleName }) => RoleName === cloud.values['name'])
    return role === undefined
      ? failed(`You have no role called ${cloud.values['name']}. Expected one.`)
      : check(role, cloud)
  }

async function mayDo({ Arn }: Role, action: string, on: string, { iam }: Cloud): Promise<boolean> {
  const { EvaluationResults = [] } = await iam.send(
    new SimulatePrincipalPolicyCommand({
      PolicySourceArn: Arn!,
      ActionNames: [action],
      ResourceArns: [on],
    }),
  )
  return EvaluationResults[0]?.EvalDecision === 'allowed'
}

const model = ({ values }: Cloud) => `arn:aws:s3:::${values['bucket']}/models/model.pth`

export const checkReads = onRole(async (role, cloud) =>
  (await mayDo(role, 's3:GetObject', model(cloud), cloud))
    ? passed()
    : failed(`Your role ${role.RoleName} may not read the model. Expected that it may.`),
)

/** Who may do nothing at all keeps every limit: that earns nothing. */
export const checkOnly = onRole(async (role, cloud) => {
  if (!(await mayDo(role, 's3:GetObject', model(cloud), cloud))) {
    return failed(`Your role ${role.RoleName} may not even read the model.`)
  }
  const { bucket } = cloud.values
  const tooMuch: readonly (readonly [string, string])[] = [
    ['s3:PutObject', model(cloud)],
    ['s3:DeleteObjectVersion', model(cloud)],
    ['s3:GetObject', `arn:aws:s3:::${bucket}/requests/private.json`],
    ['s3:GetObject', 'arn:aws:s3:::another-bucket/models/model.pth'],
    ['ec2:TerminateInstances', '*'],
    ['rds:DeleteDBInstance', '*'],
    ['iam:PutRolePolicy', '*'],
  ]
  for (const [action, on] of tooMuch) {
    if (await mayDo(role, action, on, cloud)) {
      return failed(
        `Your role ${role.RoleName} may do ${action} on ${on}. Expected that it reads what is under models/, and nothing else.`,
      )
    }
  }
  return passed()
})
