import { ListAccessKeysCommand } from '@aws-sdk/client-iam'
import type { Cloud } from '../../checker/cloud.ts'
import type { HistoryEvent } from '../../checker/history.ts'
import type { Verdict } from '../../checker/lab.ts'
import { failed, passed } from '../../checker/lab.ts'
import { findUser, noUser } from './keys.ts'

const aboutUser =
  ({ values }: Cloud) =>
  ({ parameters }: HistoryEvent) =>
    parameters?.['UserName'] === values['user']

const madeKeys = (cloud: Cloud) =>
  cloud.events.find({ service: 'iam', operation: 'CreateAccessKey', where: aboutUser(cloud) })

export async function checkOneKey(cloud: Cloud): Promise<Verdict> {
  const UserName = await findUser(cloud)
  if (UserName === undefined) return noUser(cloud)
  const { AccessKeyMetadata: keys = [] } = await cloud.iam.send(
    new ListAccessKeysCommand({ UserName }),
  )
  if (madeKeys(cloud).length < 2) {
    return failed(`${UserName} has had one key only. Expected a second one, in place of the first.`)
  }
  if (keys.length === 2) {
    return failed(`${UserName} still has both keys. Expected that the first one is deleted.`)
  }
  if (keys.length === 0) return failed(`${UserName} has no key any more. Expected the new one.`)
  return keys[0]!.Status === 'Active'
    ? passed()
    : failed(`The key that ${UserName} has is switched off. Expected that it is active.`)
}

/** The second key was made and used before the first was switched off, and the first was switched off before it went. */
export function checkOrder(cloud: Cloud): Verdict {
  const { events, values } = cloud
  const user = values['user']!
  const [, second] = madeKeys(cloud)
  if (second === undefined) return failed(`${user} has had no second key yet.`)
  const where = aboutUser(cloud)
  const deletion = events.last({ service: 'iam', operation: 'DeleteAccessKey', where })
  if (deletion === undefined) return failed(`You have not deleted the first key of ${user} yet.`)
  if (deletion.sequence < second.sequence) {
    return failed(
      `You deleted the first key of ${user} before there was a second one: for a while, everything of theirs stood still. Expected the new key first.`,
      deletion,
    )
  }
  const off = events.last({
    service: 'iam',
    operation: 'UpdateAccessKey',
    where: (event) => where(event) && event.parameters?.['Status'] === 'Inactive',
  })
  if (off === undefined || off.sequence > deletion.sequence) {
    return failed(
      'You deleted the first key without switching it off before. Expected both: a deletion cannot be taken back.',
      deletion,
    )
  }
  const used = events.all.some(
    ({ caller, sequence }) =>
      caller.userName === user && sequence > second.sequence && sequence < off.sequence,
  )
  return used
    ? passed()
    : failed(
        `You switched the first key of ${user} off before the second had been used once. Expected a call with it first, to see that it works.`,
        off,
      )
}

/** With the first key gone and no second one made, there is nothing left to rotate in the right order. */
export function findKeyless(cloud: Cloud): string | undefined {
  const where = aboutUser(cloud)
  const deletion = cloud.events.last({ service: 'iam', operation: 'DeleteAccessKey', where })
  const [first, second] = madeKeys(cloud)
  return first !== undefined &&
    deletion !== undefined &&
    (second === undefined || second.sequence > deletion.sequence)
    ? 'The first key was deleted before there was a second one: begin the rotation again from two keys.'
    : undefined
}
