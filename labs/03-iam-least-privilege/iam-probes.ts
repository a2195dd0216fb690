import {
  AddRoleToInstanceProfileCommand,
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateInstanceProfileCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  CreateUserCommand,
  ListUsersCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import type { Cloud } from '../../checker/cloud.ts'
import { launchProbe } from '../../checker/launch-probe.ts'
import type { Probe } from '../../checker/permission-probe.ts'
import type { Scene } from './carol.ts'
import { region, team } from './needs.ts'

/** What it is given is worth nothing, so that what is tried after it finds her as she was. */
const harmless = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'sts:GetCallerIdentity', Resource: '*' }],
})

const passwords = 'arn:aws:iam::aws:policy/IAMUserChangePassword'

/** The ways to become somebody who may do more. */
export async function iamProbes(cloud: Cloud, { subject }: Scene): Promise<readonly Probe[]> {
  const { account } = cloud
  const { user, held } = subject
  const { iam } = await cloud.as(user)
  const onUser = (name: string) => `arn:aws:iam::${account}:user/${name}`
  const own = held.find(({ kind }) => kind === 'customer managed')
  return [
    {
      action: 'iam:ListUsers',
      on: 'your users',
      resource: onUser(''),
      send: () => iam.send(new ListUsersCommand({})),
    },
    {
      action: 'iam:CreateUser',
      on: 'a new user',
      resource: onUser('pocketcloud-check'),
      send: () => iam.send(new CreateUserCommand({ UserName: 'pocketcloud-check' })),
    },
    {
      action: 'iam:CreateAccessKey',
      on: 'student, who may do everything',
      resource: onUser('student'),
      send: () => iam.send(new CreateAccessKeyCommand({ UserName: 'student' })),
      allowedBy: ['LimitExceededException', 'NoSuchEntityException'],
    },
    {
      action: 'iam:PutUserPolicy',
      on: 'herself',
      resource: onUser(user),
      send: () =>
        iam.send(
          new PutUserPolicyCommand({
            UserName: user,
            PolicyName: 'pocketcloud-check',
            PolicyDocument: harmless,
          }),
        ),
    },
    {
      action: 'iam:AttachUserPolicy',
      on: 'herself',
      resource: onUser(user),
      send: () => iam.send(new AttachUserPolicyCommand({ UserName: user, PolicyArn: passwords })),
      allowedBy: ['LimitExceededException'],
    },
    ...(own?.arn === undefined
      ? []
      : [
          {
            action: 'iam:CreatePolicyVersion',
            on: `her own policy ${own.name}`,
            resource: own.arn,
            send: () =>
              iam.send(
                new CreatePolicyVersionCommand({ PolicyArn: own.arn, PolicyDocument: harmless }),
              ),
            allowedBy: ['LimitExceededException'],
          },
        ]),
    await passRoleProbe(cloud, user),
  ]
}

/** A launch that is right but for the role it would give the machine. */
async function passRoleProbe(cloud: Cloud, user: string): Promise<Probe> {
  const name = 'pocketcloud-check'
  await cloud.iam.send(
    new CreateRoleCommand({
      RoleName: name,
      AssumeRolePolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 'ec2.amazonaws.com' },
            Action: 'sts:AssumeRole',
          },
        ],
      }),
    }),
  )
  await cloud.iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: name }))
  await cloud.iam.send(
    new AddRoleToInstanceProfileCommand({ InstanceProfileName: name, RoleName: name }),
  )
  const launch = { type: 't3.micro', region, tags: team, profile: name } as const
  return {
    ...(await launchProbe(cloud, user, launch)),
    action: 'iam:PassRole',
    on: 'a machine she launches, with a role of somebody else',
    resource: `arn:aws:iam::${cloud.account}:role/${name}`,
  }
}
