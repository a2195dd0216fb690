import { expect, test } from 'vitest'
import { useEc2 } from './support.ts'

const { emulator } = useEc2()

const aws = async (...args: string[]) => {
  const { code, stdout, stderr } = await emulator().aws('ec2', ...args)
  expect(stderr).toBe('')
  expect(code).toBe(0)
  return stdout.trim()
}

test('the AWS CLI goes from an image to a terminated instance', async () => {
  const image = await aws(
    ...['describe-images', '--owners', '099720109477', '--output', 'text'],
    ...['--filters', 'Name=name,Values=ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-amd64-server-*'],
    ...['--query', 'sort_by(Images, &CreationDate)[-1].ImageId'],
  )
  expect(image).toMatch(/^ami-0[0-9a-f]{16}$/)
  const key = await aws(
    ...['create-key-pair', '--key-name', 'lab', '--query', 'KeyMaterial', '--output', 'text'],
  )
  expect(key).toMatch(/^-----BEGIN RSA PRIVATE KEY-----\n[^]+\n-----END RSA PRIVATE KEY-----$/)
  const group = await aws(
    ...['create-security-group', '--group-name', 'ssh', '--description', 'SSH from home'],
    ...['--query', 'GroupId', '--output', 'text'],
  )
  await aws(
    ...['authorize-security-group-ingress', '--group-id', group, '--protocol', 'tcp'],
    ...['--port', '22', '--cidr', '203.0.113.7/32'],
  )
  const id = await aws(
    ...['run-instances', '--image-id', image, '--instance-type', 't2.micro'],
    ...['--key-name', 'lab', '--security-group-ids', group, '--count', '1'],
    ...['--tag-specifications', 'ResourceType=instance,Tags=[{Key=Name,Value=first}]'],
    ...['--query', 'Instances[0].InstanceId', '--output', 'text'],
  )
  await aws('wait', 'instance-running', '--instance-ids', id)
  await aws('wait', 'instance-status-ok', '--instance-ids', id)
  const address = ['describe-instances', '--filters', 'Name=tag:Name,Values=first', '--output', 'text']
  const query = 'Reservations[].Instances[].[InstanceId,PublicIpAddress,State.Name]'
  expect(await aws(...address, '--query', query)).toMatch(
    new RegExp(`^${id}\\t\\d+\\.\\d+\\.\\d+\\.\\d+\\trunning$`),
  )
  await aws('stop-instances', '--instance-ids', id)
  await aws('wait', 'instance-stopped', '--instance-ids', id)
  await aws('start-instances', '--instance-ids', id)
  await aws('wait', 'instance-running', '--instance-ids', id)
  await aws('terminate-instances', '--instance-ids', id)
  await aws('wait', 'instance-terminated', '--instance-ids', id)
  await aws('delete-security-group', '--group-id', group)
  await aws('delete-key-pair', '--key-name', 'lab')
}, 120_000)

test('the AWS CLI shows errors as AWS words them', async () => {
  const { code, stderr } = await emulator().aws(
    ...['ec2', 'describe-instances', '--instance-ids', 'i-0123456789abcdef0'],
  )
  expect(code).not.toBe(0)
  expect(stderr).toContain(
    "An error occurred (InvalidInstanceID.NotFound) when calling the DescribeInstances operation: The instance ID 'i-0123456789abcdef0' does not exist",
  )
})
