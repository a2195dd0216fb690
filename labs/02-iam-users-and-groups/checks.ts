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
