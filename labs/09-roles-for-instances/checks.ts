import { condition, lab, task } from '../../checker/lab.ts'
import { checkProfile, checkTokens } from './instance.ts'
import { checkOnly, checkReads, checkTrust, checkWrapped } from './role.ts'
import { checkRead, checkRefused } from './use.ts'

export default lab({
  tasks: [
    task({
      id: 'role',
      title: 'A role that reads models',
      hints: [
        'The trust policy names the service: `ec2.amazonaws.com`, and the action `sts:AssumeRole`.',
        'GetObject is about objects: `arn:aws:s3:::{{bucket}}/models/*`. ListBucket is about the bucket.',
        'A profile and a role may have the same name: `create-instance-profile`, then `add-role-to-instance-profile`.',
      ],
      explanation:
        'Who may play a role and what the role may do are two questions, asked one after the other. Both have to say yes.',
      conditions: [
        condition({ id: 'trust', title: 'EC2 may play your role', points: 1, check: checkTrust }),
        condition({ id: 'reads', title: 'It reads models', points: 1, check: checkReads }),
        condition({ id: 'only', title: 'And nothing else', points: 2, check: checkOnly }),
        condition({
          id: 'profile',
          title: 'An instance profile holds it',
          points: 1,
          check: checkWrapped,
        }),
      ],
    }),
    task({
      id: 'instance',
      title: 'A machine that holds it',
      hints: [
        '`--iam-instance-profile Name={{role}}` at launch, or `associate-iam-instance-profile` later.',
        '`--metadata-options HttpTokens=required`, or `modify-instance-metadata-options` later.',
      ],
      explanation:
        'Version 1 answers any request that reaches it. Version 2 wants a token, which takes a PUT with a header: a thing that a browser or a tricked server does not do.',
      conditions: [
        condition({
          id: 'profile',
          title: 'Your instance has the profile',
          points: 1,
          check: checkProfile,
        }),
        condition({
          id: 'tokens',
          title: 'Its metadata asks for a token',
          points: 1,
          check: checkTokens,
        }),
      ],
    }),
    task({
      id: 'use',
      title: 'Without keys',
      hints: [
        'Your own key wins over the metadata: unset AWS_ACCESS_KEY_ID and the rest of it first.',
        '`eval "$(pocketcloud imds INSTANCE)"` in a shell of its own, then `aws s3 cp`.',
      ],
      explanation:
        'Every SDK looks for a key in the same order, and the metadata service comes last. So the same program runs on your laptop and on the machine, unchanged.',
      conditions: [
        condition({
          id: 'read',
          title: 'The instance has read the model',
          points: 2,
          check: checkRead,
        }),
        condition({
          id: 'refused',
          title: 'It was refused something else',
          points: 1,
          check: checkRefused,
        }),
      ],
    }),
  ],
})
