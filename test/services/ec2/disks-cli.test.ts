import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam'
import { CreateVolumeCommand, EC2Client } from '@aws-sdk/client-ec2'
import { expect, test } from 'vitest'
import { courseImage, refusal, useEc2 } from './support.ts'

const { emulator } = useEc2()

/** Runs `aws ec2 …`, which has to succeed; an argument with spaces stands alone in `last`. */
const ec2 = async (command: string, ...last: string[]) => {
  const args = [...command.trim().split(/\s+/), ...last]
  const { code, stdout, stderr } = await emulator().aws('ec2', ...args)
  expect(stderr).toBe('')
  expect(code).toBe(0)
  return stdout.trim()
}

test('the course: a volume is made, attached, backed up, restored and cleaned up', async () => {
  const instance = await ec2(`run-instances --image-id ${courseImage} --instance-type t3.micro
    --query Instances[0].InstanceId --output text`)
  await ec2(`wait instance-running --instance-ids ${instance}`)
  const zone = await ec2(`describe-instances --instance-ids ${instance} --output text
    --query Reservations[0].Instances[0].Placement.AvailabilityZone`)
  const volume = await ec2(
    `create-volume --availability-zone ${zone} --size 50 --volume-type gp3 --iops 3000
      --throughput 125 --query VolumeId --output text --tag-specifications`,
    `ResourceType=volume,Tags=[
    {Key=Name,Value=ml-training-data},
    {Key=Project,Value=ml-infrastructure},
    {Key=Environment,Value=dev}
  ]`,
  )
  await ec2(`wait volume-available --volume-ids ${volume}`)
  await ec2(`attach-volume --volume-id ${volume} --instance-id ${instance} --device /dev/sdf`)
  await ec2(`wait volume-in-use --volume-ids ${volume}`)
  const state = await ec2(`describe-volumes --volume-ids ${volume}
    --query Volumes[0].Attachments[0].State`)
  expect(state).toBe('"attached"')
  const snapshot = await ec2(
    `create-snapshot --volume-id ${volume} --query SnapshotId --output text --description`,
    'Backup of ml-training-data volume',
  )
  await ec2(`wait snapshot-completed --snapshot-ids ${snapshot}`)
  const shown = await ec2(`describe-snapshots --snapshot-ids ${snapshot} --output json
    --query Snapshots[0].{ID:SnapshotId,Progress:Progress,State:State}`)
  expect(JSON.parse(shown)).toEqual({ ID: snapshot, Progress: '100%', State: 'completed' })
  const restored = await ec2(`create-volume --snapshot-id ${snapshot} --availability-zone ${zone}
    --volume-type gp3 --query VolumeId --output text`)
  const inventory = await ec2(`describe-volumes --output text
    --filters Name=tag:Project,Values=ml-infrastructure
    --query Volumes[].[VolumeId,Size,VolumeType,State,Attachments[0].InstanceId]`)
  expect(inventory).toBe(`${volume}\t50\tgp3\tin-use\t${instance}`)
  const image = await ec2(`create-image --instance-id ${instance} --name backup --no-reboot
    --query ImageId --output text`)
  await ec2(`wait image-available --image-ids ${image}`)
  await ec2(`deregister-image --image-id ${image}`)
  await ec2(`detach-volume --volume-id ${volume}`)
  await ec2(`wait volume-available --volume-ids ${volume}`)
  await ec2(`delete-volume --volume-id ${volume}`)
  await ec2(`delete-volume --volume-id ${restored}`)
  await ec2(`wait volume-deleted --volume-ids ${volume} ${restored}`)
  await ec2(`delete-snapshot --snapshot-id ${snapshot}`)
}, 120_000)

test('a policy may limit the size, type and encryption of volumes', async () => {
  const iam = emulator().client(IAMClient)
  const UserName = 'small-disks'
  await iam.send(new CreateUserCommand({ UserName }))
  await iam.send(
    new PutUserPolicyCommand({
      UserName,
      PolicyName: 'small',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Action: 'ec2:CreateVolume',
          Resource: 'arn:aws:ec2:us-east-1:123456789012:volume/*',
          Condition: {
            NumericLessThanEquals: { 'ec2:VolumeSize': '100' },
            StringEquals: { 'ec2:VolumeType': 'gp3' },
            Bool: { 'ec2:Encrypted': 'true' },
          },
        },
      }),
    }),
  )
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }))
  const client = emulator().client(EC2Client, {
    credentials: {
      accessKeyId: AccessKey!.AccessKeyId!,
      secretAccessKey: AccessKey!.SecretAccessKey!,
    },
  })
  const create = (input: object) =>
    client.send(
      new CreateVolumeCommand({
        AvailabilityZone: 'us-east-1a',
        Size: 100,
        VolumeType: 'gp3',
        Encrypted: true,
        ...input,
      }),
    )
  expect(await create({})).toMatchObject({ Size: 100, Encrypted: true })
  for (const input of [{ Size: 101 }, { VolumeType: 'gp2' }, { Encrypted: false }]) {
    expect(await refusal(create(input))).toMatchObject({ code: 'UnauthorizedOperation' })
  }
})
