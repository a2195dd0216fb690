import {
  AssociateIamInstanceProfileCommand,
  CreatePlacementGroupCommand,
  DeletePlacementGroupCommand,
  DescribeIamInstanceProfileAssociationsCommand,
  DescribeInstanceCreditSpecificationsCommand,
  DescribeInstancesCommand,
  DescribePlacementGroupsCommand,
  DisassociateIamInstanceProfileCommand,
  GetConsoleOutputCommand,
  ModifyInstanceCreditSpecificationCommand,
  MonitorInstancesCommand,
  ReplaceIamInstanceProfileAssociationCommand,
  RunInstancesCommand,
  type RunInstancesCommandInput,
  TerminateInstancesCommand,
  UnmonitorInstancesCommand,
} from '@aws-sdk/client-ec2'
import { CreateInstanceProfileCommand, IAMClient } from '@aws-sdk/client-iam'
import { expect, test } from 'vitest'
import { courseImage, refusal, useEc2 } from './support.ts'

const { ec2, emulator } = useEc2()

const launch = async (input: Partial<RunInstancesCommandInput> = {}) => {
  const { Instances } = await ec2().send(
    new RunInstancesCommand({
      ImageId: courseImage,
      InstanceType: 't3.micro',
      MinCount: 1,
      MaxCount: 1,
      ...input,
    }),
  )
  return Instances![0]!.InstanceId!
}
const one = async (id: string) => {
  const { Reservations } = await ec2().send(new DescribeInstancesCommand({ InstanceIds: [id] }))
  return Reservations![0]!.Instances![0]!
}
const profile = async (InstanceProfileName: string) => {
  const made = await emulator()
    .client(IAMClient)
    .send(new CreateInstanceProfileCommand({ InstanceProfileName }))
  return made.InstanceProfile!.Arn!
}

test('a placement group is made, used and deleted when it is empty', async () => {
  const GroupName = 'gpus'
  const { PlacementGroup } = await ec2().send(
    new CreatePlacementGroupCommand({ GroupName, Strategy: 'cluster' }),
  )
  expect(PlacementGroup).toMatchObject({
    GroupName,
    State: 'available',
    Strategy: 'cluster',
    GroupArn: 'arn:aws:ec2:us-east-1:123456789012:placement-group/gpus',
  })
  const again = new CreatePlacementGroupCommand({ GroupName, Strategy: 'spread' })
  expect(await refusal(ec2().send(again))).toMatchObject({
    code: 'InvalidPlacementGroup.Duplicate',
    message: "The placement group 'gpus' already exists.",
  })
  const id = await launch({ Placement: { GroupName }, InstanceType: 'c5.large' })
  expect((await one(id)).Placement).toMatchObject({ GroupName })
  const remove = () => ec2().send(new DeletePlacementGroupCommand({ GroupName }))
  expect(await refusal(remove())).toMatchObject({
    code: 'InvalidPlacementGroup.InUse',
    message: "The placement group 'gpus' is in use and may not be deleted.",
  })
  await ec2().send(new TerminateInstancesCommand({ InstanceIds: [id] }))
  await remove()
  const byName = new DescribePlacementGroupsCommand({ GroupNames: [GroupName] })
  expect(await refusal(ec2().send(byName))).toMatchObject({
    code: 'InvalidPlacementGroup.Unknown',
    message: "The placement group 'gpus' is unknown.",
  })
  expect(await refusal(launch({ Placement: { GroupName } }))).toMatchObject({
    code: 'InvalidPlacementGroup.Unknown',
  })
})

