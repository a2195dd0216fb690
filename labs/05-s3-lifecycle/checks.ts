import { condition, lab, task } from '../../checker/lab.ts'
import { inBucket } from './bucket.ts'
import { checkLogGone, checkMoved, checkRead, checkSavings, checkUploadGone } from './half-year.ts'
import { checkForModels, checkLogs, checkTransition, checkUploads } from './rules.ts'

export default lab({
  tasks: [
    task({
      id: 'rules',
      title: 'Write the rules',
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
