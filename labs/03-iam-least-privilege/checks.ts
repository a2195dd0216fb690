import { condition, lab, task } from '../../checker/lab.ts'
import { carol, checkOwnPolicy } from './carol.ts'
import { checkLimit, limits } from './limits.ts'
import { checkNeed, needs } from './needs.ts'

export default lab({
  tasks: [
    task({
      id: 'policy',
      title: 'Write a policy for a data scientist',
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
