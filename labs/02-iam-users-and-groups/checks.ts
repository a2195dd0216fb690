import { condition, lab, task } from '../../checker/lab.ts'
import { checkApart, checkEngineers, checkOnlyThere, checkWrites } from './permissions.ts'
import {
  alice,
  bob,
  checkGroup,
  checkKey,
  checkMember,
  checkNothingOfHerOwn,
  checkReadPolicy,
  engineers,
  scientists,
} from './team.ts'
import { checkListed, checkRefused, checkWrote } from './tries.ts'

export default lab({
  tasks: [
    task({
      id: 'group',
      title: 'Make a group that may read',
      hints: [
        'A group is made by `aws iam create-group`, and gets policies by `attach-group-policy`.',
        'Policies that AWS wrote have `aws` where others have the account: `arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess`',
      ],
      explanation:
        'AWS keeps its own policies up to date, as services get new operations. They are convenient, and wider than most people need.',
      conditions: [
        condition({
          id: 'exists',
          title: `You have a group called ${scientists}`,
          points: 1,
          check: checkGroup,
        }),
        condition({
          id: 'reads',
          title: 'AmazonS3ReadOnlyAccess is attached to it',
          points: 1,
          check: checkReadPolicy,
        }),
      ],
    }),
    task({
      id: 'user',
      title: 'Put a user in it',
      hints: [
        '`create-user`, `add-user-to-group` and `create-access-key`, in this order.',
        'What was given to her alone is taken back with `aws iam detach-user-policy` or `delete-user-policy`.',
      ],
      explanation:
        'The secret of an access key is shown once. Two keys a user may have, so that one can be replaced while the other still works.',
      conditions: [
        condition({
          id: 'member',
          title: `${alice} is in ${scientists}`,
          points: 1,
          check: checkMember,
        }),
        condition({
          id: 'nothing-of-her-own',
          title: 'What she may do, she may do by her group',
          points: 1,
          check: checkNothingOfHerOwn,
        }),
        condition({
          id: 'key',
          title: 'She has an access key that works',
          points: 1,
          check: checkKey,
        }),
      ],
    }),
    task({
      id: 'try',
      title: 'See what she may do',
      hints: [
        "Whoever's key is used makes the call: put hers into a profile with `aws configure set … --profile alice`.",
        '`aws s3 ls s3://BUCKET --profile alice` should work, `aws s3 cp FILE s3://BUCKET/ --profile alice` should not.',
      ],
      explanation:
        'Nobody forbade her to write. What no policy allows is refused: that is the implicit deny, the beginning of every decision.',
      conditions: [
        condition({
          id: 'listed',
          title: `${alice} listed with her own key`,
          points: 1,
          check: checkListed,
        }),
        condition({
          id: 'refused',
          title: `${alice} tried to write, and was refused`,
          points: 1,
          check: checkRefused,
        }),
      ],
    }),
    task({
      id: 'write',
      title: 'Let data scientists write where they must',
      hints: [
        'She needs `s3:PutObject`, on keys under models/ only: `arn:aws:s3:::BUCKET/models/*`',
        "A policy of the group's own: `aws iam put-group-policy` or `create-policy` with `attach-group-policy`.",
        '`s3:*` is more than writing, and `BUCKET/*` is more than models/.',
      ],
      explanation:
        'Permissions add up: what her group could read before, it still reads. Each policy may therefore be small, and say one thing.',
      conditions: [
        condition({
          id: 'allowed',
          title: `${alice} may write under models/`,
          points: 1,
          check: checkWrites,
        }),
        condition({
          id: 'only-there',
          title: 'She may change nothing else',
          points: 1,
          check: checkOnlyThere,
        }),
        condition({
          id: 'wrote',
          title: 'She wrote there with her own key',
          points: 1,
          check: checkWrote,
        }),
      ],
    }),
    task({
      id: 'engineers',
      title: 'A second team, kept apart',
      hints: [
        'The same as before, for another group and another user.',
        'Nobody has to be forbidden anything: put each of them into one group only.',
      ],
      explanation:
        'Keeping teams apart took no rule that forbids. As long as nothing is allowed twice, groups stay easy to understand.',
      conditions: [
        condition({
          id: 'group',
          title: `${bob} is in ${engineers}, which holds AmazonEC2FullAccess`,
          points: 1,
          check: checkEngineers,
        }),
        condition({
          id: 'apart',
          title: `${bob} launches and reads no data; ${alice} launches nothing`,
          points: 1,
          check: checkApart,
        }),
      ],
    }),
  ],
})
