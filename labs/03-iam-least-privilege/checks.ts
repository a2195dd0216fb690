import { condition, lab, task } from '../../checker/lab.ts'
import { carol, checkOwnPolicy } from './carol.ts'
import { checkLimit, limits } from './limits.ts'
import { checkNeed, needs } from './needs.ts'

export default lab({
  tasks: [
    task({
      id: 'policy',
      title: 'Write a policy for a data scientist',
      hints: [
        '`aws iam create-policy` makes one, `aws iam attach-user-policy` gives it to carol.',
        'The answer of create-policy has its ARN, which attaching asks for.',
      ],
      explanation:
        'A managed policy is a thing of its own: it can be attached to many, and changed for all of them by a new version.',
      conditions: [
        condition({
          id: 'attached',
          title: `${carol} holds a policy that you wrote`,
          points: 1,
          check: checkOwnPolicy,
        }),
      ],
    }),
    task({
      id: 'needs',
      title: 'It allows what she needs',
      hints: [
        '`pocketcloud why` explains the last refusal, with the smallest statement that would allow it.',
        'Listing is about the bucket (`arn:aws:s3:::BUCKET`), reading and writing about the objects (`…/data/*`).',
        'A launch touches many resources: image, subnet, security group, network interface, volume and the instance. The type is a condition on the instance.',
      ],
      explanation:
        'Least privilege is found from below: begin with nothing, try, and allow what was refused and is needed.',
      conditions: [
        condition({
          id: 'reads-data',
          title: 'She lists and reads data/',
          points: 1,
          check: checkNeed(needs.read),
        }),
        condition({
          id: 'writes-models',
          title: 'She writes models/',
          points: 1,
          check: checkNeed(needs.write),
        }),
        condition({
          id: 'sees-machines',
          title: 'She sees machines and images',
          points: 1,
          check: checkNeed(needs.describe),
        }),
        condition({
          id: 'launches',
          title: 'She launches a t3.micro or t3.small with her tag',
          points: 2,
          check: checkNeed(needs.launch),
        }),
      ],
    }),
    task({
      id: 'bucket',
      title: 'It keeps her out of the rest of S3',
      hints: [
        'Look at the Resource of each statement about S3: does it end where it should?',
        'ListBucket lets her see every name, unless a condition on `s3:prefix` says which.',
      ],
      explanation:
        'A star in Action and a star in Resource are multiplied. Most leaks were a star that was meant for one of them.',
      conditions: [
        condition({
          id: 'reads-no-more',
          title: 'She reads nothing else',
          points: 1,
          check: checkLimit(limits.read),
        }),
        condition({
          id: 'writes-no-more',
          title: 'She writes nothing else',
          points: 1,
          check: checkLimit(limits.write),
        }),
        condition({
          id: 'deletes-nothing',
          title: 'She deletes nothing',
          points: 1,
          check: checkLimit(limits.delete),
        }),
      ],
    }),
    task({
      id: 'machines',
      title: 'It keeps her to small machines',
      hints: [
        '`ec2:InstanceType` is a condition key of the instance, `aws:RequestedRegion` one of every call.',
        'Tags at launch are `aws:RequestTag/Team`. CreateTags needs a statement of its own, for launches only: `ec2:CreateAction`.',
        'Condition keys exist for some resources only: on an image, `ec2:InstanceType` is not there, and StringEquals does not match.',
      ],
      explanation:
        'A condition that asks for a key which is not there does not match. That is what makes the statement for the instance and the one for everything else two statements.',
      conditions: [
        condition({
          id: 'types',
          title: 'No larger ones',
          points: 1,
          check: checkLimit(limits.types),
        }),
        condition({
          id: 'regions',
          title: 'None in other regions',
          points: 1,
          check: checkLimit(limits.regions),
        }),
        condition({
          id: 'tags',
          title: 'None without the tag, and no tags for what is there',
          points: 1,
          check: checkLimit(limits.tags),
        }),
        condition({
          id: 'nothing-else',
          title: 'Nothing else is changed in EC2',
          points: 1,
          check: checkLimit(limits.machines),
        }),
      ],
    }),
    task({
      id: 'iam',
      title: 'It keeps her where she is',
      hints: [
        'What lets somebody change policies lets them have everything: she needs nothing of `iam:*`.',
        '`iam:PassRole` is such a thing as well: a machine with a role can do what the role can.',
      ],
      explanation:
        'Who can write policies is an administrator, whatever else the policy says. So the shortest part of a policy, its silence about IAM, is the most important.',
      conditions: [
        condition({
          id: 'untouched',
          title: 'She can give herself nothing',
          points: 2,
          check: checkLimit(limits.iam),
        }),
      ],
    }),
  ],
})
