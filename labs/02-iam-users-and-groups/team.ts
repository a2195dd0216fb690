import { ListAccessKeysCommand, paginateListGroups, paginateListUsers } from '@aws-sdk/client-iam'
import { paginateListGroupsForUser } from '@aws-sdk/client-iam'
import type { Cloud } from '../../checker/cloud.ts'
import type { Verdict } from '../../checker/lab.ts'
import { failed, passed } from '../../checker/lab.ts'
import type { HeldPolicy } from '../../checker/user-policies.ts'
import { policiesOfGroup, policiesOfUser } from '../../checker/user-policies.ts'

export const scientists = 'DataScientists'
export const engineers = 'MLEngineers'
export const alice = 'alice'
export const bob = 'bob'
const readPolicy = 'AmazonS3ReadOnlyAccess'

export async function listGroups({ iam: client }: Cloud): Promise<readonly string[]> {
  const names: string[] = []
  for await (const { Groups = [] } of paginateListGroups({ client }, {})) {
    names.push(...Groups.map(({ GroupName }) => GroupName!))
  }
  return names
}

export async function listUsers({ iam: client }: Cloud): Promise<readonly string[]> {
  const names: string[] = []
  for await (const { Users = [] } of paginateListUsers({ client }, {})) {
    names.push(...Users.map(({ UserName }) => UserName!))
  }
  return names
}

/** What there is instead of a group, or nothing where the group is there. */
export async function missingGroup(cloud: Cloud, name: string): Promise<Verdict | undefined> {
  const groups = await listGroups(cloud)
  if (groups.includes(name)) return undefined
  const found =
    groups.length === 0 ? 'You have made no group yet.' : `Your groups are ${groups.join(', ')}.`
  return failed(
    `${found} Expected one called ${name} (capital and small letters count).`,
    cloud.events.last({ service: 'iam', operation: ['CreateGroup', 'DeleteGroup'] }),
  )
}

export async function missingUser(cloud: Cloud, name: string): Promise<Verdict | undefined> {
  const users = await listUsers(cloud)
  if (users.includes(name)) return undefined
  const others = users.filter((user) => user !== 'student')
  const found = others.length === 0 ? '' : ` Your users are ${others.join(', ')}.`
  return failed(
    `There is no user ${name}.${found} Expected: aws iam create-user --user-name ${name}`,
    cloud.events.last({ service: 'iam', operation: ['CreateUser', 'DeleteUser'] }),
  )
}

/** A user's groups; none for a user who is not there. */
export async function groupsOf(cloud: Cloud, UserName: string): Promise<readonly string[]> {
  if (!(await listUsers(cloud)).includes(UserName)) return []
  const names: string[] = []
  for await (const { Groups = [] } of paginateListGroupsForUser(
    { client: cloud.iam },
    { UserName },
  )) {
    names.push(...Groups.map(({ GroupName }) => GroupName!))
  }
  return names
}

export async function checkGroup(cloud: Cloud): Promise<Verdict> {
  return (await missingGroup(cloud, scientists)) ?? passed()
}

/** The data scientists' group; where none is called so, the one that is probably meant: a wrong name costs one point. */
export async function groupOfScientists(cloud: Cloud): Promise<string | undefined> {
  const groups = (await listGroups(cloud)).filter((name) => name !== engineers)
  if (groups.includes(scientists)) return scientists
  const ofAlice = await groupsOf(cloud, alice)
  return groups.find((name) => ofAlice.includes(name)) ?? groups[0]
}

export async function checkReadPolicy(cloud: Cloud): Promise<Verdict> {
  const group = await groupOfScientists(cloud)
  if (group === undefined) return (await missingGroup(cloud, scientists))!
  const held = await policiesOfGroup(cloud.iam, group)
  if (held.some(({ name, kind }) => name === readPolicy && kind === 'AWS managed')) return passed()
  const ofAlice = (await listUsers(cloud)).includes(alice)
    ? (await policiesOfUser(cloud.iam, alice)).find(({ name }) => name === readPolicy)
    : undefined
  const expected = `Expected AWS's own policy ${readPolicy}, attached to the group.`
  if (ofAlice !== undefined && ofAlice.group === undefined) {
    return failed(
      `${readPolicy} is attached to ${alice} herself, so the next data scientist would have nothing. ${expected}`,
      cloud.events.last({ service: 'iam', operation: 'AttachUserPolicy' }),
    )
  }
  return failed(
    `Your group ${group} holds ${list(held)}. ${expected}`,
    cloud.events.last({ service: 'iam', operation: ['AttachGroupPolicy', 'DetachGroupPolicy'] }),
  )
}

export async function checkMember(cloud: Cloud): Promise<Verdict> {
  const missing = await missingUser(cloud, alice)
  if (missing !== undefined) return missing
  const groups = await groupsOf(cloud, alice)
  const group = (await groupOfScientists(cloud)) ?? scientists
  if (groups.includes(group)) return passed()
  const found = groups.length === 0 ? 'no group' : `the group ${groups.join(' and ')}`
  return failed(
    `${alice} is in ${found}. Expected ${group}: aws iam add-user-to-group`,
    cloud.events.last({ service: 'iam', operation: ['AddUserToGroup', 'RemoveUserFromGroup'] }),
  )
}

export async function checkNothingOfHerOwn(cloud: Cloud): Promise<Verdict> {
  const missing = await missingUser(cloud, alice)
  if (missing !== undefined) return missing
  const own = (await policiesOfUser(cloud.iam, alice)).filter(({ group }) => group === undefined)
  if (own.length === 0) return passed()
  return failed(
    `${alice} holds ${list(own)} herself. Expected that she holds nothing herself, and has everything by her group: who joins or leaves then gets or loses it with one command.`,
    cloud.events.last({ service: 'iam', operation: ['AttachUserPolicy', 'PutUserPolicy'] }),
  )
}

export async function checkKey(cloud: Cloud): Promise<Verdict> {
  const missing = await missingUser(cloud, alice)
  if (missing !== undefined) return missing
  const { AccessKeyMetadata: keys = [] } = await cloud.iam.send(
    new ListAccessKeysCommand({ UserName: alice }),
  )
  if (keys.some(({ Status }) => Status === 'Active')) return passed()
  if (keys.length > 0) {
    return failed(
      `${alice}'s access key ${keys[0]!.AccessKeyId} is switched off. Expected one that is active.`,
      cloud.events.last({ service: 'iam', operation: 'UpdateAccessKey' }),
    )
  }
  return failed(
    `${alice} has no access key, so she can't call AWS. Expected: aws iam create-access-key --user-name ${alice}`,
    cloud.events.last({ service: 'iam', operation: ['CreateAccessKey', 'DeleteAccessKey'] }),
  )
}

const list = (held: readonly HeldPolicy[]) =>
  held.length === 0
    ? 'no policy'
    : held
        .map(({ name, kind }) => (kind === 'inline' ? `an inline policy ${name}` : name))
        .join(', ')
