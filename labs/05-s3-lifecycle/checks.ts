import { condition, lab, task } from '../../checker/lab.ts'
import { inBucket } from './bucket.ts'
import {
  checkLogGone,
  findDeletedByHand,
  checkMoved,
  checkRead,
  checkSavings,
  checkUploadGone,
} from './half-year.ts'
import { checkForModels, checkLogs, checkTransition, checkUploads } from './rules.ts'

export default lab({
  tasks: [
    task({
      id: 'rules',
      title: 'Write the rules',
      hints: [
        'Three rules: one for `models/` with two transitions, one for `logs/`, one for uploads with an empty filter.',
        'The element is called `ID`, `Status` has to be `Enabled`, and a filter is `{ "Prefix": "models/" }`.',
        'Putting a configuration replaces the whole one: all three rules belong into one file.',
      ],
      explanation:
        'Rules are evaluated once a day for everything in the bucket: what is old enough already goes at the next midnight.',
      conditions: [
        condition({
          id: 'for-models',
          title: 'Models are moved, and nothing else',
          points: 1,
          check: inBucket(checkForModels),
        }),
        condition({
          id: 'infrequent-access',
          title: 'They go to STANDARD_IA after 30 days',
          points: 1,
          check: inBucket(checkTransition('STANDARD_IA', 30)),
        }),
        condition({
          id: 'glacier',
          title: 'They go to GLACIER after 90 days',
          points: 1,
          check: inBucket(checkTransition('GLACIER', 90)),
        }),
        condition({
          id: 'logs',
          title: 'Logs are deleted after 30 days',
          points: 1,
          check: inBucket(checkLogs),
        }),
        condition({
          id: 'uploads',
          title: 'Unfinished uploads are given up after 7 days',
          points: 1,
          check: inBucket(checkUploads),
        }),
      ],
    }),
    task({
      id: 'half-year',
      title: 'Let half a year pass',
      failcheck: findDeletedByHand,
      hints: [
        '`pocketcloud clock advance 180d`',
        'Is the model still where it was? Objects under 128 KB are not moved: it has to be larger.',
        'Nothing happened? See what you stored: `aws s3api get-bucket-lifecycle-configuration`',
      ],
      explanation:
        'Each transition has its price as well, per thousand objects. For many small files it may cost more than it saves, which is why S3 leaves them.',
      conditions: [
        condition({
          id: 'moved',
          title: 'The model was moved to a colder class',
          points: 1,
          check: inBucket(checkMoved),
        }),
        condition({
          id: 'log-gone',
          title: 'The log is gone',
          points: 1,
          check: inBucket(checkLogGone),
        }),
        condition({
          id: 'upload-gone',
          title: 'The unfinished upload is gone',
          points: 1,
          check: inBucket(checkUploadGone),
        }),
      ],
    }),
    task({
      id: 'restore',
      title: 'Get the model back',
      hints: [
        "`aws s3api restore-object` asks for a copy, which comes after minutes or hours of the cloud's time.",
        'Let them pass: `pocketcloud clock advance 10m` for Expedited, `6h` for Standard.',
      ],
      explanation: 'For these days you pay twice: the archive, and the copy in STANDARD.',
      conditions: [
        condition({
          id: 'read',
          title: 'You read the model after half a year',
          points: 1,
          check: inBucket(checkRead),
        }),
      ],
    }),
    task({
      id: 'savings',
      title: 'What did it save?',
      hints: [
        "Multiply each object's size with the price of its class, and once with that of STANDARD.",
        'The tag is called saved-percent and holds a whole number: `aws s3api put-bucket-tagging`',
      ],
      explanation:
        'Storage is the one bill that grows while nobody does anything. Rules make it shrink in the same way.',
      conditions: [
        condition({
          id: 'percent',
          title: 'A tag of the bucket says how much is saved',
          points: 1,
          check: inBucket(checkSavings),
        }),
      ],
    }),
  ],
})
