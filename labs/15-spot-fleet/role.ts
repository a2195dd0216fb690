import type { Role } from '@aws-sdk/client-iam'
import { ListAttachedRolePoliciesCommand, ListRolesCommand } from '@aws-sdk/client-iam'
import type { Cloud } from '../../checker/cloud.ts'
import type { Verdict } from '../../checker/lab.ts'
import { failed, passed } from '../../checker/lab.ts'

const service = 'spotfleet.amazonaws.com'
const policy = 'AmazonEC2SpotFleetTaggingRole'

const onRole =
  (check: (role: Role, cloud: Cloud) => Promise<Verdict> | Verdict) =>
  async (cloud: Cloud): Promise<Verdict> => {
    const { Roles = [] } = await cloud.iam.send(new ListRolesCommand({}))
    const role = Roles.find(({ RoleName }) => RoleName === cloud.values['fleet'])
    return role === undefined
      ? failed(`You have no role called ${cloud.values['fleet']}. Expected one.`)
      : check(role, cloud)
  }

export const checkTrust = onRole(({ RoleName, AssumeRolePolicyDocument = '' }) =>
  decodeURIComponent(AssumeRolePolicyDocument).includes(`"${service}"`)
    ? passed()
    : failed(`The trust policy of your role ${RoleName} does not name ${service}.`),
)

export const checkPolicy = onRole(async ({ RoleName }, { iam }) => {
  const { AttachedPolicies = [] } = await iam.send(
    new ListAttachedRolePoliciesCommand({ RoleName: RoleName! }),
  )
  const names = AttachedPolicies.map(({ PolicyName }) => PolicyName)
  return names.includes(policy)
    ? passed()
    : failed(
        `Your role ${RoleName} holds ${names.length === 0 ? 'no policy' : names.join(', ')}. Expected ${policy}.`,
      )
})
