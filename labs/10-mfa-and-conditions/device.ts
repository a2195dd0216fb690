import { ListUsersCommand, ListMFADevicesCommand } from '@aws-sdk/client-iam'
import type { Cloud } from '../../checker/cloud.ts'
import type { Verdict } from '../../checker/lab.ts'
import { failed, passed } from '../../checker/lab.ts'

const terminating = { service: 'ec2', operation: 'TerminateInstances' } as const

export async function checkDevice({ iam, values }: Cloud): Promise<Verdict> {
  const UserName = values['user']!
  const { Users = [] } = await iam.send(new ListUsersCommand({}))
  if (!Users.some((user) => user.UserName === UserName)) {
    return failed(`There is no user ${UserName} yet.`)
  }
  const { MFADevices = [] } = await iam.send(new ListMFADevicesCommand({ UserName }))
  return MFADevices.length > 0
    ? passed()
    : failed(`${UserName} has no MFA device that is enabled. Expected one.`)
}

export function checkRefusedFirst({ events, values }: Cloud): Verdict {
  const user = values['user']!
  const refused = events.last({
    ...terminating,
    by: user,
    refused: true,
    where: ({ error }) => error?.code === 'UnauthorizedOperation',
  })
  return refused === undefined
    ? failed(
        `${user} has not been refused a termination. Expected that you try it without a code, with --profile ${user}.`,
      )
    : passed()
}

/** Terminated by the user, after a session was given out for a code. */
export function checkTerminated({ events, values }: Cloud): Verdict {
  const user = values['user']!
  const session = events.find({
    service: 'sts',
    operation: 'GetSessionToken',
    by: user,
    where: ({ parameters }) => parameters?.['SerialNumber'] !== undefined,
  })[0]
  if (session === undefined) {
    return failed(
      `${user} has asked for no session with a code. Expected: aws sts get-session-token --serial-number … --token-code … --profile ${user}`,
    )
  }
  const terminated = events.last({ ...terminating, by: user, after: session })
  if (terminated !== undefined) return passed()
  const byOthers = events.last(terminating)
  return failed(
    `${user} has terminated nothing since the session began. Expected it by the session's key.`,
    byOthers,
  )
}
