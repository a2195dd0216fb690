import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { findLab } from '../../checker/catalogue.ts'
import { readWrongAnswers } from '../../checker/wrong-answers.ts'

/** Somebody who hands something in, and what has to come of it. */
export interface Student {
  readonly name: string
  readonly kind: 'right' | 'wrong' | 'crashing' | 'hanging' | 'malicious' | 'unreadable'
  readonly files: Readonly<Record<string, string>>
  readonly expects: {
    readonly state: 'passed' | 'failed' | 'ungradable'
    readonly score: number | null
    /** Words that have to be in what its author is told. */
    readonly says: readonly string[]
  }
}

/** The lab that the class has done. */
export const classLab = findLab('first-instance')!

const solution = readFileSync(join(classLab.folder, 'solution/solve.sh'), 'utf8')
const launch = 'instance=$(aws ec2 run-instances'

/** The solution up to the launch, which is worth 4 points, and then something else. */
const insteadOfLaunching = (text: string) =>
  `${solution.slice(0, solution.indexOf(launch))}${text}\n`

const python = `
import boto3

ec2 = boto3.client("ec2")
boto3.client("sts").get_caller_identity()
images = ec2.describe_images(
    Owners=["099720109477"],
    Filters=[{"Name": "name", "Values": ["ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-amd64-server-*"]}],
)["Images"]
image = max(images, key=lambda found: found["CreationDate"])["ImageId"]
ec2.create_key_pair(KeyName="first-key")
group = ec2.create_security_group(GroupName="first-ssh", Description="SSH")["GroupId"]
ec2.authorize_security_group_ingress(
    GroupId=group, IpProtocol="tcp", FromPort=22, ToPort=22, CidrIp="203.0.113.7/32"
)
tags = [{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": "first-instance"}]}]
instance = ec2.run_instances(
    ImageId=image, InstanceType="t2.micro", KeyName="first-key", SecurityGroupIds=[group],
    MinCount=1, MaxCount=1, TagSpecifications=tags,
)["Instances"][0]["InstanceId"]
ec2.get_waiter("instance_running").wait(InstanceIds=[instance])
ec2.stop_instances(InstanceIds=[instance])
ec2.get_waiter("instance_stopped").wait(InstanceIds=[instance])
ec2.start_instances(InstanceIds=[instance])
`

/** The same by the SDK; in TypeScript, or without its one type in JavaScript. */
const javascript = (annotation: string) => `
import * as aws from '@aws-sdk/client-ec2'
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts'

const ec2 = new aws.EC2Client()
await new STSClient().send(new GetCallerIdentityCommand({}))
const { Images } = await ec2.send(new aws.DescribeImagesCommand({
  Owners: ['099720109477'],
  Filters: [{ Name: 'name', Values: ['ubuntu/images/hvm-ssd/ubuntu-jammy-22.04-amd64-server-*'] }],
}))
const ImageId${annotation} = Images.sort((a, b) => (a.CreationDate < b.CreationDate ? 1 : -1))[0].ImageId
await ec2.send(new aws.CreateKeyPairCommand({ KeyName: 'first-key' }))
const { GroupId } = await ec2.send(new aws.CreateSecurityGroupCommand({ GroupName: 'first-ssh', Description: 'SSH' }))
await ec2.send(new aws.AuthorizeSecurityGroupIngressCommand({
  GroupId, IpProtocol: 'tcp', FromPort: 22, ToPort: 22, CidrIp: '203.0.113.7/32',
}))
const { Instances } = await ec2.send(new aws.RunInstancesCommand({
  ImageId, InstanceType: 't2.micro', KeyName: 'first-key', SecurityGroupIds: [GroupId], MinCount: 1, MaxCount: 1,
  TagSpecifications: [{ ResourceType: 'instance', Tags: [{ Key: 'Name', Value: 'first-instance' }] }],
}))
const InstanceIds = [Instances[0].InstanceId]
await aws.waitUntilInstanceRunning({ client: ec2, maxWaitTime: 60 }, { InstanceIds })
await ec2.send(new aws.StopInstancesCommand({ InstanceIds }))
await aws.waitUntilInstanceStopped({ client: ec2, maxWaitTime: 60 }, { InstanceIds })
await ec2.send(new aws.StartInstancesCommand({ InstanceIds }))
`

const passed = { state: 'passed', score: 10, says: ['10 of 10 points'] } as const

