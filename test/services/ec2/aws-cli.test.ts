import { expect, test } from 'vitest'
import { useEc2 } from './support.ts'

const { emulator } = useEc2()

/** Runs `aws ec2 …`, which has to succeed; no argument holds a space. */
const ec2 = async (command: string) => {
  const { code, stdout, stderr } = await emulator().aws('ec2', ...command.trim().split(/\s+/))
  expect(stderr).toBe('')
  expect(code).toBe(0)
  return stdout.trim()
}

test('the AWS CLI goes from an image to a terminated instance', async () => {
  const image = await ec2(`describe-images --owners 099720109477
    --filters Name=name,Values=ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-amd64-server-*
    --query sort_by(Images,&CreationDate)[-1].ImageId --output text`)
  expect(image).toMatch(/^ami-0[0-9a-f]{16}$/)
  const key = await ec2('create-key-pair --key-name lab --query KeyMaterial --output text')
  expect(key).toMatch(/^-----BEGIN RSA PRIVATE KEY-----\n[^]+\n-----END RSA PRIVATE KEY-----$/)
  const group = await ec2(
    'create-security-group --group-name ssh --description SSH --query GroupId --output text',
  )
  await ec2(`authorize-security-group-ingress --group-id ${group}
    --protocol tcp --port 22 --cidr 203.0.113.7/32`)
  const id = await ec2(`run-instances --image-id ${image} --instance-type t2.micro --count 1
    --key-name lab --security-group-ids ${group}
    --tag-specifications ResourceType=instance,Tags=[{Key=Name,Value=first}]
    --query Instances[0].InstanceId --output text`)
  await ec2(`wait instance-running --instance-ids ${id}`)
  await ec2(`wait instance-status-ok --instance-ids ${id}`)
  const line = await ec2(`describe-instances --filters Name=tag:Name,Values=first --output text
    --query Reservations[].Instances[].[InstanceId,PublicIpAddress,State.Name]`)
  expect(line).toMatch(new RegExp(`^${id}\\t\\d+\\.\\d+\\.\\d+\\.\\d+\\trunning$`))
  await ec2(`stop-instances --instance-ids ${id}`)
  await ec2(`wait instance-stopped --instance-ids ${id}`)
  await ec2(`start-instances --instance-ids ${id}`)
  await ec2(`wait instance-running --instance-ids ${id}`)
  await ec2(`terminate-instances --instance-ids ${id}`)
  await ec2(`wait instance-terminated --instance-ids ${id}`)
  await ec2(`delete-security-group --group-id ${group}`)
  await ec2('delete-key-pair --key-name lab')
}, 120_000)

test('the AWS CLI shows errors as AWS words them', async () => {
  const id = 'i-0123456789abcdef0'
  const { code, stderr } = await emulator().aws('ec2', 'describe-instances', '--instance-ids', id)
  expect(code).not.toBe(0)
  expect(stderr).toContain(
    `An error occurred (InvalidInstanceID.NotFound) when calling the DescribeInstances operation: The instance ID '${id}' does not exist`,
  )
})
