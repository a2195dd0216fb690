import { condition, lab, task } from '../../checker/lab.ts'
import { checkDevice, checkRefusedFirst, checkTerminated } from './device.ts'
import { checkMayWork, checkOneRegion, checkWithCode, checkWithoutCode } from './policy.ts'

export default lab({
  tasks: [
    task({
      id: 'policy',
      title: 'A policy with conditions',
      hints: [
        'One statement allows, two deny. A denial beats every permission.',
        'The region of a call is `aws:RequestedRegion`; deny where it is StringNotEquals {{region}}.',
        'A plain access key does not carry `aws:MultiFactorAuthPresent` at all: which operator matches then as well?',
      ],
      explanation:
        'Conditions that allow should fail when a key is missing, and conditions that deny should hold. That is the rule behind every IfExists.',
      conditions: [
        condition({
          id: 'may-work',
          title: 'They may work with machines',
          points: 1,
          check: checkMayWork,
        }),
        condition({
          id: 'one-region',
          title: 'In one region only',
          points: 1,
          check: checkOneRegion,
        }),
        condition({
          id: 'without-code',
          title: 'They terminate nothing without a code',
          points: 2,
          check: checkWithoutCode,
        }),
        condition({
          id: 'with-code',
          title: 'With a code they may',
          points: 1,
          check: checkWithCode,
        }),
      ],
    }),
    task({
      id: 'device',
      title: 'A device, and a session by it',
      hints: [
        '`create-virtual-mfa-device` makes it, `enable-mfa-device` gives it to the user, with two codes in a row.',
        'A code counts once. If the next call says that it is invalid, wait for the next one.',
        '`aws sts get-session-token --serial-number … --token-code …`, as the user, gives a key that carries the MFA.',
      ],
      explanation:
        'Each code is a function of the secret and of the half minute it is. Both sides compute it, nobody sends the secret.',
      conditions: [
        condition({
          id: 'enabled',
          title: 'Their device is enabled',
          points: 1,
          check: checkDevice,
        }),
        condition({
          id: 'refused-first',
          title: 'You saw a termination refused',
          points: 1,
          check: checkRefusedFirst,
        }),
        condition({
          id: 'terminated',
          title: 'With the code it went through',
          points: 1,
          check: checkTerminated,
        }),
      ],
    }),
  ],
})
