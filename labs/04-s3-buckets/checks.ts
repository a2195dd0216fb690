import { condition, lab, passed, task } from '../../checker/lab.ts'
import { checkBlocked, checkEncryption, checkRefused, checkVersioning, inBucket } from './bucket.ts'
import {
  checkGoodAgain,
  checkMetadata,
  checkNothingLost,
  checkUndeleted,
  findLoss,
} from './versions.ts'

export default lab({
  tasks: [
    task({
      id: 'bucket',
      title: 'Make a bucket',
      hints: [
        '`aws s3 mb` makes the bucket; the rest are settings of it, each with its own put call.',
        '`aws s3api put-bucket-encryption` and `aws s3api put-bucket-versioning`',
      ],
      explanation:
        'Settings of a bucket hold for what is written from then on. That is why they come before the first object.',
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
      hints: [
        'Try it: `aws s3api put-bucket-policy` with a policy whose Principal is a star.',
        'Has somebody switched the lock off? `aws s3api put-public-access-block` puts it back, with all four settings true.',
      ],
      explanation:
        'The four settings are two pairs: refuse new openings, and ignore those that exist; once for policies, once for ACLs.',
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
      failcheck: findLoss,
      hints: [
        '`aws s3api list-object-versions` shows what there is, the newest first.',
        'Copy the old version over the object: `--copy-source "BUCKET/KEY?versionId=ID"`',
        'Metadata is given when the object is written: `--metadata model-version=1.0`',
      ],
      explanation:
        'A copy onto itself makes a version with the old content. History only grows, and everybody can see what happened.',
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
      hints: [
        'Deleting without a version id leaves a delete marker. It has a version id of its own.',
        'Delete that marker: `aws s3api delete-object --key KEY --version-id MARKER`',
      ],
      explanation:
        'A delete marker is a version without content. What hides an object is that the marker is the newest.',
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
