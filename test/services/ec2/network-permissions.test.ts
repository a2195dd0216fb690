import {
  CreateSubnetCommand,
  CreateVpcCommand,
  DeleteVpcCommand,
  EC2Client,
} from '@aws-sdk/client-ec2'
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import { beforeAll, describe, expect, test } from 'vitest'
import { newVpc, refusal, useEc2 } from './support.ts'

const { ec2, emulator } = useEc2()

const tags = (value: string) => ({
  TagSpecifications: [{ ResourceType: 'vpc' as const, Tags: [{ Key: 'team', Value: value }] }],
})

describe("a user who may make and delete the team's VPCs, and subnets in zone a", () => {
  let restricted: EC2Client

  beforeAll(async () => {
    const iam = emulator().client(IAMClient)
    const UserName = 'networker'
    const statement = (Action: string[], Condition: object) => ({
      Effect: 'Allow',
      Action,
      Resource: '*',
      Condition,
    })
    await iam.send(new CreateUserCommand({ UserName }))
    await iam.send(
      new PutUserPolicyCommand({
        UserName,
        PolicyName: 'network',
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [
            statement(['ec2:CreateVpc', 'ec2:CreateTags'], {
              StringEquals: { 'aws:RequestTag/team': 'blue' },
            }),
            statement(['ec2:DeleteVpc'], { StringEquals: { 'aws:ResourceTag/team': 'blue' } }),
            statement(['ec2:CreateSubnet'], {
              StringEqualsIfExists: { 'ec2:AvailabilityZone': 'us-east-1a' },
            }),
          ],
        }),
      }),
    )
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }))
    restricted = emulator().client(EC2Client, {
      region: 'us-east-1',
      credentials: {
        accessKeyId: AccessKey!.AccessKeyId!,
        secretAccessKey: AccessKey!.SecretAccessKey!,
      },
    })
  })

  test('the tags of a VPC decide about making and deleting it', async () => {
    const create = (team: string) =>
      restricted.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16', ...tags(team) }))
    expect(await refusal(create('red'))).toMatchObject({ code: 'UnauthorizedOperation' })
    const { Vpc } = await create('blue')
    const remove = (VpcId: string) => restricted.send(new DeleteVpcCommand({ VpcId }))
    const foreign = await newVpc(ec2())
    expect(await refusal(remove(foreign))).toMatchObject({ code: 'UnauthorizedOperation' })
    await remove(Vpc!.VpcId!)
  })

  test('the zone of a subnet decides about making it', async () => {
    const VpcId = await newVpc(ec2())
    const create = (AvailabilityZone: string) =>
      restricted.send(
        new CreateSubnetCommand({ VpcId, CidrBlock: '10.0.0.0/24', AvailabilityZone }),
      )
    expect(await refusal(create('us-east-1b'))).toMatchObject({ code: 'UnauthorizedOperation' })
    expect((await create('us-east-1a')).Subnet).toMatchObject({ AvailabilityZone: 'us-east-1a' })
  })
})
