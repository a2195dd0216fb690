import { condition, lab, passed, task } from '../../checker/lab.ts'
import { checkBlocked, checkEncryption, checkRefused, checkVersioning, inBucket } from './bucket.ts'
import { checkGoodAgain, checkMetadata, checkNothingLost, checkUndeleted } from './versions.ts'

export default lab({
  tasks: [
    task({
      id: 'bucket',
      title: 'Make a bucket',
      conditions: [
        condition({
          id: 'exists',
          title: 'Your bucket is there',
          points: 1,
          check: inBucket(() => passed()),
        }),
        condition({
          id: 'encryption',
          title: 'It says how it encrypts',
          points: 1,
          check: inBucket(checkEncryption),
        }),
        condition({
          id: 'versioning',
          title: 'It keeps versions',
          points: 1,
          check: inBucket(checkVersioning),
        }),
      ],
    }),
    task({
      id: 'public',
      title: 'Closed to the public',
      conditions: [
        condition({
          id: 'refused',
          title: 'You saw a public policy refused',
          points: 1,
          check: inBucket(checkRefused),
        }),
        condition({
          id: 'blocked',
          title: 'Public access is blocked, by all four settings',
          points: 1,
          check: inBucket(checkBlocked),
        }),
      ],
    }),
    task({
      id: 'rollback',
      title: 'Roll a model back',
      conditions: [
        condition({
          id: 'metadata',
          title: 'The model says which version it is',
          points: 1,
          check: inBucket(checkMetadata),
        }),
        condition({
          id: 'good-again',
          title: 'The good model is current again',
          points: 2,
          check: inBucket(checkGoodAgain),
        }),
        condition({
          id: 'nothing-lost',
          title: 'The bad one is still there to be looked at',
          points: 1,
          check: inBucket(checkNothingLost),
        }),
      ],
    }),
    task({
      id: 'undelete',
      title: 'Undo a deletion',
      conditions: [
        condition({
          id: 'back',
          title: 'What you deleted is back',
          points: 1,
          check: inBucket(checkUndeleted),
        }),
      ],
    }),
  ],
})
