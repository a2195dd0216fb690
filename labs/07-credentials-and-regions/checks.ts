import { condition, lab, task } from '../../checker/lab.ts'
import { checkKeyUsed, checkReadOnly, checkUser } from './keys.ts'
import { checkFarAway, checkNotHere, checkZones } from './regions.ts'
import { checkOneKey, checkOrder, findKeyless } from './rotation.ts'

export default lab({
  tasks: [
    task({
      id: 'key',
      title: 'A key of their own',
      hints: [
        'Three calls of IAM: `create-user`, `attach-user-policy`, `create-access-key`.',
        'The secret comes once, in the answer of create-access-key: keep it in a file.',
        '`aws configure set aws_access_key_id ID --profile {{user}}`, then any call with `--profile {{user}}`',
      ],
      explanation:
        'A profile keeps who and where together, so one option cannot be forgotten without the other.',
      conditions: [
        condition({ id: 'user', title: 'The user is there', points: 1, check: checkUser }),
        condition({
          id: 'read-only',
          title: 'They may look, and no more',
          points: 1,
          check: checkReadOnly,
        }),
        condition({
          id: 'used',
          title: 'You called with their key',
          points: 1,
          check: checkKeyUsed,
        }),
      ],
    }),
    task({
      id: 'regions',
      title: 'Somewhere else',
      hints: [
        '`--region {{region}}` says where a call goes.',
        'A disk is made in a zone: `aws ec2 create-volume --availability-zone {{region}}b --size 1`',
      ],
      explanation:
        'Regions share nothing, on purpose: what breaks in one stays there. IAM is the exception, its users are the same everywhere.',
      conditions: [
        condition({ id: 'zones', title: 'You listed its zones', points: 1, check: checkZones }),
        condition({
          id: 'volume',
          title: 'Your disk is in its second zone',
          points: 1,
          check: checkFarAway,
        }),
        condition({
          id: 'not-here',
          title: 'It is in no other place',
          points: 1,
          check: checkNotHere,
        }),
      ],
    }),
    task({
      id: 'rotation',
      title: 'A new key for the old one',
      hints: [
        'Second key, use it, switch the first off, delete the first: in this order.',
        'Switching off: `aws iam update-access-key --status Inactive`',
      ],
      explanation:
        'A key that was switched off can be switched on again in a second. A key that was deleted cannot be brought back. Hence two steps.',
      failcheck: findKeyless,
      conditions: [
        condition({
          id: 'one-key',
          title: 'One key is left, the new one',
          points: 1,
          check: checkOneKey,
        }),
        condition({
          id: 'order',
          title: 'Nobody was locked out on the way',
          points: 2,
          check: checkOrder,
        }),
      ],
    }),
  ],
})
