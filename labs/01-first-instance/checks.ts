import type { Instance } from '@aws-sdk/client-ec2'
import { DescribeKeyPairsCommand } from '@aws-sdk/client-ec2'
import type { Cloud } from '../../checker/cloud.ts'
import type { Verdict } from '../../checker/lab.ts'
import { condition, failed, lab, passed, task } from '../../checker/lab.ts'
import { checkImage } from './image.ts'
import { checkNamed, explainMissing, findInstance, keyName } from './instance.ts'
import { checkStartedAgain, checkStopped } from './restart.ts'
import { checkAdmitsSsh, checkOneAddress, groupName } from './security-group.ts'

/** Looks at the student's instance; without one, says why there is none. */
const onInstance =
  (check: (instance: Instance, cloud: Cloud) => Verdict | Promise<Verdict>) =>
  async (cloud: Cloud) => {
    const instance = await findInstance(cloud)
    return instance === undefined ? explainMissing(cloud) : check(instance, cloud)
  }

export default lab({
  tasks: [
    task({
      id: 'identity',
      title: 'Identify yourself',
      hints: [
        'There is a call that changes nothing and only says who you are: it belongs to the service `sts`.',
        '`aws sts get-caller-identity`',
      ],
      explanation:
        'Whoever holds the key makes the call: AWS knows nothing else about you. That is why the first question in a strange terminal is who you are there.',
      conditions: [
        condition({
          id: 'asked',
          title: 'You asked AWS who you are',
          points: 1,
          check: ({ events }) =>
            events.last({ service: 'sts', operation: 'GetCallerIdentity' })
              ? passed()
              : failed(
                  'You have not asked who you are since you started this lab. Expected a call of: aws sts get-caller-identity',
                ),
        }),
      ],
    }),
    task({
      id: 'key-pair',
      title: 'Make a key pair',
      hints: [
        'Key pairs belong to EC2: `aws ec2 create-key-pair help` tells its options.',
        'The name has to be first-key, and the private half comes in the answer, in `KeyMaterial`.',
        '`aws ec2 create-key-pair --key-name first-key --query KeyMaterial --output text > first-key.pem`',
      ],
      explanation:
        'AWS keeps the public half only, so it could not give you the private one again even if you asked. Lost the file? Make another pair.',
      conditions: [
        condition({
          id: 'exists',
          title: `You have a key pair called ${keyName}`,
          points: 1,
          check: checkKeyPair,
        }),
      ],
    }),
    task({
      id: 'security-group',
      title: 'Make a security group for SSH',
      hints: [
        'First a group (`create-security-group`), then a rule in it (`authorize-security-group-ingress`).',
        'SSH is TCP on port 22. One address ends in `/32`.',
        'A rule that is too wide is taken away with `aws ec2 revoke-security-group-ingress`, and a narrower one added.',
      ],
      explanation:
        'A security group remembers connections: the answer to what it let in may go out again without a rule of its own. And it only allows; there is no rule that forbids.',
      conditions: [
        condition({
          id: 'admits-ssh',
          title: `Your security group ${groupName} admits SSH (TCP port 22)`,
          points: 1,
          check: checkAdmitsSsh,
        }),
        condition({
          id: 'one-address',
          title: 'It admits SSH from one address only',
          points: 1,
          check: checkOneAddress,
        }),
      ],
    }),
    task({
      id: 'launch',
      title: 'Launch an instance',
      hints: [
        'Everything is said at launch: image, type, key, group and tags, each with an option of `aws ec2 run-instances`.',
        'Another type, key or image? Those are settled at launch: terminate that instance and launch another one.',
        'A forgotten tag can be added later: `aws ec2 create-tags --resources INSTANCE --tags Key=Name,Value=first-instance`',
      ],
      explanation:
        'One call made an instance, its disk and its network interface. That is why so much can be said in it, and why the same call in a script makes the same machine tomorrow.',
      conditions: [
        condition({
          id: 'named',
          title: 'You have an instance with the tag Name=first-instance',
          points: 1,
          check: onInstance(checkNamed),
        }),
        condition({
          id: 'image',
          title: 'It was made from the newest Ubuntu 22.04 image for amd64',
          points: 1,
          check: onInstance(checkImage),
        }),
        condition({
          id: 'type',
          title: 'It is a t2.micro',
          points: 1,
          check: onInstance(({ InstanceId, InstanceType }) =>
            InstanceType === 't2.micro'
              ? passed()
              : failed(`Your instance ${InstanceId} is a ${InstanceType}. Expected a t2.micro.`),
          ),
        }),
        condition({
          id: 'access',
          title: 'It has your key pair and your security group',
          points: 1,
          check: onInstance(checkAccess),
        }),
      ],
    }),
    task({
      id: 'restart',
      title: 'Stop it and start it again',
      hints: [
        'There are two commands: `stop-instances` and `start-instances`. A reboot is neither.',
        'Stopping takes a while. `aws ec2 wait instance-stopped --instance-ids INSTANCE` waits for it.',
      ],
      explanation:
        'A stopped instance gives its processor and its public address back, and keeps its disk, its private address and its id. So you pay for the disk only.',
      conditions: [
        condition({
          id: 'stopped',
          title: 'You stopped it',
          points: 1,
          check: onInstance(checkStopped),
        }),
        condition({
          id: 'started-again',
          title: 'Then you started it again, and it runs',
          points: 1,
          check: onInstance(checkStartedAgain),
        }),
      ],
    }),
  ],
})

async function checkKeyPair({ ec2 }: Cloud): Promise<Verdict> {
  const { KeyPairs = [] } = await ec2.send(new DescribeKeyPairsCommand({}))
  if (KeyPairs.some(({ KeyName }) => KeyName === keyName)) return passed()
  const others = KeyPairs.map(({ KeyName }) => KeyName).join(', ')
  const found = others === '' ? 'You have no key pair yet.' : `Your key pairs are called ${others}.`
  return failed(`${found} Expected one called ${keyName}.`)
}

function checkAccess({ InstanceId, KeyName, SecurityGroups = [] }: Instance): Verdict {
  const missing: string[] = []
  if (KeyName === undefined) missing.push('it has no key pair, so nobody can log in')
  else if (KeyName !== keyName) missing.push(`it has the key pair ${KeyName}`)
  const groups = SecurityGroups.map((group) => group.GroupName)
  if (!groups.includes(groupName)) missing.push(`it is in the security group ${groups.join(', ')}`)
  return missing.length === 0
    ? passed()
    : failed(
        `Your instance ${InstanceId} was launched otherwise: ${missing.join('; ')}. Expected the key pair ${keyName} and the security group ${groupName}.`,
      )
}
