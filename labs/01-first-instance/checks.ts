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
