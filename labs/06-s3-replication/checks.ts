import { condition, lab, task } from '../../checker/lab.ts'
import { checkRegion, checkVersioning, inBoth, inBucket } from './buckets.ts'
import { checkDeletion, checkNew, checkOld, checkOthersNot } from './copies.ts'
import { checkDeleteMarkers, checkModels, checkRole } from './rules.ts'

export default lab({
  tasks: [
    task({
      id: 'buckets',
      title: 'Two buckets with versions',
      hints: [
        'A region is said at creation: `aws s3 mb s3://NAME --region us-west-2`',
        '`aws s3api put-bucket-versioning`, for each of them; a call about a bucket goes to its own region.',
      ],
      explanation:
        'Without versions S3 could not tell which of two writes came last on either side. So there is no replication without them.',
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
      hints: [
        'The trust policy says who: `"Principal": { "Service": "s3.amazonaws.com" }`',
        '`aws iam create-role --role-name NAME --assume-role-policy-document file://trust.json`',
      ],
      explanation:
        'A service has no rights of its own in your account. It has those of the role that you let it play.',
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
      hints: [
        'One rule with a Filter, a Priority, DeleteMarkerReplication and a Destination.',
        "The filter's prefix is `models/`. The destination is an ARN: `arn:aws:s3:::BUCKET`",
      ],
      explanation:
        'With a Filter, a rule is of the newer kind, which says explicitly what happens to delete markers. The older kind always replicated them.',
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
      hints: [
        'Replication takes its time: `pocketcloud clock advance 15m`, then look again.',
        'FAILED? The role may not do something: ReplicateObject on the other bucket, GetObjectVersionForReplication on this one.',
        'What was there before the rule has to be written again: copy it onto itself with `--metadata-directive REPLACE`.',
      ],
      explanation:
        'What you write is replicated, and what you hide is. What S3 does by itself (lifecycle) and what is deleted for good is not.',
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
