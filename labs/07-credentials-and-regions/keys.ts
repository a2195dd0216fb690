import { ListAttachedUserPoliciesCommand, ListUsersCommand } from '@aws-sdk/client-iam'
import type { Cloud } from '../../checker/cloud.ts'
import type { Verdict } from '../../checker/lab.ts'
import { failed, passed } from '../../checker/lab.ts'

const readOnly = 'ReadOnlyAccess'

/** The user's name, where there is such a user. */
export async function findUser({ iam, values }: Cloud): Promise<string | undefined> {
  const { Users = [] } = await iam.send(new ListUsersCommand({}))
  return Users.find(({ UserName }) => UserName === values['user'])?.UserName
}

export const noUser = ({ values }: Cloud): Verdict =>
  failed(`There is no user ${values['user']}. Expected one, made by: aws iam create-user`)

export async function checkUser(cloud: Cloud): Promise<Verdict> {
  return (await findUser(cloud)) === undefined ? noUser(cloud) : passed()
}

export async function checkReadOnly(cloud: Cloud): Promise<Verdict> {
  const UserName = await findUser(cloud)
  if (UserName === undefined) return noUser(cloud)
  const { AttachedPolicies = [] } = await cloud.iam.send(
    new ListAttachedUserPoliciesCommand({ UserName }),
  )
  const names = AttachedPolicies.map(({ PolicyName }) => PolicyName)
  if (names.length === 1 && names[0] === readOnly) return passed()
  const held = names.length === 0 ? 'no policy' : names.join(', ')
  return failed(`${UserName} holds ${held}. Expected ${readOnly}, and nothing else.`)
}

export function checkKeyUsed({ events, values }: Cloud): Verdict {
  const user = values['user']!
  const calls = events.all.filter(({ caller }) => caller.userName === user)
  return calls.length > 0
    ? passed()
    : failed(
        `No call of yours was made with a key of ${user}. Expected one, such as: aws sts get-caller-identity --profile ${user}`,
      )
}