export const rightOnes: readonly Student[] = [
  { name: 'right-bash', kind: 'right', files: { 'solution.sh': solution }, expects: passed },
  {
    name: 'right-windows',
    kind: 'right',
    files: { 'solution.sh': solution.replaceAll('\n', '\r\n') },
    expects: { ...passed, says: ['line ends of Windows'] },
  },
  { name: 'right-python', kind: 'right', files: { 'main.py': python }, expects: passed },
  {
    name: 'right-typescript',
    kind: 'right',
    files: { 'index.ts': javascript(': string | undefined'), 'package.json': '{"type":"module"}' },
    expects: passed,
  },
  {
    name: 'right-javascript',
    kind: 'right',
    files: { 'main.mjs': javascript('') },
    expects: passed,
  },
]

/** The lab's own wrong answers, with what they say that they lose. */
export const wrongOnes: readonly Student[] = readWrongAnswers(classLab.folder).map((wrong) => ({
  name: `wrong-${basename(wrong.file, '.sh')}`,
  kind: 'wrong',
  files: { 'solution.sh': readFileSync(wrong.file, 'utf8') },
  expects: { state: 'failed', score: wrong.score, says: Object.values(wrong.loses) },
}))

const prepared = (
  name: string,
  kind: Student['kind'],
  text: string,
  ...says: string[]
): Student => ({
  name,
  kind,
  files: { 'solution.sh': insteadOfLaunching(text) },
  expects: { state: 'failed', score: 4, says },
})

export const crashingOnes: readonly Student[] = [
  prepared('crashing-status', 'crashing', 'echo giving up; exit 7', 'exit status 7', 'giving up'),
  prepared('crashing-signal', 'crashing', 'kill -SEGV $$', 'exit status 139'),
  prepared(
    'crashing-refused',
    'crashing',
    'aws ec2 run-instances --image-id ami-00000000000000000',
    'Its last words: An error occurred (InvalidAMIID.NotFound)',
  ),
  {
    name: 'crashing-python',
    kind: 'crashing',
    files: {
      'main.py': 'import boto3\nboto3.client("sts").get_caller_identity()\nraise ValueError("oh")',
    },
    expects: { state: 'failed', score: 1, says: ['exit status 1', 'ValueError: oh'] },
  },
]

export const hangingOnes: readonly Student[] = [
  prepared('hanging-asleep', 'hanging', 'sleep 100000', 'It did nothing for'),
  prepared('hanging-busy', 'hanging', 'while :; do :; done', 'seconds without a call to the cloud'),
  prepared('hanging-stdin', 'hanging', 'sleep 100000 & wait', 'It did nothing for'),
]

export const unreadableOnes: readonly Student[] = [
  {
    name: 'unreadable-empty',
    kind: 'unreadable',
    files: { 'notes/ideas.md': 'I will do it tomorrow' },
    expects: { state: 'ungradable', score: null, says: ['no program'] },
  },
]

/** Attacks that are quickly over, whose effects the attack tests look for; here they earn nothing and harm nobody. */
export const maliciousOnes: readonly Student[] = [
  malicious(
    'malicious-control',
    'curl -s -X POST "$AWS_ENDPOINT_URL/_pocketcloud/reset"; exit 1',
    'does not serve',
  ),
  malicious(
    'malicious-fork',
    'bomb() { bomb | bomb & }; bomb; sleep 30',
    'processes and was stopped',
  ),
  malicious('malicious-output', 'yes', 'wrote more than'),
  malicious('malicious-kill', 'kill -9 -1; sleep 1', 'It ended'),
  malicious(
    'malicious-report',
    'echo \'{"score":10}\' > /grades/class.json || echo "kept out"; exit 1',
    'kept out',
  ),
]

function malicious(name: string, text: string, ...says: string[]): Student {
  return {
    name,
    kind: 'malicious',
    files: { 'solution.sh': text },
    expects: { state: 'failed', score: 0, says },
  }
}

/**
 * A class of a size: all kinds by turns, and of each kind all its ways by turns.
 */
export function classOf(size: number): readonly Student[] {
  const kinds = [rightOnes, wrongOnes, crashingOnes, hangingOnes, maliciousOnes, unreadableOnes]
  return Array.from({ length: size }, (_, index) => {
    const ways = kinds[index % kinds.length]!
    const way = ways[Math.floor(index / kinds.length) % ways.length]!
    return { ...way, name: `${String(index).padStart(3, '0')}-${way.name}` }
  })
}

/** Writes what students hand in into a folder; the paths. */
export function handIn(folder: string, students: readonly Student[]): readonly string[] {
  return students.map(({ name, files }) => {
    for (const [path, text] of Object.entries(files)) {
      const file = join(folder, name, path)
      mkdirSync(join(file, '..'), { recursive: true })
      writeFileSync(file, text)
    }
    return join(folder, name)
  })
}