test('an instance profile is associated, replaced and taken away', async () => {
  const [first, second] = [await profile('first'), await profile('second')]
  const InstanceId = await launch()
  const associate = (Name: string) =>
    ec2().send(new AssociateIamInstanceProfileCommand({ InstanceId, IamInstanceProfile: { Name } }))
  const { IamInstanceProfileAssociation } = await associate('first')
  expect(IamInstanceProfileAssociation).toMatchObject({
    AssociationId: expect.stringMatching(/^iip-assoc-0/),
    State: 'associating',
    InstanceId,
  })
  expect((await one(InstanceId)).IamInstanceProfile).toMatchObject({ Arn: first })
  expect(await refusal(associate('second'))).toMatchObject({
    code: 'IncorrectState',
    message: `There is an existing association for instance ${InstanceId}`,
  })
  const replaced = await ec2().send(
    new ReplaceIamInstanceProfileAssociationCommand({
      AssociationId: IamInstanceProfileAssociation!.AssociationId,
      IamInstanceProfile: { Arn: second },
    }),
  )
  expect((await one(InstanceId)).IamInstanceProfile).toMatchObject({ Arn: second })
  const { AssociationId } = replaced.IamInstanceProfileAssociation!
  const list = async () =>
    (
      await ec2().send(
        new DescribeIamInstanceProfileAssociationsCommand({
          Filters: [{ Name: 'instance-id', Values: [InstanceId] }],
        }),
      )
    ).IamInstanceProfileAssociations
  expect(await list()).toMatchObject([{ AssociationId, State: 'associated' }])
  await ec2().send(new DisassociateIamInstanceProfileCommand({ AssociationId }))
  expect(await list()).toEqual([])
  expect((await one(InstanceId)).IamInstanceProfile).toBeUndefined()
})

test('a launch with a profile has an association, until it is terminated', async () => {
  const Arn = await profile('launched')
  const id = await launch({ IamInstanceProfile: { Arn } })
  const list = async () =>
    (await ec2().send(new DescribeIamInstanceProfileAssociationsCommand({})))
      .IamInstanceProfileAssociations
  expect(await list()).toMatchObject([{ InstanceId: id, IamInstanceProfile: { Arn } }])
  await ec2().send(new TerminateInstancesCommand({ InstanceIds: [id] }))
  expect(await list()).toEqual([])
})

test('credits are unlimited for T3, and changed', async () => {
  const [t3, t2, c5] = [
    await launch(),
    await launch({ InstanceType: 't2.micro', CreditSpecification: { CpuCredits: 'unlimited' } }),
    await launch({ InstanceType: 'c5.large' }),
  ]
  const credits = async (...InstanceIds: string[]) =>
    (await ec2().send(new DescribeInstanceCreditSpecificationsCommand({ InstanceIds })))
      .InstanceCreditSpecifications
  expect(await credits(t3, t2)).toEqual([
    { InstanceId: t3, CpuCredits: 'unlimited' },
    { InstanceId: t2, CpuCredits: 'unlimited' },
  ])
  const changed = await ec2().send(
    new ModifyInstanceCreditSpecificationCommand({
      InstanceCreditSpecifications: [
        { InstanceId: t3, CpuCredits: 'standard' },
        { InstanceId: c5, CpuCredits: 'standard' },
      ],
    }),
  )
  expect(changed).toMatchObject({
    SuccessfulInstanceCreditSpecifications: [{ InstanceId: t3 }],
    UnsuccessfulInstanceCreditSpecifications: [
      { InstanceId: c5, Error: { Code: 'InstanceCreditSpecification.NotSupported' } },
    ],
  })
  expect(await credits(t3)).toEqual([{ InstanceId: t3, CpuCredits: 'standard' }])
})

test('monitoring is switched on and off', async () => {
  const id = await launch()
  const InstanceIds = [id]
  expect(
    (await ec2().send(new MonitorInstancesCommand({ InstanceIds }))).InstanceMonitorings,
  ).toEqual([{ InstanceId: id, Monitoring: { State: 'pending' } }])
  expect((await one(id)).Monitoring).toEqual({ State: 'enabled' })
  await ec2().send(new UnmonitorInstancesCommand({ InstanceIds }))
  expect((await one(id)).Monitoring).toEqual({ State: 'disabled' })
})

test('the console shows a boot, with the user data', async () => {
  const UserData = Buffer.from('#!/bin/bash\necho hello\n').toString('base64')
  const InstanceId = await launch({ UserData })
  const { Output } = await ec2().send(new GetConsoleOutputCommand({ InstanceId }))
  const text = Buffer.from(Output!, 'base64').toString()
  expect(text).toContain('Linux version')
  expect(text).toContain('user-data: echo hello\r\n')
  const missing = new GetConsoleOutputCommand({ InstanceId: 'i-0123456789abcdef0' })
  expect(await refusal(ec2().send(missing))).toMatchObject({ code: 'InvalidInstanceID.NotFound' })
})
