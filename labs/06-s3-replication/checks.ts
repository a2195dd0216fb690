import { condition, lab, task } from '../../checker/lab.ts'
import { checkRegion, checkVersioning, inBoth, inBucket } from './buckets.ts'
import { checkDeletion, checkNew, checkOld, checkOthersNot } from './copies.ts'
import { checkDeleteMarkers, checkModels, checkRole } from './rules.ts'

export default lab({
  tasks: [
    task({
      id: 'buckets',
      title: 'Two buckets with versions',
      conditions: [
        condition({
          id: 'source-versioning',
          title: 'Your bucket keeps versions',
          points: 1,
          check: inBucket('bucket', checkVersioning),
        }),
        condition({
          id: 'replica-region',
          title: 'The bucket for the replicas is in us-west-2',
          points: 1,
          check: inBucket('replica', checkRegion),
        }),
        condition({
          id: 'replica-versioning',
          title: 'It keeps versions too',
          points: 1,
          check: inBucket('replica', checkVersioning),
        }),
      ],
    }),
    task({
      id: 'role',
      title: 'A role for S3',
      conditions: [
        condition({
          id: 'trusted',
          title: 'S3 may assume your role',
          points: 1,
          check: checkRole,
        }),
      ],
    }),
    task({
      id: 'rules',
      title: 'The rule',
      conditions: [
        condition({
          id: 'models',
          title: 'It replicates models, and nothing else',
          points: 1,
          check: inBucket('bucket', checkModels),
        }),
        condition({
          id: 'delete-markers',
          title: 'It replicates delete markers',
          points: 1,
          check: inBucket('bucket', checkDeleteMarkers),
        }),
      ],
    }),
    task({
      id: 'copies',
      title: 'What is on the other side',
      conditions: [
        condition({
          id: 'new',
          title: 'A replica of the model you wrote after the rule',
          points: 1,
          check: inBoth(checkNew),
        }),
        condition({
          id: 'others-not',
          title: 'Not your notes',
          points: 1,
          check: inBoth(checkOthersNot),
        }),
        condition({
          id: 'old',
          title: 'The model from before the rule, written again',
          points: 1,
          check: inBoth(checkOld),
        }),
        condition({
          id: 'deletion',
          title: 'What you deleted is hidden there too',
          points: 1,
          check: inBoth(checkDeletion),
        }),
      ],
    }),
  ],
})
