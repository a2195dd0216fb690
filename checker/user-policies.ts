import type { Group, IAMClient } from '@aws-sdk/client-iam'
import {
  GetGroupPolicyCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetUserPolicyCommand,
  paginateListAttachedGroupPolicies,
  paginateListAttachedUserPolicies,
  paginateListGroupPolicies,
  paginateListGroupsForUser,
  paginateListUserPolicies,
} from '@aws-sdk/client-iam'

/** A policy that a user holds, in person or through a group. */
export interface HeldPolicy {
  readonly name: string
  readonly kind: 'customer managed' | 'AWS managed' | 'inline'
  /** The group it comes from; absent for the user's own. */
  readonly group?: string
  /** A managed policy's. */
  readonly arn?: string
  /** Its default version's document, as JSON text. */
  readonly document: string
}

/** Every policy that says what a user may do. @throws {Error} `NoSuchEntityException` where there is no such user */
export async function policiesOfUser(
  client: IAMClient,
  user: string,
): Promise<readonly HeldPolicy[]> {
  const UserName = user
  const held: HeldPolicy[] = []
  for await (const page of paginateListAttachedUserPolicies({ client }, { UserName })) {
    for (const { PolicyArn } of page.AttachedPolicies ?? []) {
      held.push(await managed(client, PolicyArn!))
    }
  }
  for await (const page of paginateListUserPolicies({ client }, { UserName })) {
    for (const PolicyName of page.PolicyNames ?? []) {
      const answer = await client.send(new GetUserPolicyCommand({ UserName, PolicyName }))
      held.push(inline(PolicyName, answer.PolicyDocument))
    }
  }
  for await (const page of paginateListGroupsForUser({ client }, { UserName })) {
    for (const { GroupName } of page.Groups ?? []) {
      const ofGroup = await policiesOfGroup(client, GroupName!)
      held.push(...ofGroup.map((policy) => ({ ...policy, group: GroupName! })))
    }
  }
  return held
}

/** @throws {Error} `NoSuchEntityException` where there is no such group */
export async function policiesOfGroup(
  client: IAMClient,
  group: NonNullable<Group['GroupName']>,
): Promise<readonly HeldPolicy[]> {
  const GroupName = group
  const held: HeldPolicy[] = []
  for await (const page of paginateListAttachedGroupPolicies({ client }, { GroupName })) {
    for (const { PolicyArn } of page.AttachedPolicies ?? []) {
      held.push(await managed(client, PolicyArn!))
    }
  }
  for await (const page of paginateListGroupPolicies({ client }, { GroupName })) {
    for (const PolicyName of page.PolicyNames ?? []) {
      const answer = await client.send(new GetGroupPolicyCommand({ GroupName, PolicyName }))
      held.push(inline(PolicyName, answer.PolicyDocument))
    }
  }
  return held
}

async function managed(client: IAMClient, arn: string): Promise<HeldPolicy> {
  const { Policy } = await client.send(new GetPolicyCommand({ PolicyArn: arn }))
  const VersionId = Policy!.DefaultVersionId
  const answer = await client.send(new GetPolicyVersionCommand({ PolicyArn: arn, VersionId }))
  return {
    name: Policy!.PolicyName!,
    kind: arn.startsWith('arn:aws:iam::aws:') ? 'AWS managed' : 'customer managed',
    arn,
    document: decodeURIComponent(answer.PolicyVersion!.Document!),
  }
}

const inline = (name: string, document = ''): HeldPolicy => ({
  name,
  kind: 'inline',
  document: decodeURIComponent(document),
})
