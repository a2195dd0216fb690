import type { ContextEntry } from '@aws-sdk/client-iam'
import { ListUsersCommand, SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam'
import type { Cloud } from '../../checker/cloud.ts'
import type { Verdict } from '../../checker/lab.ts'
import { failed, passed } from '../../checker/lab.ts'

const region = (name: string): ContextEntry => ({
  ContextKeyName: 'aws:RequestedRegion',
  ContextKeyType: 'string',
  ContextKeyValues: [name],
})

const withCode: ContextEntry = {
  ContextKeyName: 'aws:MultiFactorAuthPresent',
  ContextKeyType: 'boolean',
  ContextKeyValues: ['true'],
}

/** What IAM's own simulator says of the user's policies, in these circumstances. */
async function decide(
  { iam, values }: Cloud,
  action: string,
  context: ContextEntry[],
): Promise<'allowed' | 'explicitDeny' | 'implicitDeny' | 'no user'> {
  const { Users = [] } = await iam.send(new ListUsersCommand({}))
  const user = Users.find(({ UserName }) => UserName === values['user'])
  if (user === undefined) return 'no user'
  const { EvaluationResults = [] } = await iam.send(
    new SimulatePrincipalPolicyCommand({
      PolicySourceArn: user.Arn!,
      ActionNames: [action],
      ContextEntries: context,
    }),
  )
  return EvaluationResults[0]!.EvalDecision!
}

const noUser = ({ values }: Cloud) => failed(`There is no user ${values['user']} yet.`)

/** Who may do nothing keeps every limit: that earns nothing. */
async function withWork(cloud: Cloud, verdict: () => Promise<Verdict>): Promise<Verdict> {
  const work = await checkMayWork(cloud)
  return work.passed ? verdict() : work
}

export async function checkMayWork(cloud: Cloud): Promise<Verdict> {
  const { user, region: home } = cloud.values
  for (const action of ['ec2:RunInstances', 'ec2:StopInstances']) {
    const decision = await decide(cloud, action, [region(home!)])
    if (decision === 'no user') return noUser(cloud)
    if (decision !== 'allowed') {
      return failed(
        `${user} is refused ${action} in ${home} (${decision}). Expected that it is allowed, without a code.`,
      )
    }
  }
  return passed()
}

export const checkOneRegion = (cloud: Cloud) =>
  withWork(cloud, async () => {
    const { user, region: home, other } = cloud.values
    const decision = await decide(cloud, 'ec2:RunInstances', [region(other!), withCode])
    return decision === 'allowed'
      ? failed(`${user} may launch machines in ${other}. Expected: in ${home} only.`)
      : passed()
  })

export const checkWithoutCode = (cloud: Cloud) =>
  withWork(cloud, async () => {
    const { user, region: home } = cloud.values
    const decision = await decide(cloud, 'ec2:TerminateInstances', [region(home!)])
    return decision === 'allowed'
      ? failed(
          `${user} may terminate machines with the plain access key, whose calls don't say anything about MFA. Expected that this is denied: does your condition also match where the key is missing?`,
        )
      : passed()
  })

export async function checkWithCode(cloud: Cloud): Promise<Verdict> {
  const { user, region: home } = cloud.values
  const decision = await decide(cloud, 'ec2:TerminateInstances', [region(home!), withCode])
  if (decision === 'no user') return noUser(cloud)
  return decision === 'allowed'
    ? passed()
    : failed(
        `${user} may not terminate machines in ${home} even with a code (${decision}). Expected that this is allowed.`,
      )
}
