import { condition, lab, task } from '../../checker/lab.ts'
import { checkAddress, checkKept, checkNothingForgotten } from './address.ts'
import { checkGone, checkProtected, checkUnprotected } from './scratch.ts'
import { checkResized, checkRunning } from './worker.ts'

export default lab({
  tasks: [
    task({
      id: 'address',
      title: 'An address that stays',
      hints: [
        'Two calls: `allocate-address` gets one, `associate-address` gives it to the instance.',
        'Do it before you stop the instance: then you see that it keeps it.',
      ],
      explanation:
        'An elastic address belongs to the account. It can move to another instance in a second, which is how people replace a machine without telling anybody.',
      conditions: [
        condition({
          id: 'associated',
          title: 'The worker has an elastic address',
          points: 2,
          check: checkAddress,
        }),
        condition({
          id: 'kept',
          title: 'It kept it through a stop and a start',
          points: 1,
          check: checkKept,
        }),
        condition({
          id: 'nothing-forgotten',
          title: 'No other address is left over',
          points: 1,
          check: checkNothingForgotten,
        }),
      ],
    }),
    task({
      id: 'resize',
      title: 'A larger machine',
      hints: [
        'The type is changed while the instance is stopped.',
        '`aws ec2 wait instance-stopped` before, `modify-instance-attribute --instance-type Value={{type}}`, then `start-instances`.',
      ],
      explanation:
        'Stopped, an instance is a disk and a description. Started, AWS finds a host that fits the description. So a change of type is a change of one line in it.',
      conditions: [
        condition({
          id: 'type',
          title: 'The worker has the larger type',
          points: 2,
          check: checkResized,
        }),
        condition({ id: 'running', title: 'It runs again', points: 1, check: checkRunning }),
      ],
    }),
    task({
      id: 'terminate',
      title: 'Protected, and then gone',
      hints: [
        'Protection is an attribute: `modify-instance-attribute --disable-api-termination`',
        'Try to terminate while it is protected. The refusal is part of the task.',
      ],
      explanation:
        'The protection is against calls of the API only. A machine that shuts itself down is not held back by it, nor is an interrupted spot instance.',
      conditions: [
        condition({
          id: 'protected',
          title: 'You saw a termination refused',
          points: 1,
          check: checkProtected,
        }),
        condition({
          id: 'unprotected',
          title: 'You took the protection off',
          points: 1,
          check: checkUnprotected,
        }),
        condition({ id: 'gone', title: 'Scratch is terminated', points: 1, check: checkGone }),
      ],
    }),
  ],
})
